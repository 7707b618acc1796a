import type { CaptureOptions } from './local-media-port.js';

/**
 * The picture asked for where the page asks for nothing: 720p fills the other's screen, and 30 frames a second is what every camera does. Ideal, not exact: a
 * smaller camera gives what it has, and the encoder scales down by itself while the network is slow.
 */
const SIZE = { width: { ideal: 1280 }, height: { ideal: 720 } };

/** What to ask getUserMedia for; a kind that is not wanted, or that the page's constraints switch off, is false. The page wins, key by key. */
export function toConstraints({ audio, video, constraints, facingMode }: CaptureOptions): { audio: MediaTrackConstraints | false; video: MediaTrackConstraints | false } {
  const page = typeof constraints.video === 'object' ? constraints.video : {};
  // Half of our size beside half of the page's would be a shape that nobody asked for.
  const sized = page.width !== undefined || page.height !== undefined || page.aspectRatio !== undefined;
  return {
    audio: audio && constraints.audio !== false && (typeof constraints.audio === 'object' ? constraints.audio : {}),
    video: video && constraints.video !== false && { ...(!sized && SIZE), frameRate: { ideal: 30 }, ...(facingMode && { facingMode: { ideal: facingMode } }), ...page },
  };
}
