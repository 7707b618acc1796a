import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { SerializedAXNode } from 'puppeteer-core';
import type { Peer } from './rig/peer.js';
import { uniqueRoom, useRig } from './rig/rig.js';

// What the browser tells a screen reader at each step of a call: the accessibility tree of Chromium, live regions and states included.

const stage = useRig();
afterEach(() => stage().closePeers());

/** One line a node, in order: role, name, and what is special about it. */
async function told(peer: Peer): Promise<string[]> {
  const tree = await peer.page.accessibility.snapshot({ interestingOnly: false });
  const lines: string[] = [];
  const walk = (node: SerializedAXNode): void => {
    const { role, name = '', pressed, disabled, focused, invalid } = node;
    const special = [pressed !== undefined && `pressed=${pressed}`, disabled && 'disabled', focused && 'focused', invalid && invalid !== 'false' && `invalid=${invalid}`].filter(Boolean);
    if (!['generic', 'none', 'InlineTextBox', 'RootWebArea'].includes(role)) lines.push([role, name.trim(), ...special].filter(Boolean).join(' | '));
    for (const child of node.children ?? []) walk(child);
  };
  if (tree) walk(tree);
  return lines;
}

/** All these lines are told, in this order. */
function assertTells(lines: readonly string[], ...expected: (string | RegExp)[]): void {
  let from = 0;
  for (const each of expected) {
    const at = lines.findIndex((line, index) => index >= from && (typeof each === 'string' ? line === each : each.test(line)));
    assert.ok(at >= 0, `“${each}” is not told after line ${from} of:\n${lines.join('\n')}`);
    from = at + 1;
  }
}

const buttons = (lines: readonly string[]) => lines.filter((line) => line.startsWith('button'));
/** Nothing that can be pressed is nameless. */
function assertNamed(lines: readonly string[]): void {
  assert.deepEqual(lines.filter((line) => /^(button|textbox|image|Video)$/.test(line)), [], lines.join('\n'));
}

