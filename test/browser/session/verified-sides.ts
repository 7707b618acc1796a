import type { Call } from '../../../src/call/call-state.js';
import type { Verification } from '../../../src/media/call-verification.js';
import type { ControlMessage, PeerPort, SasMessage } from '../../../src/media/peer-port.js';
import { createPeer } from '../../../src/media/peer.js';
import type { Candidate, Description } from '../../../src/protocol/messages.js';
import type { CallVerifier } from '../../../src/session/call-parts.js';
import { SessionStore } from '../../../src/session/session-store.js';
import { watchVerification } from '../../../src/session/verification-watch.js';
import { callWith, member } from '../../support/fake-session.js';

// Ends of real connections with the verification of a session on them, and without one: what somebody in between makes of it.

const peers: PeerPort[] = [];
export function closePeers(): void {
  for (const peer of peers.splice(0)) peer.close();
}

export interface End {
  readonly peer: PeerPort;
  readonly states: RTCPeerConnectionState[];
  /** Control messages go out; before that they are dropped. */
  isOpen: boolean;
  onControl: (message: ControlMessage) => void;
  onOpen: () => void;
  onStream: (stream: MediaStream) => void;
  other: End | null;
}

export function end(certificate?: RTCCertificate): End {
  const states: RTCPeerConnectionState[] = [];
  const peer = createPeer({
    iceServers: [], iceTransportPolicy: 'all',
    ...(certificate && { certificate: () => Promise.resolve(certificate) }),
    handlers: {
      onCandidates: (candidates: Candidate[]) => made.other?.peer.addCandidates(candidates),
      onDescription: (description: Description) => void made.other?.peer.acceptDescription(description),
      onState: (state) => void states.push(state),
      onControl: (message) => made.onControl(message),
      onControlOpen: () => {
        made.isOpen = true;
        made.onOpen();
      },
      onRemoteStream: (stream) => made.onStream(stream),
      onFailure: () => {},
    },
  });
  const made: End = { peer, states, isOpen: false, onControl() {}, onOpen() {}, onStream() {}, other: null };
  peers.push(peer);
  return made;
}

/** Wires and connects two ends; `spoil` is what happens to a description on its way. */
export async function link(caller: End, callee: End, spoil = (sdp: string, _of: 'offer' | 'answer'): string => sdp): Promise<void> {
  caller.other = callee;
  callee.other = caller;
  const answer = await callee.peer.prepareAnswer(spoil(await caller.peer.offer(), 'offer'));
  await Promise.all([callee.peer.commitAnswer(), caller.peer.acceptAnswer(spoil(answer, 'answer'))]);
}

export interface Side {
  readonly store: SessionStore;
  readonly told: Verification[];
  /** Verification messages that have come. */
  readonly heard: SasMessage[];
  readonly verifier: () => CallVerifier | null;
  /** The call goes over this connection from now on. */
  use(end: End): void;
  /** As a session does when sound and picture are there. */
  watch(): void;
  hangUp(): void;
}

export interface Person {
  readonly nickname: string;
  readonly userId?: string;
}

/** One side's verification: who `other` is, as the server says. */
export function side(server: string, callId: string, direction: 'incoming' | 'outgoing', other: Person): Side {
  const { media, ringing, createdAt } = callWith(member('nobody'));
  const peer = member(other.nickname, other.userId ? { userId: other.userId, authenticated: true } : {});
  const call: Call = { phase: 'active', callId, peer, direction, media, ringing, createdAt, rev: 1, generation: 0, connectedAt: 0 };
  const store = new SessionStore({ server });
  const told: Verification[] = [];
  const heard: SasMessage[] = [];
  store.on('rtc-verification', ({ detail }) => void told.push(detail));
  const calls: { call: Call; peer: PeerPort | null; verifier: CallVerifier | null; earlySas: SasMessage[] } = { call, peer: null, verifier: null, earlySas: [] };
  return {
    store, told, heard,
    verifier: () => calls.verifier,
    use(next) {
      calls.peer = next.peer;
      calls.earlySas.length = 0;
      next.onOpen = () => calls.verifier?.opened();
      next.onControl = (message) => {
        if (message.t !== 'sas') return;
        heard.push(message);
        if (calls.verifier) calls.verifier.heard(message);
        else calls.earlySas.push(message);
      };
    },
    watch: () => watchVerification(callId, store, calls),
    hangUp: () => void store.emit('rtc-call-state', { state: 'ended', previous: 'active', callId, peer, direction, ringing }),
  };
}

export const stateOf = ({ store }: Side): string => store.snapshot.verification.state;
export const emojiOf = ({ store }: Side): string => store.snapshot.verification.emoji.join('');
