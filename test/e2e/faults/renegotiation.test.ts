import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Peer } from '../rig/peer.js';
import { NetworkStage } from './network-stage.js';
import { longestGap, watchOf } from './network-watch.js';

const ROUNDS = 200;
/** Every so many rounds as the product does it, which asks the server for credentials first; else straight, so that the offers really meet. */
const ASKING_EVERY = 20;

interface Negotiations {
  /** Offers begun and offers applied here: what is missing was overtaken by the other's. */
  offers: number;
  applied: number;
  errors: string[];
}

declare global {
  // Set by `countNegotiations`.
  var negotiations: Negotiations;
}

/** Serialised into the page, before its scripts. */
function countNegotiations(): void {
  globalThis.negotiations = { offers: 0, applied: 0, errors: [] };
  const Native = RTCPeerConnection;
  globalThis.RTCPeerConnection = class extends Native {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      this.addEventListener('negotiationneeded', () => {
        negotiations.offers++;
      });
      this.addEventListener('signalingstatechange', () => {
        if (this.signalingState === 'have-local-offer') negotiations.applied++;
      });
    }
  };
  addEventListener('unhandledrejection', ({ reason }) => negotiations.errors.push(String(reason)));
}

let stage: NetworkStage;
before(async () => {
  stage = await NetworkStage.start();
  await stage.startServer();
});
after(() => stage.close());

/** Both restart ICE, the one thing the product itself renegotiates for, at this moment by the clock they share. */
function negotiateAt(peer: Peer, at: number, isAsking: boolean): Promise<void> {
  return peer.page.evaluate(async (moment, asking) => {
    const view = rig.view() as ReturnType<typeof rig.view> & { restartIce(): Promise<void> };
    // Not a timer: those of two pages differ by more than a negotiation takes.
    while (Date.now() < moment);
    if (asking) await view.restartIce();
    else view.peerConnection?.restartIce();
  }, at, isAsking);
}

const isStable = (peer: Peer) =>
  peer.until('a stable connection', () => {
    const connection = rig.view().peerConnection;
    return connection?.signalingState === 'stable' && connection.connectionState === 'connected';
  });

describe('Two who renegotiate at the same moment', () => {
  it(`${ROUNDS} times stay connected: both stable, no m-line more, no frame gap above 500 ms`, async (t) => {
    const [ana, ben] = await stage.inCallHere('Ana', 'Ben', { prelude: `(${countNegotiations.toString()})()` });
    const pair = [ana, ben];
    const mLines = (peer: Peer) => peer.page.evaluate(() => rig.view().peerConnection?.localDescription?.sdp.match(/^m=/gm)?.length ?? 0);
    const before = await Promise.all(pair.map(mLines));
    const from = Date.now();
    for (let round = 1; round <= ROUNDS; round++) {
      const at = Date.now() + 25;
      await Promise.all(pair.map((peer) => negotiateAt(peer, at, round % ASKING_EVERY === 0)));
      await Promise.all(pair.map(isStable));
    }
    const to = Date.now();
    await Promise.all(pair.map((peer) => peer.seesMovingFrames()));
    const gaps = await Promise.all(pair.map(async (peer) => longestGap((await watchOf(peer)).frames, from, to)));
    const counts = await Promise.all(pair.map((peer) => peer.page.evaluate(() => negotiations)));
    const overtaken = counts.map(({ offers, applied }) => offers - applied);
    t.diagnostic(`${ROUNDS} rounds in ${to - from} ms: offers ${counts.map(({ offers }) => offers).join(' and ')}, overtaken ${overtaken.join(' and ')}, largest frame gaps ${gaps.join(' and ')} ms`);
    assert.deepEqual(await Promise.all(pair.map(mLines)), before);
    assert.deepEqual(counts.flatMap(({ errors }) => errors), []);
    for (const peer of pair) {
      assert.deepEqual(await peer.errorCodes(), []);
      assert.deepEqual((await peer.callStates()).filter((state) => state === 'reconnecting'), []);
    }
    assert.ok(Math.max(...overtaken) >= ROUNDS / 10, 'enough of the rounds really met: else nothing was tested');
    for (const gap of gaps) assert.ok(gap <= 500, `largest frame gap ${gap} ms`);
  });
});
