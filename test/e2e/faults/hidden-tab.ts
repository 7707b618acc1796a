import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { expectLiveCall } from '../rig/peer.js';
import { uniqueRoom, type Rig } from '../rig/rig.js';
import { awaitCallState, memberIdOf, memberList } from './page-facts.js';
import { hideTab, launchThrottling, openMember, wakeUps, type ThrottlingOptions } from './page-hidden.js';
import { departuresSeenBy, watchDepartures } from './page-loss.js';

// Row 6 of the faults: 90 s in `npm test`, six minutes in the soak.

const RING_MS = 2_000;

export interface HiddenFigures {
  readonly wakeUps: number;
  readonly hiddenMs: number;
  readonly ringMs: number;
}

/** A member whose tab is hidden so long (and whose processor is as slow as a sleepy phone's) stays a member, all the time, and then rings. */
export async function stayHidden(stage: Rig, hiddenMs: number, options: ThrottlingOptions): Promise<HiddenFigures> {
  const browser = await launchThrottling(options);
  try {
    const room = uniqueRoom();
    const ana = await stage.open({ room, nickname: 'Ana' });
    const ben = await openMember(stage, browser, room, 'Ben');
    await ana.waitForMember('Ben');
    await watchDepartures(ana);
    const before = await memberList(ana);
    const processor = await ben.page.createCDPSession();
    await processor.send('Emulation.setCPUThrottlingRate', { rate: 4 });
    await hideTab(ben);
    const hiddenAt = Date.now();
    while (Date.now() < hiddenAt + hiddenMs) {
      await sleep(Math.min(1_000, hiddenMs));
      assert.deepEqual(await memberList(ana), before, 'online in the list, all the time');
    }
    const woken = await wakeUps(ben);
    assert.ok(woken <= (hiddenMs / 1_000) * 1.5 + 10, `the tab was throttled: a timer of 100 ms came ${woken} times`);
    assert.deepEqual(await departuresSeenBy(ana), []);
    assert.equal(await ben.page.evaluate(() => rig.events.filter(({ type, detail }) => type === 'rtc-room-state' && detail['state'] === 'reconnecting').length), 0, 'its line never broke');

    const benId = await memberIdOf(ana, 'Ben');
    const calledAt = await ana.page.evaluate((id) => {
      const at = performance.timeOrigin + performance.now();
      return rig.room().call(id).then(() => at);
    }, benId);
    const ringMs = (await awaitCallState(ben, 'incoming', calledAt, RING_MS)) - calledAt;
    await processor.send('Emulation.setCPUThrottlingRate', { rate: 1 });
    await ben.page.bringToFront();
    await ben.accept();
    await expectLiveCall(ana, ben);
    return { wakeUps: woken, hiddenMs: Date.now() - hiddenAt, ringMs };
  } finally {
    await browser.close();
  }
}
