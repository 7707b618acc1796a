import type { Peer } from '../rig/peer.js';

// What happened to a call as its page saw it, with times by one clock: Date.now(), which all browsers of this machine and the test share.

export interface CallWatch {
  /** When a frame of the remote picture was drawn. */
  readonly frames: number[];
  /** `connected`, `disconnected` … of the peer connection, and the call's own states, as they came. */
  readonly states: { readonly what: 'connection' | 'call'; readonly state: string; readonly reason?: string; readonly at: number }[];
  /** Descriptions applied, remote ones and own: a call that heals by itself applies none. */
  descriptions: number;
}

declare global {
  // Set by the function below.
  var watch: CallWatch;
}

/** Serialised into the page, before its scripts: nothing outside its body may be named. */
export function installWatch(): void {
  const states: CallWatch['states'] = [];
  globalThis.watch = { frames: [], states, descriptions: 0 };
  const Native = RTCPeerConnection;
  globalThis.RTCPeerConnection = class extends Native {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      this.addEventListener('connectionstatechange', () => states.push({ what: 'connection', state: this.connectionState, at: Date.now() }));
    }
    override setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
      watch.descriptions++;
      return super.setRemoteDescription(description);
    }
  };
  document.addEventListener('rtc-call-state', (event) => {
    const { state, reason } = (event as CustomEvent<{ state: string; reason?: string }>).detail;
    states.push({ what: 'call', state, ...(reason && { reason }), at: Date.now() });
  });
  let watched: HTMLVideoElement | null = null;
  setInterval(() => {
    const video = globalThis.rig?.video('remote-video') ?? null;
    if (!video || video === watched) return;
    watched = video;
    const drawn = (): void => {
      watch.frames.push(Date.now());
      video.requestVideoFrameCallback(drawn);
    };
    video.requestVideoFrameCallback(drawn);
  }, 100);
}

export const watchOf = (peer: Peer): Promise<CallWatch> => peer.page.evaluate(() => watch);

/** The longest time without a new frame, of what happened between the two moments; a picture that stands still at the end counts up to the end. */
export function longestGap(frames: readonly number[], from: number, to: number): number {
  const inside = frames.filter((at) => at > from && at < to);
  const before = frames.filter((at) => at <= from).at(-1) ?? from;
  return [...inside, to].reduce((worst, at, index) => Math.max(worst, at - (index === 0 ? before : inside[index - 1]!)), 0);
}

/** When the first frame after this moment was drawn; waits for it. */
export async function firstFrameAfter(peer: Peer, at: number, timeoutMs: number): Promise<number> {
  await peer.until('the picture to move again', (from) => (watch.frames.at(-1) ?? 0) > Number(from), [String(at)], timeoutMs);
  const { frames } = await watchOf(peer);
  return frames.find((frame) => frame > at) ?? Number.POSITIVE_INFINITY;
}

/** When the page first showed this state after the moment; waits for it. */
export async function stateAfter(peer: Peer, state: string, at: number, timeoutMs: number): Promise<{ readonly at: number; readonly reason?: string }> {
  await peer.until(`the call to be ${state}`, (wanted, from) => watch.states.some((each) => each.what === 'call' && each.state === wanted && each.at >= Number(from)), [state, String(at)], timeoutMs);
  const { states } = await watchOf(peer);
  return states.find((each) => each.what === 'call' && each.state === state && each.at >= at)!;
}

/** The call's states since the moment. */
export async function statesSince(peer: Peer, at: number): Promise<string[]> {
  return (await watchOf(peer)).states.filter((each) => each.what === 'call' && each.at >= at).map(({ state }) => state);
}

/** Waits until media runs over this address of ours. */
export function mediaUses(peer: Peer, address: string, timeoutMs: number): Promise<void> {
  return peer.until(`media over ${address}`, async (wanted) => {
    const report = [...((await rig.view().peerConnection?.getStats()) ?? new Map()).values()] as { id: string; type: string; selectedCandidatePairId?: string; localCandidateId?: string; address?: string }[];
    const pairId = report.find(({ type }) => type === 'transport')?.selectedCandidatePairId;
    const localId = report.find(({ id }) => id === pairId)?.localCandidateId;
    return report.some(({ id, address: used }) => id === localId && used === wanted);
  }, [address], timeoutMs);
}

/** Lets so much time pass: an outage of a stated length, not a wait for something. */
export const elapse = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
