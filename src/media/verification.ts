import { randomId } from '../base/random-id.js';
import type { SasMessage } from './peer-port.js';
import { SAS_EMOJI } from './verification-emoji.js';

// Short authentication string over the control channel, as ZRTP (RFC 6189, section 4.2) and Matrix do it. Both people read the same seven emoji if, and only if, each
// side's DTLS connection ends at the other's certificate.
//
// Why seven emoji (42 bits) are enough, and a plain hash of the two fingerprints would not be: whoever sits in between needs certificates for both halves whose hashes
// agree in 42 bits. Those can be searched for offline, in advance, at some millions a second: days. Here each result also depends on two nonces. The caller is bound to
// its nonce (and to both fingerprints) by the commitment before it hears the callee's, the callee says its nonce before it hears the caller's. So whoever sits in between
// has chosen all of its own, on both halves, before it knows the last honest nonce of either: there is nothing left to search through, only one guess in 2^42, and every
// guess is a connection, at which both people look. A commitment that is passed on does not fit the other half's fingerprints; another nonce does not fit the commitment.

/** One connection as one side sees it. Fingerprints: SHA-256, upper case with colons. */
export interface SasSide {
  /** This side is the caller, which commits. */
  readonly commits: boolean;
  readonly callId: string;
  readonly own: string;
  readonly theirs: string;
}

export interface SasChannel {
  send(message: SasMessage): void;
  /** The next message of the other side. */
  receive(): Promise<SasMessage>;
}

export type SasPair = (typeof SAS_EMOJI)[number];

export async function sha256(data: BufferSource): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', data));
}
export const toHex = (bytes: Uint8Array): string[] => [...bytes].map((byte) => byte.toString(16).padStart(2, '0'));

/** As JSON no part runs into the next; the purpose keeps a commitment from being anything else. */
const hash = (purpose: 'commit' | 'code', ...parts: string[]): Promise<Uint8Array> => sha256(new TextEncoder().encode(JSON.stringify([`rtc-sas-1 ${purpose}`, ...parts])));

/** The first 42 bits, six for each. */
function toEmoji(bytes: Uint8Array): readonly SasPair[] {
  const bits = [...bytes.subarray(0, 6)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return Array.from({ length: 7 }, (_, at) => SAS_EMOJI[parseInt(bits.slice(at * 6, at * 6 + 6), 2)]!);
}

/** Runs once for a connection, and then never again: each run is a guess. Rejects at the first message that is not the next one, or that breaks the commitment. */
export async function authenticate({ commits, callId, own, theirs }: SasSide, { send, receive }: SasChannel): Promise<readonly SasPair[]> {
  const parts = [...(commits ? [own, theirs] : [theirs, own]), callId];
  const hear = async (step: SasMessage['step']): Promise<string> => {
    const message = await receive();
    if (message.step !== step) throw new Error(`${message.step} in place of ${step}`);
    return message.value;
  };
  const commitmentTo = async (nonce: string): Promise<string> => toHex(await hash('commit', nonce, ...parts)).join('');
  const ownNonce = randomId(32);
  let nonces: string[];
  if (commits) {
    send({ t: 'sas', step: 'commit', value: await commitmentTo(ownNonce) });
    nonces = [ownNonce, await hear('nonce')];
    send({ t: 'sas', step: 'reveal', value: ownNonce });
  } else {
    const commitment = await hear('commit');
    send({ t: 'sas', step: 'nonce', value: ownNonce });
    nonces = [await hear('reveal'), ownNonce];
    if ((await commitmentTo(nonces[0]!)) !== commitment) throw new Error('the commitment is broken');
  }
  return toEmoji(await hash('code', ...nonces, ...parts));
}
