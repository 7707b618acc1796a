import type { RtcError } from '../base/rtc-error.js';
import type { LocalMediaPort } from '../media/local-media-port.js';
import type { CreatePeer } from '../media/peer-port.js';
import type { SignalingOptions, SignalingPort } from '../signaling/signaling-port.js';

/** Everything a session needs of the platform. Tests inject their own. */
export interface CallParts {
  readonly createPeer: CreatePeer;
  readonly devices: LocalMediaPort;
  readonly createSignaling: (server: string, options: SignalingOptions) => SignalingPort;
  /** What this page cannot do, though it may join. */
  readonly problem: RtcError | null;
}
