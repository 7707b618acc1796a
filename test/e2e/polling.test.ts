import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { expectLiveCall } from './rig/peer.js';
import { uniqueRoom, useRig } from './rig/rig.js';

const stage = useRig();
afterEach(() => stage().closePeers());

/** A network that lets no WebSocket through: each fails as one that nobody answers does. */
const NO_WEB_SOCKETS = `globalThis.WebSocket = class extends EventTarget {
  constructor() { super(); setTimeout(() => { this.onerror?.(new Event('error')); this.onclose?.(new CloseEvent('close', { code: 1006 })); }, 50); }
  close() {}
};`;

describe('A person whose network lets no WebSocket through', () => {
  it('joins, calls and is called all the same: signaling polls', async () => {
    const room = uniqueRoom();
    const [ana, ben] = await Promise.all([stage().open({ room, nickname: 'Ana', prelude: NO_WEB_SOCKETS }), stage().open({ room, nickname: 'Ben' })]);
    for (const [from, to] of [[ana, ben], [ben, ana]] as const) {
      await from.call(to === ana ? 'Ana' : 'Ben');
      await to.accept();
      await Promise.all([ana.waitForCall('active'), ben.waitForCall('active')]);
      await expectLiveCall(ana, ben);
      await from.hangUp();
      await Promise.all([ana, ben].map((peer) => peer.waitForCall('ended')));
    }
    const polled = await ana.page.evaluate(() => performance.getEntriesByType('resource').filter(({ name }) => name.includes('transport=polling')).length);
    assert.ok(polled > 0);
  });
});
