import { RtcError } from '../base/rtc-error.js';
import { mediaDevices } from './local-media.js';

/**
 * Lets the person pick a screen, window or tab: its video track, the caller's to stop, or null if the person dismissed the picker. Must be called while a
 * click or key press counts as one. Rejects with `unavailable` where the browser has no screen capture or refuses it here, `policy-blocked` in a frame
 * without `allow="display-capture"`.
 */
export async function captureScreen(): Promise<MediaStreamTrack | null> {
  const devices = mediaDevices();
  if (!devices?.getDisplayMedia) throw new RtcError('unavailable');
  if (document.featurePolicy?.allowsFeature('display-capture') === false) throw new RtcError('policy-blocked');
  try {
    return (await devices.getDisplayMedia({ video: { frameRate: { ideal: 15, max: 30 } } })).getVideoTracks()[0] ?? null;
  } catch (error) {
    if (error instanceof DOMException && (error.name === 'NotAllowedError' || error.name === 'AbortError')) return null;
    throw new RtcError('unavailable', { cause: error });
  }
}
