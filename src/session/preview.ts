import type { RtcError } from '../base/rtc-error.js';
import { startLevelMeter } from '../media/level-meter.js';
import { createLocalMedia } from '../media/local-media.js';

export interface PreviewOptions {
  readonly audio: boolean;
  readonly video: boolean;
  readonly constraints: MediaStreamConstraints;
  readonly facingMode: string | null;
  /** The microphone's loudness, 0 to 1, about ten times a second. */
  onLevel(level: number): void;
}

export interface Preview {
  readonly stream: MediaStream;
  readonly problems: readonly { readonly kind: 'audio' | 'video'; readonly error: RtcError }[];
  /** Stops every track: the light goes out. */
  close(): void;
}

/** Camera and microphone before joining. A lazy chunk: most visitors never open it. */
export async function openPreview({ audio, video, constraints, facingMode, onLevel }: PreviewOptions): Promise<Preview> {
  const media = createLocalMedia();
  const result = await media.capture({ audio, video, constraints, facingMode });
  const stop = result.audio ? startLevelMeter(result.audio, onLevel) : null;
  return {
    stream: media.stream,
    problems: result.problems,
    close: () => {
      stop?.();
      media.close();
    },
  };
}

