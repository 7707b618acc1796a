import { importRetrying } from '../base/import-retrying.js';
import type { RtcError } from '../base/rtc-error.js';
import type { LocalMediaPort } from '../media/local-media-port.js';
import type { CreatePeer } from '../media/peer-port.js';
import type { CreateTransport } from '../signaling/transport.js';
import type { SignalingOptions, SignalingPort } from '../signaling/signaling-port.js';

/** Everything a session needs of the platform, fetched at join and never at accept. Tests inject their own. */
export interface CallParts {
  readonly createPeer: CreatePeer;
  readonly createLocalMedia: () => LocalMediaPort;
  readonly createSignaling: (server: string, options: SignalingOptions) => SignalingPort;
  /** Why this browser cannot make calls, if so. */
  readonly problem: RtcError | null;
}
export type LoadCallParts = () => Promise<CallParts>;
export type { CreateTransport };

export const loadCallParts: LoadCallParts = () => importRetrying(() => import('./load-call-parts.js')).then((module) => module.callParts());
