import { pause } from '../base/pause.js';
import { RtcError, toRtcError } from '../base/rtc-error.js';
import type { ErrorCode } from '../protocol/codes.js';
import type { Candidate, Description } from '../protocol/messages.js';
import { CandidateBatch } from './candidate-batch.js';
import { parseControl } from './control-message.js';
import { isUsableDescription } from './description-check.js';
import type { ControlMessage, CreatePeer, PeerOptions, PeerPort } from './peer-port.js';
import { STARTING_MS, growToFull, startSmall } from './starting-size.js';

// One connection to one person. Set-up is a fixed script (`offer` … `acceptAnswer`, or `prepareAnswer` … `commitAnswer`), everything after it is perfect
// negotiation (https://w3c.github.io/webrtc-pc/#perfect-negotiation-example). The rules were measured in Chromium and Firefox; each says why where it stands.

const KINDS = ['audio', 'video'] as const;
type Kind = (typeof KINDS)[number];

/** One was enough on an idle machine; a busy one takes more to collect its garbage. */
const ROOM_TRIES = 10;
const ROOM_WAIT_MS = 50;

/**
 * Chromium refuses a page's 501st connection until the garbage collector has found the closed ones, which it does not look for by itself; allocating makes
 * it look.
 */
async function construct(configuration: RTCConfiguration): Promise<RTCPeerConnection> {
  for (let tries = 0; ; tries++) {
    try {
      return new RTCPeerConnection(configuration);
    } catch (error) {
      if (!(error instanceof DOMException && error.name === 'UnknownError')) throw new RtcError('unavailable', { message: String(error), cause: error });
      if (tries === ROOM_TRIES) throw new RtcError('too-many-connections', { cause: error });
    }
    Array.from({ length: 4 }, () => new ArrayBuffer(2 ** 25));
    await pause(ROOM_WAIT_MS);
  }
}

/** P-256: made in a millisecond, and what browsers make by themselves. `expires`: milliseconds from now. */
export function createCertificate(expires: number): Promise<RTCCertificate> {
  return RTCPeerConnection.generateCertificate({ name: 'ECDSA', namedCurve: 'P-256', expires } as EcKeyGenParams);
}

/** From the browser itself, or as it came: Chromium leaves this out of what it was given. */
const isFirefox = (sdp = ''): boolean => sdp.includes('SDPARTA');

class Peer implements PeerPort {
  readonly remoteStream = new MediaStream();
  /** What arrives, in the stream or not. */
  readonly #remote = new Set<MediaStreamTrack>();
  #videoShown = true;
  readonly #options: PeerOptions;
  connection: RTCPeerConnection | null = null;
  #channel: RTCDataChannel | null = null;
  #closed = false;

  /** What is to be sent; applied as soon as the transceiver exists. */
  readonly #tracks: Record<Kind, MediaStreamTrack | null> = { audio: null, video: null };
  /** Holds nothing: its id tells the other side that sound and picture belong together (lip sync). */
  readonly #group = new MediaStream();

  #growth: ReturnType<typeof setTimeout> | undefined;
  #grown = false;

  readonly #batch: CandidateBatch;
  /** Remote candidates that may not be used yet; null once they may. A callee that used them would send packets before it accepts. */
  #early: Candidate[] | null = [];
  #answer: RTCSessionDescriptionInit | null = null;
  /** The last set-up step: each waits for the one before. */
  #step: Promise<unknown> = Promise.resolve();
  #settle: () => void = () => {};
  /** First stable, or closed. */
  readonly #settled = new Promise<void>((resolve) => (this.#settle = resolve));

  // Perfect negotiation (the names are the specification's), with one change: the polite side applies an offer of its own only together with the answer to
  // it. So it can drop the offer without the rollback that loses its picture for good in Chromium 156: the receive stream comes back without its sink.
  #polite = false;
  #facesFirefox: boolean | undefined;
  #makingOffer = false;
  #ignoringOffer = false;
  #offered: RTCSessionDescriptionInit | null = null;
  /** Remote descriptions are being applied; what comes behind them waits. */
  #gate: Promise<void> | null = null;

