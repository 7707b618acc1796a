import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { expectLiveCall } from './rig/peer.js';
import { uniqueRoom, useRig, type BrowserKind } from './rig/rig.js';

const stage = useRig();
afterEach(() => stage().closePeers());

describe('A call between browsers', () => {
  const pairs: [caller: BrowserKind, callee: BrowserKind][] = [['chromium', 'firefox'], ['firefox', 'chromium']];
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
