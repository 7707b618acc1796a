import { importAgain } from '../base/import-again.js';
import { RtcError } from '../base/rtc-error.js';

// Feature tests of what peer.ts uses; never a browser's name. Implicit rollback shows no trace before it is needed: the browsers that lack it (Safari
// before 15.4) are outside what the README promises.

type Features = Readonly<Record<string, readonly string[]>>;

/** No shim supplies these. */
const NEEDED: Features = {
  RTCPeerConnection: ['addTransceiver', 'getTransceivers', 'createDataChannel', 'restartIce'],
  RTCRtpSender: ['replaceTrack'],
  MediaStream: ['addTrack'],
};
/** webrtc-adapter supplies these where it knows the browser. */
const SHIMMED: Features = { RTCPeerConnection: ['connectionState'], RTCTrackEvent: ['transceiver'] };

function prototypeOf(name: string): object | undefined {
  const constructor: unknown = Reflect.get(globalThis, name);
  return typeof constructor === 'function' ? (constructor.prototype as object) : undefined;
}

function has(features: Features): boolean {
  return Object.entries(features).every(([name, members]) => {
    const prototype = prototypeOf(name);
    return prototype && members.every((member) => member in prototype);
  });
}

/** Methods that once demanded an argument: `setLocalDescription()` and `addIceCandidate()` for the end of candidates. */
function takesNothing(method: string): boolean {
  const connection = prototypeOf('RTCPeerConnection');
  const found: unknown = connection && Reflect.get(connection, method);
  return typeof found === 'function' && found.length === 0;
}

/** Why this page cannot make calls, or null: `unsupported-browser` (fatal) or `insecure-context` (no camera or microphone, but one can watch). */
export function checkBrowser(): RtcError | null {
  if (!has(NEEDED)) return new RtcError('unsupported-browser', { fatal: true });
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
  if (has(SHIMMED) && takesNothing('setLocalDescription') && takesNothing('addIceCandidate')) return;
  // The package's own bundle: its ES modules import a CommonJS one (sdp), which neither browsers nor rollup alone can load.
  await importAgain(() => import('webrtc-adapter/out/adapter_no_global.js'));
}