describe('A screen reader is told', () => {
  it('each step of a call, on both sides', async () => {
    const room = uniqueRoom();
    const ana = await stage().open({ room, nickname: null });
    await ana.waitForPart('nickname-input');
    let lines = await told(ana);
    assertTells(lines, /^textbox \| Your name/, 'button | Join');
    assertNamed(lines);
    await ana.click('join-button');
    await ana.until('the form to complain', () => rig.part('nickname-input')?.getAttribute('aria-invalid') === 'true');
    assertTells(await told(ana), /^textbox \| Your name.*invalid=true/, /alert/, 'StaticText | Please type a name first.');
    await ana.page.keyboard.type('Ana');
    await ana.page.keyboard.press('Enter');
    await ana.waitForRoom('joined');

    const ben = await stage().open({ room, nickname: 'Ben' });
    await ana.waitForMember('Ben');
    lines = await told(ana);
    assertTells(lines, /^heading \| In this room/, 'list | In this room', /^listitem/, 'StaticText | Ana', /^listitem/, 'StaticText | Ben', 'button | Call Ben');
    assertNamed(lines);

    await ana.call('Ben');
    await ben.waitForPart('incoming');
    lines = await told(ben);
    assertTells(lines, /^alert/, 'StaticText | Ana is calling. Video call', 'group | Ana is calling', 'button | Decline', 'button | Silence', 'button | Without camera', 'button | Accept');
    assert.ok(!buttons(lines).includes('button | Hang up'), 'the bar of the call is made and hidden: it is not told');
    assertNamed(lines);
    await ana.until('it to ring over there', () => rig.part('status')?.textContent === 'Ringing…');
    lines = await told(ana);
    assertTells(lines, /^status/, 'StaticText | Ben: Ringing…', 'group | Call controls', 'button | Microphone | pressed=true', 'button | Camera | pressed=true', 'button | Cancel');

    await ben.accept();
    await Promise.all([ana, ben].map((peer) => peer.waitForCall('active', 20_000)));
    await ana.seesMovingFrames();
    lines = await told(ana);
    assertTells(lines, /^Video \| Picture of Ben/, /^Video \| Your own picture/, /^status/, 'StaticText | In a call with Ben', 'group | Call controls', 'button | Microphone | pressed=true', 'button | Hang up');
    assertNamed(lines);
    // Said once, and in one place.
    assert.equal(lines.filter((line) => line === 'StaticText | In a call with Ben').length, 1);

    await ana.click('mic-button');
    await ana.until('the microphone to be off', () => rig.part('mic-button')?.getAttribute('aria-pressed') === 'false');
    await ben.until('the peer to be told', () => rig.view().shadowRoot?.querySelector('.badge') !== null);
    assertTells(await told(ana), /^button \| Microphone \| pressed=false/);
    assertTells(await told(ben), 'image | Ana is muted');

    await ben.page.evaluate(() => rig.part('hangup-button')?.focus());
    await ben.page.keyboard.press('Enter');
    await Promise.all([ana, ben].map((peer) => peer.waitForCall('ended')));
    assertTells(await told(ana), /^status/, 'StaticText | Ben ended the call', /^button \| Call again/, 'button | Close');
    // The button that had the focus is gone: it is at the next one.
    assertTells(await told(ben), /^status/, 'StaticText | You ended the call', /^button \| Call again \| focused/);
  });

  it('which room is which, where a page has two, by their own names or those that the page gives', async () => {
    const page = await stage().page(await stage().browser(), 'Ana');
    const room = (id: string, rest: string) => `<rtc-room id="${id}" server="${stage().server.url}" room="${id}-${uniqueRoom()}" nickname="Ana" ${rest}></rtc-room>`;
    await page.page.goto(stage().site.put('/two-rooms.html', `<!doctype html><html lang="en"><title>Two rooms</title><script type="module" src="${stage().server.url}/rtc-elements.js"></script>
      ${room('desk', '')}${room('shop', 'aria-label="The shop"')}
      <rtc-member-list for="desk"></rtc-member-list><rtc-video-call for="desk"></rtc-video-call><rtc-member-list for="shop" aria-label="Who waits"></rtc-member-list>`));
    await page.until('both to be joined', () => ['desk', 'shop'].every((id) => document.getElementById(id)?.getAttribute('state') === 'joined'));
    await page.until('all to be drawn', () => [...document.querySelectorAll('rtc-member-list, rtc-video-call')].every((each) => (each.shadowRoot?.childElementCount ?? 0) > 0));
    const lines = await told(page);
    const groups = lines.filter((line) => line.startsWith('group')).map((line) => line.replace(/^(group \| \w+)-.*/, '$1-…'));
    // Those inside of a room are not named again.
    assert.deepEqual(groups, ['group | desk-…', 'group', 'group', 'group | The shop', 'group', 'group', 'group | desk-…', 'group | desk-…', 'group | Who waits'], lines.join('\n'));
  });

  it('that the browser asks for camera and microphone, while its question is open', async () => {
    const room = uniqueRoom();
    // A headless browser refuses what it would have to ask for: the question that nobody answers is the page's.
    const ana = await stage().open({ room, nickname: 'Ana', prelude: `
      navigator.permissions.query = () => Promise.resolve(Object.assign(new EventTarget(), { state: 'prompt', onchange: null }));
      navigator.mediaDevices.getUserMedia = () => new Promise(() => {});` });
    await stage().open({ room, nickname: 'Ben' });
    await ana.call('Ben');
    await ana.until('it to be said', () => rig.part('banner')?.textContent?.trim() === 'Your browser asks for camera and microphone: allow them.');
    assertTells(await told(ana), /^status/, 'StaticText | Ben: Ringing…', /^status/, 'StaticText | Your browser asks for camera and microphone: allow them.', 'button | Cancel');
  });
});
