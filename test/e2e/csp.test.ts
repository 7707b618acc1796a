import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { expectLiveCall, type Peer } from './rig/peer.js';
import { uniqueRoom, useRig } from './rig/rig.js';

const stage = useRig();
afterEach(() => stage().closePeers());

describe('Under a strict Content-Security-Policy', () => {
  it('a whole call on demo/csp.html violates nothing', async () => {
    const room = uniqueRoom();
    const enter = async (nickname: string): Promise<Peer> => {
      const peer = await stage().page(await stage().browser(), nickname);
      const response = await peer.page.goto(`${stage().server.url}/csp.html?room=${room}&nickname=${nickname}`);
      const policy = response?.headers()['content-security-policy'] ?? '';
      assert.match(policy, /require-trusted-types-for 'script'/);
      assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval/);
      await peer.until('the room to be defined', () => customElements.get('rtc-room') !== undefined);
      if (await peer.page.evaluate(() => rig.room().state) !== 'joined') {
        await peer.page.evaluate((name) => rig.room().join({ nickname: name }), nickname);
      }
      await peer.waitForRoom('joined');
      return peer;
    };
    const [ana, ben] = [await enter('Ana'), await enter('Ben')];
    await ana.call('Ben');
    await ben.accept();
    await expectLiveCall(ana, ben);
    await ana.click('quality');
    await ana.waitForPart('details');
    await ana.page.keyboard.press('Escape');
    await ana.page.evaluate(() => rig.part('own-picture')!.focus());
    await ana.page.keyboard.press('ArrowUp');
    await ana.until('the small picture to move', () => rig.find('.pictures')!.getAttribute('data-corner') === 'top-end');
    await ana.click('pip-button');
    await ana.until('the sheets of the window', () => {
      const { window: opened } = (window as unknown as { documentPictureInPicture: { window: Window | null } }).documentPictureInPicture;
      const inside = opened?.document.querySelector('rtc-call-window')?.shadowRoot?.querySelector('.stage.picture');
      return inside !== null && inside !== undefined && opened!.getComputedStyle(inside).display === 'grid';
    });
    await ana.page.evaluate(() => (rig.find('.away button') as HTMLElement).click());
    await ana.until('the pictures to be back', () => rig.find('.away') === null);
    await ana.hangUp();
    await Promise.all([ana.waitForCall('ended'), ben.waitForCall('ended')]);
    for (const peer of [ana, ben]) {
      assert.deepEqual(await peer.page.evaluate(() => rig.violations), []);
      assert.deepEqual(peer.problems, []);
    }
  });

  it('a violation would be seen: the probe hears one that is made on purpose', async () => {
    const peer = await stage().page(await stage().browser(), 'Ana');
    await peer.page.goto(`${stage().server.url}/csp.html`);
    await peer.page.evaluate(() => document.body.setAttribute('style', 'top: 0'));
    await peer.until('the violation', () => rig.violations.length > 0);
  });
});
