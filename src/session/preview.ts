import { RtcError } from '../base/rtc-error.js';
import { startLevelMeter } from '../media/level-meter.js';
import { createLocalMedia } from '../media/local-media.js';
import { chosenConstraints, findChosen, readChoices, rememberChoice, withChoice } from './device-choices.js';

export interface PreviewOptions {
  readonly audio: boolean;
  readonly video: boolean;
  readonly constraints: MediaStreamConstraints;
  readonly facingMode: string | null;
  /** The microphone's loudness, 0 to 1, once a frame. */
  onLevel(level: number): void;
  /** Something was plugged in or out. */
  onDevices(): void;
}

export interface Preview {
  readonly stream: MediaStream;
  readonly problems: readonly { readonly kind: 'audio' | 'video'; readonly error: RtcError }[];
  devices(): Promise<readonly MediaDeviceInfo[]>;
  /** Its id; empty: the system's own, or none. */
  inUse(kind: MediaDeviceKind): string;
  /** From now on, in the call too, and remembered in this browser. Rejects with the device's error; what was in use goes on. */
  choose(kind: MediaDeviceKind, deviceId: string): Promise<void>;
  /** Stops every track: the light goes out. */
  close(): void;
}

/** Camera and microphone before joining. A lazy chunk: most visitors never open it. */
export async function openPreview({ audio, video, constraints, facingMode, onLevel, onDevices }: PreviewOptions): Promise<Preview> {
  const media = createLocalMedia();
  let choices = readChoices();
  let known: readonly MediaDeviceInfo[] = [];
  let measured: MediaStreamTrack | null = null;
  let stopMeter = (): void => {};

  const look = async (): Promise<readonly MediaDeviceInfo[]> => (known = await media.devices());
  async function capture(kinds: { readonly audio: boolean; readonly video: boolean }, anew?: boolean): Promise<Preview['problems']> {
    const { problems } = await media.capture({ ...kinds, constraints: chosenConstraints(constraints, choices, known), facingMode, anew });
    const track = media.track('audio');
    if (track !== measured) {
      stopMeter();
      stopMeter = track ? startLevelMeter(track, onLevel) : () => {};
      measured = track;
    }
    return problems;
  }

  await look();
  const problems = await capture({ audio, video });
  media.onDevices = onDevices;
  // Unplugged: any other is better than none.
  media.onEnded = (kind) => void look().then(() => capture({ audio: kind === 'audio', video: kind === 'video' })).then(onDevices);
  return {
    stream: media.stream,
    problems,
    devices: look,
    inUse: (kind) => (kind === 'audiooutput' ? findChosen(choices, kind, known)?.deviceId : media.track(kind === 'audioinput' ? 'audio' : 'video')?.getSettings().deviceId) ?? '',
    async choose(kind, deviceId) {
      const device = (await look()).find((each) => each.kind === kind && each.deviceId === deviceId);
      if (!device && deviceId) throw new RtcError('device-not-found');
      const before = choices;
      choices = withChoice(before, kind, deviceId, device);
      if (kind !== 'audiooutput') {
        const only = { audio: kind === 'audioinput', video: kind === 'videoinput' };
        const [problem] = await capture(only, true);
        if (problem) {
          choices = before;
          // A phone had to let go of the one to try the other.
          await capture(only);
          throw problem.error;
        }
      }
      rememberChoice(kind, deviceId, device);
    },
    close() {
      stopMeter();
      media.close();
    },
  };
}
