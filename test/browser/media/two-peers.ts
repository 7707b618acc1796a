import type { Candidate, Description } from '../../../src/protocol/messages.js';
import type { ControlMessage, PeerPort } from '../../../src/media/peer-port.js';
import { createPeer } from '../../../src/media/peer.js';

/** A peer and everything it has told. */
export interface Watched {
  readonly peer: PeerPort;
  readonly candidates: Candidate[][];
  readonly descriptions: Description[];
  readonly states: RTCPeerConnectionState[];
  readonly control: ControlMessage[];
  readonly failures: unknown[];
  readonly streams: MediaStream[];
  opened: number;
  /** Where candidates and descriptions go. */
  other: Watched | null;
  /** While an array: what is on its way, in order. */
  held: (() => void)[] | null;
}

const made: PeerPort[] = [];

export function watch(): Watched {
  const deliver = (message: (other: Watched) => void): void => {
    const { other, held } = watched;
    if (other && held) held.push(() => message(other));
    else if (other) message(other);
  };
  const watched: Watched = {
    peer: createPeer({
      iceServers: [],
      iceTransportPolicy: 'all',
      handlers: {
        onCandidates(batch) {
          watched.candidates.push(batch);
          deliver(({ peer }) => peer.addCandidates(batch));
        },
        onDescription(description) {
          watched.descriptions.push(description);
          deliver(({ peer, failures }) => void peer.acceptDescription(description).catch((error: unknown) => failures.push(error)));
        },
        onState: (state) => watched.states.push(state),
        onControl: (message) => watched.control.push(message),
        onControlOpen: () => watched.opened++,
        onRemoteStream: (stream) => watched.streams.push(stream),
        onFailure: (error) => watched.failures.push(error),
      },
    }),
    candidates: [], descriptions: [], states: [], control: [], failures: [], streams: [], opened: 0, other: null, held: null,
  };
  made.push(watched.peer);
  return watched;
}

/** Delivers what is on its way, and from now on at once. */
export function letThrough(...all: Watched[]): void {
  for (const watched of all) {
    const held = watched.held ?? [];
    watched.held = null;
    for (const deliver of held) deliver();
  }
}

export function closeAll(): void {
  for (const peer of made.splice(0)) peer.close();
}

/** Caller and callee, wired to each other, not yet connected. */
export function pair(): { caller: Watched; callee: Watched } {
  const caller = watch();
  const callee = watch();
  caller.other = callee;
  callee.other = caller;
  return { caller, callee };
}

export async function connect({ caller, callee }: { caller: Watched; callee: Watched }): Promise<void> {
  const answer = await callee.peer.prepareAnswer(await caller.peer.offer());
  await Promise.all([callee.peer.commitAnswer(), caller.peer.acceptAnswer(answer)]);
}

/** Resolves when `isTrue` holds; asked at every turn of the event loop, so that it adds no wait of its own. Mocha's time limit is the only one. */
export async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, 10));
}

export async function connected(...all: Watched[]): Promise<void> {
  await until(() => all.every(({ peer }) => peer.connection?.connectionState === 'connected'));
}

export function mediaSections(sdp: string | undefined): number {
  return sdp?.match(/^m=/gm)?.length ?? 0;
}

/** Resolves after this many new frames of the stream's picture were presented. */
export async function frames(stream: MediaStream, count: number): Promise<void> {
  const video = document.createElement('video');
  video.muted = true;
  video.srcObject = stream;
  document.body.append(video);
  await video.play();
  for (let seen = 0; seen < count; seen++) await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
  video.srcObject = null;
  video.remove();
}

/** Sum of one inbound figure over a peer's RTP streams of a kind. */
export async function inbound(peer: PeerPort, kind: 'audio' | 'video', figure: 'packetsReceived' | 'framesDecoded'): Promise<number> {
  let sum = 0;
  (await peer.connection!.getStats()).forEach((report: RTCInboundRtpStreamStats) => {
    if (report.type === 'inbound-rtp' && report.kind === kind) sum += report[figure] ?? 0;
  });
  return sum;
}
