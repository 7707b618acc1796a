import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { installWatch, longestGap, watchOf } from './faults/network-watch.js';
import { connect, expectLiveCall, type Peer } from './rig/peer.js';
import { uniqueRoom, useRig, type BrowserKind } from './rig/rig.js';

const stage = useRig();
afterEach(() => stage().closePeers());

const pairs: [caller: BrowserKind, callee: BrowserKind][] = [['chromium', 'firefox'], ['firefox', 'chromium']];

describe('A call between browsers', () => {
  for (const [from, to] of pairs) {
    it(`from ${from} to ${to} moves frames and sound both ways, and frees the devices at its end`, async () => {
      const room = uniqueRoom();
      const [caller, callee] = await Promise.all([
        stage().open({ room, browser: from, nickname: 'Caller' }),
        stage().open({ room, browser: to, nickname: 'Callee' }),
      ]);
      await caller.call('Callee');
      await callee.accept();
      await expectLiveCall(caller, callee);
      await callee.hangUp();
      await Promise.all([caller.waitForEnd('remote-hangup'), callee.waitForEnd('hangup')]);
      await Promise.all([caller.releasesDevices(), callee.releasesDevices()]);
      assert.deepEqual([...caller.problems, ...callee.problems], []);
    });
  }
});

/** In a call, with what they saw written down. */
async function inCall(from: BrowserKind, to: BrowserKind): Promise<[caller: Peer, callee: Peer]> {
  const room = uniqueRoom();
  const prelude = `(${installWatch.toString()})()`;
  const [caller, callee] = await Promise.all([
    stage().open({ room, browser: from, nickname: 'Caller', prelude }),
    stage().open({ room, browser: to, nickname: 'Callee', prelude }),
  ]);
  await connect(caller, callee);
  return [caller, callee];
}

/** Over another connection than at this moment, and only one more. */
async function renewed(pair: readonly Peer[], restart: () => Promise<unknown>): Promise<void> {
  for (const { page } of pair) await page.evaluate(() => Object.assign(globalThis, { old: rig.view().peerConnection }));
  await restart();
  await Promise.all(pair.map((peer) => peer.until('another connection', () => ![null, (globalThis as { old?: unknown }).old].includes(rig.view().peerConnection))));
}

const restartIce = ({ page }: Peer) => page.evaluate(() => (rig.view() as ReturnType<typeof rig.view> & { restartIce(): Promise<void> }).restartIce());

describe('An ICE restart between browsers', () => {
  for (const [from, to] of pairs) {
    for (const who of ['caller', 'callee', 'both'] as const) {
      it(`that ${who === 'both' ? 'both ask' : `the ${who} asks`} for leaves frames and sound both ways (${from} calls ${to})`, async (t) => {
        const pair = await inCall(from, to);
        const [caller, callee] = pair;
        const asking = who === 'both' ? pair : [who === 'caller' ? caller : callee];
        // Once more: what is left of the first must not be in the way of the second.
        for (const round of [1, 2]) {
          const at = Date.now();
          await renewed(pair, () => Promise.all(asking.map(restartIce)));
          await expectLiveCall(...pair);
          const gaps = await Promise.all(pair.map(async (peer) => longestGap((await watchOf(peer)).frames, at, Date.now())));
          t.diagnostic(`round ${round}: longest without a new frame ${gaps.join(' and ')} ms`);
        }
        for (const peer of pair) {
          assert.deepEqual(peer.problems, []);
          assert.deepEqual(await peer.errorCodes(), []);
        }
        await callee.hangUp();
        await Promise.all([caller.waitForEnd('remote-hangup'), callee.waitForEnd('hangup')]);
      });
    }
  }
});
