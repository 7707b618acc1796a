import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { Peer } from './rig/peer.js';
import { useRig } from './rig/rig.js';

const stage = useRig();
afterEach(() => stage().closePeers());

async function two(): Promise<[Peer, Peer]> {
  const [ana, ben] = await stage().openTogether(['Ana', 'Ben'], { after: '<textarea id="note"></textarea>' });
  assert.ok(ana && ben);
  return [ana, ben];
}

describe('An incoming call', () => {
  it('never takes the focus from somebody who is typing', async () => {
    const [ana, ben] = await two();
    await ben.page.focus('#note');
    await ben.page.keyboard.type('hel');
    await ana.call('Ben');
    await ben.waitForPart('incoming');
    await ben.page.keyboard.type('lo \n');
    assert.equal(await ben.page.$eval('#note', (note) => (note as HTMLTextAreaElement).value), 'hello \n');
    assert.equal(await ben.page.evaluate(() => document.activeElement?.id), 'note');
    assert.equal(await ben.callState(), 'incoming');
  });

  it('is not answered by a key pressed in its first half second, and is by one pressed later', async () => {
    const [ana, ben] = await two();
    for (let attempt = 0; ; attempt += 1) {
      await ana.call('Ben');
      await ben.waitForPart('accept-button');
      await ben.page.evaluate(() => {
        document.addEventListener('keydown', () => (rig.marks['pressed'] ??= performance.now()), { capture: true, once: true });
        delete rig.marks['pressed'];
        rig.part('accept-button')?.focus();
      });
      await ben.page.keyboard.press('Enter');
      const afterMs = await ben.page.evaluate(() => {
        const shown = rig.events.findLast(({ type }) => type === 'rtc-call-incoming')?.atMs ?? 0;
        return (rig.marks['pressed'] ?? Infinity) - shown;
      });
      // A machine too busy to press a key within half a second has shown nothing: rung again.
      if (afterMs < 400) break;
      assert.ok(attempt < 5, 'the key never came in time');
      await ana.page.evaluate(() => rig.view().hangup());
      await Promise.all([ana.waitForCall('ended'), ben.waitForCall('ended')]);
    }
    assert.equal(await ben.callState(), 'incoming');

    await ben.until('the first half second to pass', () => performance.now() - (rig.events.findLast(({ type }) => type === 'rtc-call-incoming')?.atMs ?? 0) > 600);
    await ben.page.evaluate(() => rig.part('accept-button')?.focus());
    await ben.page.keyboard.press('Enter');
    await Promise.all([ana.waitForCall('active'), ben.waitForCall('active')]);
  });
});

describe('The member list', () => {
  for (const key of ['Enter', 'Space'] as const) {
    it(`calls with ${key}`, async () => {
      const [ana, ben] = await two();
      await ana.page.evaluate(() => rig.callButtonOf('Ben')?.focus());
      await ana.page.keyboard.press(key);
      await ben.waitForCall('incoming');
    });
  }
});
