import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { useRig } from '../rig/rig.js';

const stage = useRig({ MAX_INVITES_PER_MINUTE: '6' });
afterEach(() => stage().closePeers());

describe('Somebody who is rejected twice by the same person', () => {
  it('is told to wait at the third call, which does not ring; others may call meanwhile', async () => {
    const [ana, ben, cem] = await stage().openTogether(['Ana', 'Ben', 'Cem']);
    assert.ok(ana && ben && cem);
    for (let calls = 0; calls < 2; calls += 1) {
      await ana.call('Ben');
      await ben.waitForCall('incoming');
      await ben.page.evaluate(() => rig.view().reject());
      await ana.waitForEnd('rejected');
      await ben.until('Ben to be free', () => rig.room().members.every(({ busy }) => !busy));
    }
    const rings = (await ben.events('rtc-call-incoming')).length;
    await ana.call('Ben');
    await ana.until('the refusal', () => rig.events.some(({ type, detail }) => type === 'rtc-error' && detail['code'] === 'rate-limited'));
    await ana.until('the view to be free again', () => rig.callState() === 'idle' || rig.callState() === 'ended');
    assert.match(await ana.page.evaluate(() => rig.text()), /too fast/i);
    await ana.until('every track to end', () => rig.liveTracks() === 0);
    await cem.call('Ben');
    await ben.waitForCall('incoming');
    assert.equal((await ben.events('rtc-call-incoming')).length, rings + 1, 'the refused call did not ring');
  });
});
