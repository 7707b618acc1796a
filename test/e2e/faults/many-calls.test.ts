import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { useRig } from '../rig/rig.js';
import { makeMany, toldMany } from './many-calls.js';
import { awaitEqualLists } from './page-facts.js';

const stage = useRig();
afterEach(() => stage().closePeers());

describe('One page', () => {
  // 600 accepted calls take minutes: `npm run soak:many-calls`.
  it('makes 60 calls, one after the other, and keeps nothing of them', async (test) => {
    test.diagnostic(toldMany(await makeMany(stage(), 'calls', 60), 60, 'calls'));
  });

  it('rings and is rung 600 times in vain, more often than the browser allows connections', async (test) => {
    test.diagnostic(toldMany(await makeMany(stage(), 'rings', 600), 600, 'rings'));
  });

  it('has one socket after its elements were moved 1,000 times and taken out and put back 1,000 times', async (test) => {
    const countSockets = `{
      const Native = globalThis.WebSocket;
      globalThis.sockets = [];
      globalThis.WebSocket = class extends Native { constructor(...given) { super(...given); globalThis.sockets.push(this); } };
    }`;
    const ana = await stage().open({ nickname: 'Ana', prelude: countSockets, children: '<rtc-member-list></rtc-member-list><rtc-video-call></rtc-video-call>' });
    const sockets = () => ana.page.evaluate(() => {
      const all = (globalThis as unknown as { sockets: WebSocket[] }).sockets;
      return { made: all.length, open: all.filter((socket) => socket.readyState <= WebSocket.OPEN).length };
    });
    assert.deepEqual(await sockets(), { made: 1, open: 1 });

    await ana.page.evaluate(async () => {
      const room = rig.room();
      for (let round = 0; round < 1_000; round += 1) {
        const moved = round % 2 === 0 ? room : rig.view();
        const parent = moved.parentElement;
        moved.remove();
        parent?.append(moved);
        if (round % 50 === 0) await new Promise((resolve) => setTimeout(resolve));
      }
    });
    assert.deepEqual(await sockets(), { made: 1, open: 1 }, 'moving is not leaving');

    await ana.page.evaluate(async () => {
      const room = rig.room();
      for (let round = 0; round < 1_000; round += 1) {
        room.remove();
        await new Promise((resolve) => setTimeout(resolve));
        document.body.append(room);
        await new Promise((resolve) => setTimeout(resolve));
      }
    });
    await ana.waitForRoom('joined');
    await ana.until('one open socket', () => (globalThis as unknown as { sockets: WebSocket[] }).sockets.filter((socket) => socket.readyState <= WebSocket.OPEN).length === 1);
    await awaitEqualLists([ana], [], Date.now() + 5_000);
    test.diagnostic(`${(await sockets()).made} sockets were made for 1,000 leavings and joinings, one is open`);
    // What the browser itself says of leaving while the link is still being made.
    assert.deepEqual(ana.problems.filter((problem) => !problem.includes('WebSocket is closed before the connection is established')), []);
  });
});
