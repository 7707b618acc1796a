import { importAgain } from '../base/import-again.js';
import { RtcError } from '../base/rtc-error.js';

// Feature tests of what peer.ts uses; never a browser's name. Implicit rollback shows no trace before it is needed: the browsers that lack it (Safari
// before 15.4) are outside what the README promises.

/** Why this page cannot make calls, or null: `unsupported-browser` (fatal) or `insecure-context` (no camera or microphone, but one can watch). */
export function checkBrowser(): RtcError | null {
  // No shim supplies restartIce, and whoever has it has everything else that is not tested for below.
  const supported = typeof RTCPeerConnection === 'function' && 'restartIce' in RTCPeerConnection.prototype;
  if (!supported) return new RtcError('unsupported-browser', { fatal: true });
  return isSecureContext ? null : new RtcError('insecure-context');
}

/**
 * Resolves when the first connection may be made: at once where nothing is missing, else when webrtc-adapter (a chunk of its own) has patched the page.
 * Rejects with `unavailable` if that cannot be loaded; the next call tries again.
 */
export async function prepareBrowser(): Promise<void> {
  // Two methods once demanded an argument: no description is "the right one", no candidate is the end of candidates.
  const { setLocalDescription, addIceCandidate } = RTCPeerConnection.prototype;
  if (setLocalDescription.length + addIceCandidate.length === 0 && 'connectionState' in RTCPeerConnection.prototype) return;
  try {
    // The package's own bundle: its ES modules import a CommonJS one (sdp), which neither browsers nor rollup alone can load.
    await importAgain(() => import('webrtc-adapter/out/adapter_no_global.js'));
  } catch (cause) {
    throw new RtcError('unavailable', { cause });
  }
}
