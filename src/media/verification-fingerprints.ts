import { sha256, toHex } from './verification.js';

/** The one SHA-256 fingerprint a description names, upper case; null where it names none, or several. */
export function fingerprintIn(sdp = ''): string | null {
  const named = new Set(Array.from(sdp.matchAll(/^a=fingerprint:sha-256 ([\da-f:]+)\s*$/gim), ([, value]) => value!.toUpperCase()));
  const [only = null] = named;
  return named.size === 1 ? only : null;
}

/**
 * Both certificates of a connection whose control channel is open, so that DTLS is done: everything goes through its one transport (`max-bundle`). The other's as DTLS got
 * it, where the browser shows it (`getRemoteCertificates`); else as the description demands it, with which the browser has compared it. Null: not to be had for certain.
 */
export async function readFingerprints(connection: RTCPeerConnection): Promise<{ readonly own: string; readonly theirs: string } | null> {
  // The channel may open before this thread has heard that the answer is applied (measured: one of ten renewed connections on a busy machine).
  while (!connection.currentRemoteDescription) await new Promise((resolve) => connection.addEventListener('signalingstatechange', resolve, { once: true }));
  const own = fingerprintIn(connection.currentLocalDescription?.sdp);
  const transport = connection.sctp?.transport as Partial<Pick<RTCDtlsTransport, 'getRemoteCertificates'>> | undefined;
  const certificate = transport?.getRemoteCertificates?.()[0];
  const theirs = certificate ? toHex(await sha256(certificate)).join(':').toUpperCase() : fingerprintIn(connection.currentRemoteDescription?.sdp);
  return own && theirs ? { own, theirs } : null;
}
