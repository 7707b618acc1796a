import type { CaptureOptions } from './local-media-port.js';

/**
 * The picture asked for where the page asks for nothing: 720p looks well on the other's whole screen, more costs every laptop its battery. Ideal, not exact:
 * a smaller camera gives what it has. It costs no time at the start (see starting-size.ts), and the encoder scales down while the network is slow.
 */
const SIZE = { width: { ideal: 1280 }, height: { ideal: 720 } };

/** What to ask getUserMedia for; false: not for this kind. */
export interface WantedDevices {
  audio: MediaTrackConstraints | false;
  video: MediaTrackConstraints | false;
}

/** Leaves out the kind that is not wanted, or that the page's constraints switch off. The page wins, key by key. */
export function toConstraints({ audio, video, constraints, facingMode }: CaptureOptions): WantedDevices {
  const page = typeof constraints.video === 'object' ? constraints.video : {};
  // Half of our size beside half of the page's would be a shape that nobody asked for.
  const sized = page.width !== undefined || page.height !== undefined || page.aspectRatio !== undefined;
  return {
    audio: audio && constraints.audio !== false && (typeof constraints.audio === 'object' ? constraints.audio : {}),
    video: video && constraints.video !== false && {
      ...(!sized && SIZE),
      frameRate: { ideal: 30 },
      ...(facingMode && { facingMode: { ideal: facingMode } }),
      ...page,
    },
  };
}
