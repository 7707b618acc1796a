import type { Peer } from '../rig/peer.js';

// What a person would notice of a call: pictures that stop, alarms. Recorded inside the page, where no question of the test's comes between two frames.

export interface MediaReport {
  readonly frames: number;
  /** The longest time without a new picture of the other, up to the moment of the report. */
  readonly largestGapMs: number;
  /** `connectionstatechange` and `iceconnectionstatechange` of the call's connection since the watch began. */
  readonly stateChanges: readonly string[];
}

interface MediaWatch {
  frames: number;
  largestGapMs: number;
  lastFrameAt: number;
  stateChanges: string[];
}

declare global {
  var mediaWatch: MediaWatch | undefined;
}

/** From now on (a watch before this one is forgotten). The remote picture must be there. */
export function watchMedia(...peers: readonly Peer[]): Promise<unknown> {
  return Promise.all(peers.map((peer) => peer.page.evaluate(() => {
    const watch: MediaWatch = { frames: 0, largestGapMs: 0, lastFrameAt: performance.now(), stateChanges: [] };
    globalThis.mediaWatch = watch;
    const video = rig.video('remote-video');
    const connection = rig.view().peerConnection;
    if (!video || !connection) throw new Error('no call to watch');
    for (const [type, state] of [['connectionstatechange', 'connectionState'], ['iceconnectionstatechange', 'iceConnectionState']] as const) {
      connection.addEventListener(type, () => watch.stateChanges.push(`${state} ${connection[state]}`));
    }
    const count: VideoFrameRequestCallback = (_now, { presentationTime }) => {
      if (globalThis.mediaWatch !== watch) return;
      watch.frames += 1;
      watch.largestGapMs = Math.max(watch.largestGapMs, presentationTime - watch.lastFrameAt);
      watch.lastFrameAt = presentationTime;
      video.requestVideoFrameCallback(count);
    };
    video.requestVideoFrameCallback(count);
  })));
}

export function reportMedia(peer: Peer): Promise<MediaReport> {
  return peer.page.evaluate(() => {
    const watch = globalThis.mediaWatch;
    if (!watch) throw new Error('nothing is watched');
    const { frames, largestGapMs, lastFrameAt, stateChanges } = watch;
    return { frames, largestGapMs: Math.max(largestGapMs, performance.now() - lastFrameAt), stateChanges };
  });
}
