import { RtcError } from '../../../src/base/rtc-error.js';
import type { CaptureOptions, CaptureResult, DeviceProblem, LocalMediaPort } from '../../../src/media/local-media-port.js';
import type { ControlMessage, CreatePeer, PeerOptions, PeerPort } from '../../../src/media/peer-port.js';
import type { ErrorCode } from '../../../src/protocol/codes.js';
import type { Candidate } from '../../../src/protocol/messages.js';

// Fakes at the two media ports: connections that connect when both descriptions are set, and devices that can be missing.

type Kind = 'audio' | 'video';

export class FakeTrack extends EventTarget {
  readyState: 'live' | 'ended' = 'live';
  enabled = true;
  readonly kind: Kind;
  readonly deviceId: string;
  constructor(kind: Kind, deviceId = '') {
    super();
    this.kind = kind;
    this.deviceId = deviceId;
  }
  getSettings(): MediaTrackSettings {
    return { deviceId: this.deviceId };
  }
  stop(): void {
    this.readyState = 'ended';
  }
}

export class FakeLocalMedia implements LocalMediaPort {
  onEnded: ((kind: Kind) => void) | null = null;
  onDevices: (() => void) | null = null;
  /** Kinds that cannot be had, and why. */
  readonly missing: { [kind in Kind]?: ErrorCode } = {};
  /** Every track ever handed out. */
  readonly tracks: FakeTrack[] = [];
  readonly asked: CaptureOptions[] = [];
  readonly canShareScreen = true;
  /** While set, asking waits for it. */
  gate: Promise<void> = Promise.resolve();
  #live: FakeTrack[] = [];
  #stops = 0;

  get stream(): MediaStream {
    return { getTracks: () => this.#live } as unknown as MediaStream;
  }

  async capture(options: CaptureOptions): Promise<CaptureResult> {
    this.asked.push(options);
    const stops = this.#stops;
    await this.gate;
    const problems: DeviceProblem[] = [];
    for (const kind of ['audio', 'video'] as const) {
      if (!options[kind] || (this.track(kind) && !options.anew)) continue;
      const code = this.missing[kind];
      if (code) problems.push({ kind, error: new RtcError(code) });
      else {
        const { exact, ideal } = ((options.constraints[kind] as MediaTrackConstraints | undefined)?.deviceId ?? {}) as ConstrainDOMStringParameters;
        const plugged = this.plugged.filter((device) => device.kind === `${kind}input`);
        const track = new FakeTrack(kind, (plugged.find(({ deviceId }) => deviceId === (exact ?? ideal)) ?? plugged[0])?.deviceId);
        if (stops === this.#stops) this.stop(kind);
        this.tracks.push(track);
        if (stops === this.#stops) this.#live.push(track);
        else track.stop();
      }
    }
    return { audio: this.track('audio'), video: this.track('video'), problems };
  }

  track(kind: Kind): MediaStreamTrack | null {
    return (this.#live.find((track) => track.kind === kind) ?? null) as unknown as MediaStreamTrack | null;
  }

  stop(kind: Kind): void {
    for (const track of this.#live) if (track.kind === kind) track.stop();
    this.#live = this.#live.filter((track) => track.kind !== kind);
  }

  release(): void {
    this.#stops++;
    this.stop('audio');
    this.stop('video');
  }

  /** Plugged in. */
  plugged: MediaDeviceInfo[] = [];
  async devices(): Promise<readonly MediaDeviceInfo[]> {
    return [...this.plugged];
  }
  async permission(): Promise<'unknown'> {
    return 'unknown';
  }
  close(): void {
    this.release();
  }
}

/** Where fake connections find each other: an offer names its maker. */
export class FakeNetwork {
  readonly peers: FakePeer[] = [];
  /** While false, nobody gets connected. */
  open = true;
  /** Why no offer can be made. */
  refuses: RtcError | null = null;

  readonly createPeer: CreatePeer = (options) => {
    const peer = new FakePeer(this, options, `p${this.peers.length}`);
    this.peers.push(peer);
    return peer;
  };
}

export class FakePeer implements PeerPort {
  connection: RTCPeerConnection | null = null;
  readonly remoteStream = { getTracks: () => [] } as unknown as MediaStream;
  state: RTCPeerConnectionState = 'new';
  readonly tracks: Record<Kind, MediaStreamTrack | null> = { audio: null, video: null };
  readonly candidates: Candidate[] = [];
  readonly prepared: string[] = [];
  videoShown = true;
  rollbacks = 0;
  restarts = 0;
  /** As between Firefox and another engine. */
  cannotRestart = false;
  restartedWith: readonly RTCIceServer[] | undefined;
  other: FakePeer | null = null;
  readonly #network: FakeNetwork;
  readonly options: PeerOptions;
  readonly #name: string;

  constructor(network: FakeNetwork, options: PeerOptions, name: string) {
    this.#network = network;
    this.options = options;
    this.#name = name;
  }

  async offer(): Promise<string> {
    if (this.#network.refuses) throw this.#network.refuses;
    queueMicrotask(() => queueMicrotask(() => this.state !== 'closed' && this.options.handlers.onCandidates([{ candidate: `from ${this.#name}` }])));
    return `offer ${this.#name}`;
  }
  async prepareAnswer(offer: string): Promise<string> {
    if (!offer.startsWith('offer ')) throw new RtcError('bad-description');
    this.prepared.push(offer);
    this.other = this.#network.peers.find((peer) => `offer ${peer.#name}` === offer) ?? null;
    return `answer ${this.#name}`;
  }
  async commitAnswer(): Promise<void> {
    this.options.handlers.onCandidates([{ candidate: `from ${this.#name}` }]);
  }
  async acceptAnswer(answer: string): Promise<void> {
    if (!answer.startsWith('answer ')) throw new RtcError('bad-description');
    this.other = this.#network.peers.find((peer) => `answer ${peer.#name}` === answer) ?? null;
    if (this.#network.open) for (const peer of [this, this.other]) peer?.become('connected');
  }
  become(state: RTCPeerConnectionState): void {
    if (this.state === 'closed') return;
    this.state = state;
    this.options.handlers.onState(state);
    if (state === 'connected') this.options.handlers.onControlOpen();
  }
  async rollback(): Promise<void> {
    this.rollbacks++;
    this.other = null;
  }
  addCandidates(candidates: readonly Candidate[]): void {
    this.candidates.push(...candidates);
  }
  async acceptDescription(): Promise<void> {}
  async setTrack(kind: Kind, track: MediaStreamTrack | null): Promise<void> {
    this.tracks[kind] = track;
  }
  sendControl(message: ControlMessage): void {
    if (this.state !== 'connected') return;
    const { other } = this;
    queueMicrotask(() => other?.state === 'connected' && other.options.handlers.onControl(message));
  }
  showVideo(on: boolean): void {
    this.videoShown = on;
  }
  restartIce(iceServers?: readonly RTCIceServer[]): boolean {
    if (this.cannotRestart) return false;
    this.restarts++;
    this.restartedWith = iceServers;
    return true;
  }
  close(): void {
    this.state = 'closed';
  }
}
