import { RtcError } from '../../../src/base/rtc-error.js';
import type { ControlMessage, PeerOptions, PeerPort } from '../../../src/media/peer-port.js';
import type { Candidate, Description } from '../../../src/protocol/messages.js';
import type { ModelIce } from './model-ice.js';
import type { Owner } from './scheduler.js';

type Signaling = 'stable' | 'have-local-offer' | 'have-remote-offer';

/**
 * A connection with a real one's rules and none of its bytes: steps take their time and come one after the other, descriptions are refused where the browser
 * refuses them, candidates belong to a description, trickle in batches, and only one of each side leads anywhere (which the other must be given to connect);
 * a caller that has been greeted by one callee connects to no other.
 */
export class ModelPeer implements PeerPort {
  readonly connection = null;
  readonly remoteStream = { getTracks: () => [] } as unknown as MediaStream;
  state: RTCPeerConnectionState = 'new';
  other: ModelPeer | null = null;
  readonly #ice: ModelIce;
  readonly #options: PeerOptions;
  readonly #name: string;
  #signaling: Signaling = 'stable';
  /** Whose description is set here, once both are. */
  #remote: string | null = null;
  #pendingRemote: string | null = null;
  #answers = 0;
  #prepared: string | null = null;
  #established = false;
  #isCallee = false;
  #early: Candidate[] | null = [];
  readonly #given = new Set<string>();
  #steps: Promise<unknown> = Promise.resolve();
  #controlTail = 0;
  /** Whose DTLS hello came first. Chromium's hangs on it for good, whoever is answered then. */
  #greeted: string | null = null;
  readonly #owner: Owner | null;

  constructor(ice: ModelIce, options: PeerOptions, name: string) {
    this.#ice = ice;
    this.#options = options;
    this.#name = name;
    this.#owner = ice.scheduler.owner;
  }

  get owner(): Owner | null {
    return this.#owner;
  }

  get facts(): { readonly name: string; readonly remote: string | null } {
    return { name: this.#name, remote: this.#established ? this.#remote : null };
  }

  offer(): Promise<string> {
    return this.#step('offer', () => {
      if (this.#signaling !== 'stable' || this.#established) throw new RtcError('unavailable');
      this.#signaling = 'have-local-offer';
      this.#gather();
      return `offer ${this.#name}`;
    });
  }

  prepareAnswer(offer: string): Promise<string> {
    return this.#step('prepareAnswer', () => {
      const [kind, from] = offer.split(' ');
      if (kind !== 'offer' || !from || this.#signaling !== 'stable' || this.#established) throw new RtcError('bad-description');
      this.#signaling = 'have-remote-offer';
      this.#pendingRemote = from;
      return (this.#prepared = `answer ${this.#name} ${++this.#answers} to ${from}`);
    });
  }

