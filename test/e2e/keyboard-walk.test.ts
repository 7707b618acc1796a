import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { Peer } from './rig/peer.js';
import { uniqueRoom, useRig } from './rig/rig.js';

// A call by keyboard alone: where the focus is at each step, and what is read out, once each.

const stage = useRig();
afterEach(() => stage().closePeers());

/** In the page: `said` is what live regions have come to say, in order. A region that arrives with its words is not read out, and does not count. */
const RECORDER = `
  globalThis.said = [];
  const words = new WeakMap();
  const look = (root) => {
    for (const region of root.querySelectorAll('[role=status], [role=alert]')) {
      const text = region.textContent.replace(/\\s+/g, ' ').trim();
      const before = words.get(region);
      words.set(region, text);
      if (before !== undefined && text && text !== before) said.push(region.role + ': ' + text);
    }
  };
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (options) {
    const root = attach.call(this, options);
    new MutationObserver(() => look(root)).observe(root, { subtree: true, childList: true, characterData: true });
    return root;
  };`;

const said = (peer: Peer) => peer.page.evaluate(() => (globalThis as unknown as { said: string[] }).said.filter((each) => !/Calling…|Joining…/.test(each)));

/** Part or class of what has the focus, empty where nothing has. */
const focused = (peer: Peer) => peer.page.evaluate(() => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at === document.body ? '' : `${at?.getAttribute('part') ?? ''} ${at?.className ?? ''}`;
});

/** Once round the page is enough for whatever can be reached. */
async function tabTo(peer: Peer, part: string): Promise<void> {
  await peer.page.bringToFront();
  for (let presses = 0; presses < 30; presses += 1) {
    if ((await focused(peer)).split(' ').includes(part)) return;
    await peer.page.keyboard.press('Tab');
  }
  assert.fail(`${peer.nickname}: ${part} is not reached by Tab`);
}
async function press(peer: Peer, part: string): Promise<void> {
  await tabTo(peer, part);
  await peer.page.keyboard.press('Enter');
}

/** A card that has just appeared ignores keys meant for something else. */
const cardListens = (peer: Peer, type: string) => peer.until('the first half second to pass', (wanted) => performance.now() - (rig.events.findLast((event) => event.type === wanted)?.atMs ?? Infinity) > 600, [type]);

async function enter(room: string, nickname: string, [width, height]: readonly [number, number]): Promise<Peer> {
  const peer = await stage().open({ room, nickname: null, prelude: RECORDER });
  await peer.page.setViewport({ width, height });
  await peer.waitForPart('nickname-input');
  await tabTo(peer, 'nickname-input');
  await peer.page.keyboard.type(nickname);
  await peer.page.keyboard.press('Enter');
  await peer.waitForRoom('joined');
  return peer;
}

async function talk(size: readonly [number, number] = [900, 700]): Promise<[Peer, Peer]> {
  const room = uniqueRoom();
  const [ana, ben] = [await enter(room, 'Ana', size), await enter(room, 'Ben', size)];
  await ana.waitForMember('Ben');
  // One stop for Tab, the arrows go on from there: oneself is the first.
  await tabTo(ana, 'item');
  await ana.page.keyboard.press('ArrowDown');
  await ana.until('the next row to have the focus', () => rig.callButtonOf('Ben')?.matches(':focus') ?? false);
  await ana.page.keyboard.press('Enter');
  await ben.waitForCall('incoming');
  await ana.until('it to ring over there', () => rig.part('status')?.textContent === 'Ringing…');
  assert.notEqual(await focused(ana), '', 'the focus of who calls is lost');
  await cardListens(ben, 'rtc-call-incoming');
  await press(ben, 'accept-button');
  await Promise.all([ana, ben].map((peer) => peer.waitForCall('active', 20_000)));
  return [ana, ben];
}

describe('A call by keyboard alone', () => {
  for (const size of [[900, 700], [800, 400], [390, 760]] as const) {
    it(`is placed, taken, muted and ended, the focus never lost and each thing said once: ${size.join(' x ')}`, async () => {
      const [ana, ben] = await talk(size);
      assert.match(await focused(ben), /mic-button/, 'the accept button is gone: the focus is at the first of the bar');
      // What tells the other is fetched a second into the call.
      await ben.waitForPart('quality');
      await press(ana, 'mic-button');
      await ben.until('it to be said', () => (globalThis as unknown as { said: string[] }).said.includes('status: Ana is muted'));
      await press(ana, 'hangup-button');
      await Promise.all([ana, ben].map((peer) => peer.waitForCall('ended')));
      await ana.until('the next button to have the focus', () => rig.view().shadowRoot?.activeElement?.matches('[part~=call-again-button]') ?? false);
      assert.deepEqual(await said(ana), ['status: Ben: Ringing…', 'status: Ben: Connecting…', 'status: In a call with Ben', 'status: You ended the call']);
      assert.deepEqual(await said(ben), ['alert: Ana is calling. Video call', 'status: Ana: Connecting…', 'status: In a call with Ana', 'status: Ana is muted', 'status: Ana ended the call']);
      await cardListens(ana, 'rtc-call-state');
      await press(ana, 'dismiss-button');
      await ana.waitForCall('idle');
      await ana.until('the focus to be on what is left', () => rig.view().shadowRoot?.activeElement?.matches('.stage') ?? false);
    });
  }

  it('says that the connection is lost, and that it is back', async () => {
    const [ana] = await talk();
    await ana.waitForPart('quality');
    await ana.page.evaluate(() => (rig.room() as unknown as { session: { simulate(fault: string): Promise<void> } }).session.simulate('ice-fail'));
    await ana.waitForCall('reconnecting');
    await ana.waitForCall('active', 20_000);
    await ana.until('it to be said', () => (globalThis as unknown as { said: string[] }).said.filter((each) => each === 'status: In a call with Ben').length === 2);
    assert.deepEqual((await said(ana)).slice(-3), ['status: In a call with Ben', 'status: Connection lost, trying again…', 'status: In a call with Ben']);
  });

  for (const [what, opens] of [['the details of the connection', 'quality'], ['the settings', 'settings-button'], ['what can be done with the small picture', 'own-picture']] as const) {
    it(`keeps the focus when the other hangs up over ${what}`, async () => {
      const [ana, ben] = await talk();
      await ana.waitForPart('quality');
      await press(ana, opens);
      await ana.until('it to open', (part) => rig.part(part ?? '')?.getAttribute('aria-expanded') === 'true' || rig.find('dialog[open]') !== null, [opens]);
      await ana.page.keyboard.press('Tab');
      assert.doesNotMatch(await focused(ana), new RegExp(opens), 'the focus is inside');
      await ben.page.evaluate(() => rig.view().hangup());
      await ana.until('the next button to have the focus', () => rig.view().shadowRoot?.activeElement?.matches('[part~=call-again-button]') ?? false);
    });
  }
});