  constructor(options: PeerOptions) {
    this.#options = options;
    this.#batch = new CandidateBatch((candidates) => {
      // Not those of an offer that was rolled back, or of before an ICE restart: the other side could only refuse them.
      const sdp = this.connection?.localDescription?.sdp;
      const useful = candidates.filter(({ usernameFragment }) => sdp && (!usernameFragment || sdp.includes(`a=ice-ufrag:${usernameFragment}\r`)));
      if (useful.length > 0) options.handlers.onCandidates(useful);
    });
  }

  // --- Set-up ----------------------------------------------------------------------------------------------------------------------------------

  offer(): Promise<string> {
    return this.#run('unavailable', async (connection) => {
      // Always `sendrecv` (the default), with or without a track: what starts later is a replaceTrack and no renegotiation.
      for (const kind of KINDS) {
        const track = this.#tracks[kind];
        startSmall(connection.addTransceiver(track ?? kind, { streams: [this.#group] }).sender, track);
      }
      const offer = await connection.createOffer();
      await connection.setLocalDescription(offer);
      this.#batch.release();
      return offer.sdp ?? '';
    });
  }

  acceptAnswer(sdp: string): Promise<void> {
    return this.#run('bad-description', async (connection) => {
      await connection.setRemoteDescription(this.#checked('answer', sdp));
      this.#established(connection);
    });
  }

  prepareAnswer(sdp: string): Promise<string> {
    return this.#run('bad-description', async (connection) => {
      await connection.setRemoteDescription(this.#checked('offer', sdp));
      for (const kind of KINDS) {
        // The offer's own transceivers: addTransceiver here would double the m-lines.
        const transceiver = this.#transceiver(kind);
        if (!transceiver) continue;
        transceiver.direction = 'sendrecv';
        transceiver.sender.setStreams(this.#group);
        if (this.#tracks[kind]) await this.setTrack(kind, this.#tracks[kind]);
      }
      // Made once: in Chromium a second answer has another ufrag than the one that was sent.
      this.#answer = await connection.createAnswer();
      return this.#answer.sdp ?? '';
    });
  }

  commitAnswer(): Promise<void> {
    return this.#run('unavailable', async (connection) => {
      if (!this.#answer) throw new RtcError('unavailable');
      this.#polite = true;
      const applied = connection.setLocalDescription(this.#answer);
      this.#answer = null;
      this.#batch.release();
      // Queued by the browser behind the description, which spares a round through this thread.
      this.#admit(connection);
      await applied;
      this.#established(connection);
    });
  }

  rollback(): Promise<void> {
    return this.#run('unavailable', async (connection) => {
      if (connection.signalingState === 'have-remote-offer') await connection.setRemoteDescription({ type: 'rollback' });
      this.#answer = null;
      this.#early = [];
      this.#forgetRemote();
    });
  }

  #run<T>(code: ErrorCode, step: (connection: RTCPeerConnection) => Promise<T>): Promise<T> {
    const result = this.#step.then(async () => {
      try {
        return await step(await this.#open());
      } catch (error) {
        throw toRtcError(error, this.#closed ? 'unavailable' : code);
      }
    });
    this.#step = result.catch(() => {});
    return result;
  }

  async #open(): Promise<RTCPeerConnection> {
    if (this.#closed) throw new RtcError('unavailable');
    if (this.connection) return this.connection;
    const { iceServers, iceTransportPolicy, handlers } = this.#options;
    const certificate = await this.#options.certificate?.();
    // No candidate pool (0 is the default): a larger one sends packets before the callee has accepted.
    const connection = await construct({ iceServers: iceServers as RTCIceServer[], iceTransportPolicy, bundlePolicy: 'max-bundle', ...(certificate && { certificates: [certificate] }) });
    if (this.#closed) {
      connection.close();
      throw new RtcError('unavailable');
    }
    this.connection = connection;
    let usernameFragment: string | null = null;
    connection.onicecandidate = ({ candidate }) => {
      // The end does not say of which generation: it may come after a restart has begun. Firefox announces it twice, as an empty candidate, then as null.
      if (!candidate) this.#batch.add({ candidate: '', usernameFragment });
      // Active TCP finds nobody between browsers, none of which listens; each candidate costs the other side's page a few milliseconds, just at accept.
      else if (candidate.candidate && candidate.tcpType !== 'active') {
        ({ usernameFragment } = candidate);
        this.#batch.add({ ...candidate.toJSON(), candidate: candidate.candidate });
      }
    };
    connection.onconnectionstatechange = () => {
      if (connection.connectionState === 'connected') this.#growth ??= setTimeout(() => this.#grow(), STARTING_MS);
      handlers.onState(connection.connectionState);
    };
    connection.ontrack = ({ track }) => this.#arrived(track);
    const channel = (this.#channel = connection.createDataChannel('rtc-control', { negotiated: true, id: 0 }));
    channel.onopen = () => handlers.onControlOpen();
    channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      const message = parseControl(data);
      if (message) handlers.onControl(message);
    };
    return connection;
  }

  #established(connection: RTCPeerConnection): void {
    this.#admit(connection);
    // Not before: until now the script negotiates, and adding transceivers had asked for it.
    connection.onnegotiationneeded = () => void this.#negotiate(connection);
    this.#settle();
  }

  #checked(type: 'offer' | 'answer', sdp: string): Description {
    if (!isUsableDescription(sdp)) throw new RtcError('bad-description');
    this.#facesFirefox = isFirefox(sdp);
    return { type, sdp };
  }

  // --- Candidates ------------------------------------------------------------------------------------------------------------------------------

  addCandidates(candidates: readonly Candidate[]): void {
    if (this.#gate) void this.#gate.then(() => this.addCandidates(candidates));
    else if (this.#early) this.#early.push(...candidates);
    else if (this.connection) this.#add(this.connection, candidates);
  }

  #admit(connection: RTCPeerConnection): void {
    const early = this.#early;
    if (!early) return;
    this.#early = null;
    this.#add(connection, early);
    if (this.#remote.size > 0) this.#showRemote();
  }

  #add(connection: RTCPeerConnection, candidates: readonly Candidate[]): void {
    for (const candidate of candidates) {
      // Those of an offer that we ignore belong to nothing.
      const ignored = this.#ignoringOffer;
      connection.addIceCandidate(candidate).catch((error: unknown) => {
        if (!ignored) this.#fail(toRtcError(error, 'bad-description'));
      });
    }
  }

  // --- Renegotiation ---------------------------------------------------------------------------------------------------------------------------

  acceptDescription(description: Description): Promise<void> {
    // One after the other, and not before the set-up is done: the other side may be a step ahead of us.
    const applied = (this.#gate ?? this.#settled).then(() => this.#apply(description));
    const gate: Promise<void> = applied.catch(() => {}).then(() => {
      if (this.#gate === gate) this.#gate = null;
    });
    this.#gate = gate;
    return applied;
  }

  async #apply({ type, sdp }: Description): Promise<void> {
    const connection = this.connection;
    if (!connection) return;
    try {
      const description = this.#checked(type, sdp);
      const offered = this.#offered;
      this.#ignoringOffer = type === 'offer' && !this.#polite && (this.#makingOffer || connection.signalingState !== 'stable');
      if (this.#ignoringOffer) return;
      this.#offered = null;
      const prepared = type === 'answer' && offered ? connection.setLocalDescription(offered) : null;
      await Promise.all([prepared, connection.setRemoteDescription(description)]);
      if (type === 'offer') await this.#describe(connection);
    } catch (error) {
      if (!this.#closed) throw toRtcError(error, 'bad-description');
    }
  }

  restartIce(iceServers?: readonly RTCIceServer[]): boolean {
    const connection = this.connection;
    // Between the two engines it can stop sound and picture for good (measured in Chromium 156 with Firefox 153, with plain pages too; not in the first second or two):
    // Chromium goes on with Firefox's old candidates, which by then it ranks above the new, and Firefox does not look there any more.
    if (this.#facesFirefox === !isFirefox(connection?.localDescription?.sdp)) return false;
    if (iceServers) connection?.setConfiguration({ ...connection.getConfiguration(), iceServers: [...iceServers] });
    connection?.restartIce();
    return true;
  }

  async #negotiate(connection: RTCPeerConnection): Promise<void> {
    try {
      if (this.#polite) {
        const offer = await connection.createOffer();
        // Overtaken by the other's offer; the browser asks again if something is still to be negotiated.
        if (this.#closed || this.#gate || this.#offered) return;
        this.#offered = offer;
        this.#options.handlers.onDescription({ type: 'offer', sdp: offer.sdp ?? '' });
      } else {
        this.#makingOffer = true;
        await this.#describe(connection);
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#makingOffer = false;
    }
  }

  /** Makes, applies and hands out an offer, or the answer to one. */
  async #describe(connection: RTCPeerConnection): Promise<void> {
    this.#batch.hold();
    try {
      await connection.setLocalDescription();
      if (this.#closed) return;
      const { type, sdp } = connection.localDescription as Description;
      this.#options.handlers.onDescription({ type, sdp });
    } finally {
      this.#batch.release();
    }
  }

  #fail(error: unknown): void {
    if (!this.#closed) this.#options.handlers.onFailure(error);
  }

  // --- Media and control -----------------------------------------------------------------------------------------------------------------------

  /** Ours is the first of its kind, on either side: the set-up makes no other. */
  #transceiver(kind: Kind): RTCRtpTransceiver | undefined {
    return this.connection?.getTransceivers().find(({ receiver }) => receiver.track.kind === kind);
  }

  async setTrack(kind: Kind, track: MediaStreamTrack | null): Promise<void> {
    this.#tracks[kind] = track;
    const sender = this.#transceiver(kind)?.sender;
    // A replacement that replaces nothing still takes its turn in the connection's queue, ahead of the answer.
    if (!sender || sender.track === track) return;
    if (!this.#grown) startSmall(sender, track);
    try {
      await sender.replaceTrack(track);
    } catch (error) {
      if (!this.#closed) throw toRtcError(error, 'unavailable');
    }
  }

  #arrived(track: MediaStreamTrack): void {
    this.#remote.add(track);
    track.onended = () => {
      this.#remote.delete(track);
      this.remoteStream.removeTrack(track);
      this.#showRemote();
    };
    this.#showRemote();
  }

  showVideo(on: boolean): void {
    if (on === this.#videoShown) return;
    this.#videoShown = on;
    this.#showRemote();
  }

  /** A callee's tracks exist while it rings, and are nobody's business yet. */
  #showRemote(): void {
    if (this.#early) return;
    for (const track of this.#remote) this.remoteStream[track.kind === 'audio' || this.#videoShown ? 'addTrack' : 'removeTrack'](track);
    this.#options.handlers.onRemoteStream(this.remoteStream);
  }

  /** Without a word. */
  #forgetRemote(): void {
    for (const track of this.#remote) {
      track.onended = null;
      this.remoteStream.removeTrack(track);
    }
    this.#remote.clear();
  }

  #grow(): void {
    this.#grown = true;
    const sender = this.#transceiver('video')?.sender;
    if (sender) growToFull(sender);
  }

  sendControl(message: ControlMessage): void {
    if (this.#channel?.readyState === 'open') this.#channel.send(JSON.stringify(message));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#growth);
    this.#batch.hold();
    this.#forgetRemote();
    const connection = this.connection;
    const channel = this.#channel;
    if (channel) channel.onopen = channel.onmessage = null;
    if (connection) {
      connection.onicecandidate = connection.onconnectionstatechange = connection.ontrack = connection.onnegotiationneeded = null;
      connection.close();
    }
    // Chromium counts a connection against its limit as long as anything refers to it.
    this.connection = this.#channel = null;
    this.#settle();
  }
}

export const createPeer: CreatePeer = (options) => new Peer(options);