  commitAnswer(): Promise<void> {
    return this.#step('commitAnswer', () => {
      if (!this.#prepared || this.#signaling !== 'have-remote-offer') throw new RtcError('unavailable');
      this.#prepared = null;
      this.#isCallee = true;
      this.#gather();
      this.#stable();
    });
  }

  acceptAnswer(answer: string): Promise<void> {
    return this.#step('acceptAnswer', () => {
      const [kind, from, , , to] = answer.split(' ');
      if (kind !== 'answer' || to !== this.#name || this.#signaling !== 'have-local-offer') throw new RtcError('bad-description');
      this.#pendingRemote = from ?? null;
      this.#stable();
    });
  }

  rollback(): Promise<void> {
    return this.#step('rollback', () => {
      this.#signaling = 'stable';
      this.#prepared = this.#pendingRemote = null;
      this.#early = [];
    });
  }

  addCandidates(candidates: readonly Candidate[]): void {
    if (this.#early) this.#early.push(...candidates);
    else if (this.state !== 'closed') this.#add(candidates);
  }

  /** Renegotiation is not modelled: what arrives for it says that the connection it belongs to is there. */
  async acceptDescription(_description: Description): Promise<void> {
    if (!this.#established) this.#ice.find(`${this.#name}: a description before the set-up was done`);
  }

  canReach(other: ModelPeer): boolean {
    return this.state !== 'closed' && (this.#greeted ?? other.#name) === other.#name && [...this.#given].some((candidate) => candidate.startsWith(`${other.#name} way `));
  }

  /** A callee that knows a way to the caller says hello there, whether or not the caller has heard of it. */
  #greet(): void {
    const caller = this.#ice.peers.find(({ facts }) => facts.name === this.#remote);
    if (!caller || !this.#isCallee || !this.canReach(caller)) return;
    this.soon([1, 20], () => (caller.#greeted ??= this.#name));
  }

  become(state: RTCPeerConnectionState): void {
    if (this.state === 'closed' || this.state === state || (state === 'connecting' && this.state !== 'new')) return;
    this.state = state;
    this.#options.handlers.onState(state);
    if (state !== 'connected') return;
    this.#options.handlers.onRemoteStream(this.remoteStream);
    this.soon([0, 40], () => this.other?.state === 'connected' && this.state === 'connected' && this.#options.handlers.onControlOpen());
  }

  sendControl(message: ControlMessage): void {
    const { other } = this;
    if (this.state !== 'connected' || other?.state !== 'connected') return;
    const { scheduler } = this.#ice;
    // What is said in the last moment before a connection closes may not get out.
    if (message.t === 'bye' && scheduler.chance(0.2)) return;
    const at = Math.max(scheduler.now() + scheduler.between(2, 60), this.#controlTail + 0.001);
    this.#controlTail = at;
    scheduler.at(at, `${other.#name} hears ${message.t}`, () => other.state === 'connected' && other.#options.handlers.onControl(message), other.#owner);
  }

  /** The other side is gone: consent expires. */
  #lose(): void {
    this.soon([5_000, 7_000], () => this.become('disconnected'));
    this.soon([15_000, 20_000], () => this.become('failed'));
  }

  close(): void {
    if (this.state === 'closed') return;
    const wasConnected = this.state === 'connected';
    this.state = 'closed';
    const { other } = this;
    if (wasConnected && other) other.#lose();
  }

  async setTrack(): Promise<void> {}
  showVideo(): void {}
  restartIce(): boolean {
    return true;
  }

  // --- Inside ------------------------------------------------------------------------------------------------------------------------------------

  soon(range: readonly [number, number], run: () => void): void {
    const { scheduler } = this.#ice;
    scheduler.at(scheduler.now() + scheduler.between(...range), `${this.#name} goes on`, () => this.state !== 'closed' && run(), this.#owner);
  }

  /** One after the other, each in its time; closed meanwhile is `unavailable`. */
  #step<T>(label: string, run: () => T): Promise<T> {
    const { scheduler } = this.#ice;
    const done = this.#steps.then(() => new Promise<T>((resolve, reject) => {
      scheduler.at(scheduler.now() + scheduler.between(0, 40), `${this.#name} ${label}`, () => {
        try {
          if (this.state === 'closed') throw new RtcError('unavailable');
          resolve(run());
        } catch (error) {
          if (this.state !== 'closed') this.#ice.find(`${this.#name}: ${label} in ${this.#signaling} was refused`);
          reject(error);
        }
      }, this.#owner);
    }));
    this.#steps = done.catch(() => {});
    return done;
  }

  #stable(): void {
    this.#signaling = 'stable';
    this.#established = true;
    this.#remote = this.#pendingRemote;
    const early = this.#early ?? [];
    this.#early = null;
    this.#add(early);
    this.#ice.look();
  }

  #add(candidates: readonly Candidate[]): void {
    for (const { candidate } of candidates) {
      if (candidate.split(' ')[0] !== this.#remote) this.#ice.find(`${this.#name}: a candidate of ${candidate}, connected to ${this.#remote}`);
      this.#given.add(candidate);
    }
    this.#greet();
    this.#ice.look();
  }

  /** A few batches; of all the candidates one leads anywhere. */
  #gather(): void {
    const { scheduler } = this.#ice;
    const batches = 1 + Math.floor(scheduler.random() * 4);
    const way = Math.floor(scheduler.random() * batches);
    for (let batch = 0; batch < batches; batch++) {
      const found = [{ candidate: `${this.#name} ${batch === way ? 'way' : 'wall'} ${batch}`, sdpMid: '0' }];
      this.soon([100 * batch, 100 * batch + 90], () => this.#options.handlers.onCandidates(found));
    }
  }
}
