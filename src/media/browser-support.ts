import { importAgain } from '../base/import-again.js';
import { RtcError } from '../base/rtc-error.js';

// Feature tests of what peer.ts uses; never a browser's name. Implicit rollback shows no trace before it is needed: the browsers that lack it (Safari
// before 15.4) are outside what the README promises.

/** No shim supplies these; with them come all the older members. */
const NEEDED = { RTCPeerConnection: 'restartIce', RTCRtpSender: 'replaceTrack', MediaStream: 'addTrack' };

function prototypeOf(name: string): object {
  return (Reflect.get(globalThis, name) as { prototype?: object } | undefined)?.prototype ?? {};
}

/** Why this page cannot make calls, or null: `unsupported-browser` (fatal) or `insecure-context` (no camera or microphone, but one can watch). */
export function checkBrowser(): RtcError | null {
  if (Object.entries(NEEDED).some(([name, member]) => !(member in prototypeOf(name)))) return new RtcError('unsupported-browser', { fatal: true });
  return isSecureContext ? null : new RtcError('insecure-context');
}

let prepared: Promise<void> | undefined;

/**
 * Resolves when the first connection may be made: at once where nothing is missing, else when webrtc-adapter (a chunk of its own) has patched the page.
 * Rejects with `unavailable` if that cannot be loaded; the next call tries again.
 */
export function prepareBrowser(): Promise<void> {
  prepared ??= load().catch((error: unknown) => {
    prepared = undefined;
    throw new RtcError('unavailable', { cause: error });
  });
  return prepared;
}

async function load(): Promise<void> {
  const connection = prototypeOf('RTCPeerConnection');
  // Two methods that once demanded an argument: no description is "the right one", no candidate is the end of candidates.
  const takesNothing = ['setLocalDescription', 'addIceCandidate'].every((method) => (Reflect.get(connection, method) as { length: number }).length === 0);
  if (takesNothing && 'connectionState' in connection) return;
  // The package's own bundle: its ES modules import a CommonJS one (sdp), which neither browsers nor rollup alone can load.
  await importAgain(() => import('webrtc-adapter/out/adapter_no_global.js'));
}
