import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { expectLiveCall } from './rig/peer.js';
import { uniqueRoom, useRig } from './rig/rig.js';

const stage = useRig();
afterEach(() => stage().closePeers());

describe('A reload', () => {
  it('rejoins as the same member without asking for the nickname again', async () => {
    const ana = await stage().open({ nickname: null });
    await ana.waitForPart('nickname-input');
    await ana.click('nickname-input');
    await ana.page.keyboard.type('Ana');
    await ana.page.keyboard.press('Enter');
    await ana.waitForRoom('joined');
    const before = await ana.page.evaluate(() => rig.room().localMember);

    await ana.page.reload();
    await ana.waitForRoom('joined');
    const after = await ana.page.evaluate(() => rig.room().localMember);
    assert.equal(after?.nickname, 'Ana');
    assert.equal(after?.id, before?.id);
    assert.equal(await ana.page.evaluate(() => rig.room().members.length), 1, 'no ghost of the page before');
  });

  it('comes with another name where the page gives another, and keeps the name that was granted', async () => {
    const room = uniqueRoom();
    const [ana, twin] = [await stage().open({ room, nickname: 'Ana' }), await stage().open({ room, nickname: 'Ana' })];
    await twin.until('the suffix', () => rig.room().localMember?.nickname === 'Ana #2');
    const before = await twin.page.evaluate(() => rig.room().localMember?.id);
    await twin.page.reload();
    await twin.waitForRoom('joined');
    assert.deepEqual(await twin.page.evaluate(() => [rig.room().localMember?.nickname, rig.room().localMember?.id]), ['Ana #2', before]);

    // Somebody else has logged in meanwhile.
    const { page } = ana;
    await page.evaluateOnNewDocument(() => document.addEventListener('DOMContentLoaded', () => (document.querySelector('rtc-room')!.nickname = 'Eva')));
    await page.reload();
    await ana.waitForRoom('joined');
    assert.equal(await page.evaluate(() => rig.room().localMember?.nickname), 'Eva');
  });

  it('asks again after leaving', async () => {
    const ana = await stage().open({ nickname: null });
    await ana.click('nickname-input');
    await ana.page.keyboard.type('Ana');
    await ana.page.keyboard.press('Enter');
    await ana.waitForRoom('joined');
    await ana.page.evaluate(() => rig.room().leave());
    await ana.page.reload();
    await ana.waitForPart('nickname-input');
  });

  it('gives a duplicated tab a membership of its own', async () => {
    const room = uniqueRoom();
    const ana = await stage().open({ room, nickname: 'Ana' });
    const url = ana.page.url();
    const opened = new Promise<void>((resolve) => ana.page.once('popup', () => resolve()));
    // window.open copies sessionStorage, as duplicating a tab does.
    await ana.page.evaluate((address) => {
      globalThis.open(address);
    }, url);
    await opened;
    await ana.until('two members', () => rig.room().members.length === 2);
  });

  for (const who of ['the caller', 'the callee'] as const) {
    it(`of ${who} in a call is back in the same call by itself, and the other never left it`, async () => {
      const [ana, ben] = await stage().openTogether(['Ana', 'Ben']);
      assert.ok(ana && ben);
      await ana.call('Ben');
      await ben.accept();
      await expectLiveCall(ana, ben);
      const callOf = () => rig.room().currentCall?.callId;
      const callId = await ana.page.evaluate(callOf);
      const [reloaded, other] = who === 'the caller' ? [ana, ben] : [ben, ana];
      await reloaded.page.reload();
      await reloaded.waitForCall('active');
      await expectLiveCall(ana, ben);
      assert.equal(await reloaded.page.evaluate(callOf), callId);
      assert.equal(await other.page.evaluate(callOf), callId);
      assert.deepEqual((await other.callStates()).slice(-3), ['active', 'reconnecting', 'active']);
      await reloaded.hangUp();
      await other.waitForEnd('remote-hangup');
    });
  }
});
