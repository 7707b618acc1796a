import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { RtcVideoCall } from '../../src/index.js';
import { expectLiveCall, type Peer } from './rig/peer.js';
import { uniqueRoom, useRig, type BrowserKind } from './rig/rig.js';

const stage = useRig();
afterEach(() => stage().closePeers());

const emojiOf = (peer: Peer): Promise<string> => peer.page.evaluate(() => (rig.view() as RtcVideoCall).verification.emoji.join(' '));
const showsEmoji = (peer: Peer): Promise<void> => peer.until('the seven emoji', () => (rig.view() as RtcVideoCall).verification.emoji.length === 7);
const isInState = (peer: Peer, state: string): Promise<void> =>
  peer.until(`verification to be ${state}`, (wanted) => (rig.view() as RtcVideoCall).verification.state === wanted, [state]);

async function inCall(caller: Peer, callee: Peer): Promise<void> {
  await caller.call(callee.nickname);
  await callee.accept();
  await expectLiveCall(caller, callee);
  await Promise.all([showsEmoji(caller), showsEmoji(callee)]);
}

describe('Verification', () => {
  const pairs: [caller: BrowserKind, callee: BrowserKind][] = [['chromium', 'firefox'], ['firefox', 'chromium']];
  for (const [from, to] of pairs) {
    it(`of a call from ${from} to ${to} shows both the same, takes both people’s word, and remembers it over a reload of both pages`, async () => {
      const room = uniqueRoom();
      const [ana, ben] = await Promise.all([stage().open({ room, browser: from, nickname: 'Ana' }), stage().open({ room, browser: to, nickname: 'Ben' })]);
      await inCall(ana, ben);
      assert.equal(await emojiOf(ana), await emojiOf(ben));
      const isOpen = (peer: Peer, open: boolean) => peer.until('the panel', (wanted) => String((rig.part('verification') as HTMLDialogElement).open) === wanted, [String(open)]);
      for (const peer of [ana, ben]) {
        // By keyboard, in and out; then by mouse.
        await peer.page.evaluate(() => rig.part('verification-button')!.focus());
        await peer.page.keyboard.press('Enter');
        await isOpen(peer, true);
        await peer.page.keyboard.press('Escape');
        await isOpen(peer, false);
        assert.equal(await peer.page.evaluate(() => rig.view().shadowRoot!.activeElement === rig.part('verification-button')), true);
        await peer.click('verification-button');
        await isOpen(peer, true);
        assert.equal(await peer.page.evaluate(() => rig.part('verification')!.querySelectorAll('li').length), 7);
        await peer.page.keyboard.press('Tab');
        await peer.page.keyboard.press('Enter');
        await isInState(peer, 'verified');
      }
      await ana.hangUp();
      await ben.waitForEnd('remote-hangup');
      await Promise.all([ana.page.reload(), ben.page.reload()]);
      await Promise.all([ana.waitForRoom('joined'), ben.waitForRoom('joined')]);
      await inCall(ben, ana);
      assert.equal(await emojiOf(ana), await emojiOf(ben));
      await Promise.all([isInState(ana, 'verified'), isInState(ben, 'verified')]);
      assert.deepEqual([...ana.problems, ...ben.problems], []);
    });
  }

  it('stays what it is when a page is loaded anew in the call: no alarm', async () => {
    const [ana, ben] = await stage().openTogether(['Ana', 'Ben']);
    assert.ok(ana && ben);
    await inCall(ana, ben);
    await ana.page.evaluate(() => (rig.view() as RtcVideoCall).verify(true));
    for (const reloads of [1, 2, 3]) {
      const before = await emojiOf(ana);
      await ana.page.evaluate(() => document.addEventListener('rtc-verification', ({ detail }) => document.documentElement.dataset['told'] += ` ${detail.state}`));
      await ben.page.reload();
      await ana.until('other emoji', (old) => ![old, ''].includes((rig.view() as RtcVideoCall).verification.emoji.join(' ')), [before]);
      await isInState(ana, 'verified');
      assert.doesNotMatch(await ana.page.evaluate(() => document.documentElement.dataset['told'] ?? ''), /changed|unverified/, `reload ${reloads}`);
    }
  });

  it('shows at the peer within a second that a call is recorded', async () => {
    const [ana, ben] = await stage().openTogether(['Ana', 'Ben']);
    assert.ok(ana && ben);
    await ana.call('Ben');
    await ben.accept();
    await expectLiveCall(ana, ben);
    const at = Date.now();
    await ana.page.evaluate(() => (rig.find('rtc-room') as unknown as { session: { announceRecording(on: boolean): void } }).session.announceRecording(true));
    await ben.waitForPart('recording');
    assert.ok(Date.now() - at < 1000, `${Date.now() - at} ms`);
    assert.match(await ben.text('recording'), /Recorded by Ana/);
    await ana.waitForPart('recording');
  });
});
