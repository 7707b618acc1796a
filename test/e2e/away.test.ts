import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { expectLiveCall, type Peer } from './rig/peer.js';
import { uniqueRoom, useRig, type BrowserKind } from './rig/rig.js';

// Calls while nobody looks, with the real server: missed ones, the title and a notification of a hidden tab, keys.

const stage = useRig();
afterEach(() => stage().closePeers());

const missed = async (peer: Peer) => (await peer.events('rtc-call-missed')).map(({ detail }) => [detail['cause'], detail['count']]);
const waitForMissed = (peer: Peer, count: number) =>
  peer.until(`${count} missed calls`, (wanted) => globalThis.rig.events.filter(({ type }) => type === 'rtc-call-missed').length === Number(wanted), [String(count)]);

const waitForNotice = (peer: Peer) => peer.until('the missed calls', () => globalThis.rig.find('.missed') !== null);

/** Keeps what is notified; the person has allowed it. */
const NOTIFIED = `globalThis.notified = [];
  globalThis.Notification = class { static permission = 'granted'; constructor(title, options) { notified.push(this); Object.assign(this, { title, options, open: true }); } close() { this.open = false; } };`;
declare global {
  var notified: { title: string; open: boolean }[];
}

for (const browser of ['chromium', 'firefox'] as BrowserKind[]) {
  describe(`Missed calls (${browser})`, () => {
    it('are told with their cause, shown with the way back, kept over a reload, and done with by calling back', async () => {
      const room = uniqueRoom();
      const ben = await stage().open({ room, nickname: 'Ben', browser });
      const [ana, cyn] = await Promise.all([stage().open({ room, nickname: 'Ana' }), stage().open({ room, nickname: 'Cyn' })]);
      await ana.call('Ben');
      await ben.waitForCall('incoming');
      await ana.hangUp();
      await waitForMissed(ben, 1);
      await Promise.all([ana, ben].map((peer) => peer.page.evaluate(() => (globalThis.rig.room() as unknown as { session: { dismissEnded(): void } }).session.dismissEnded())));
      await ana.call('Ben');
      await ben.accept();
      await expectLiveCall(ana, ben);
      await cyn.call('Ben');
      await waitForMissed(ben, 2);
      assert.deepEqual(await missed(ben), [['cancelled', 1], ['busy', 2]]);
      await ben.until('Ben to be told', () => globalThis.rig.part('banner')?.innerText.includes('Cyn tried to call you') ?? false);
      assert.equal(await cyn.endReason(), 'busy');
      await ben.hangUp();
      await ben.page.evaluate(() => (globalThis.rig.room() as unknown as { session: { dismissEnded(): void } }).session.dismissEnded());
      await waitForNotice(ben);
      await ben.page.reload();
      await ben.waitForRoom('joined');
      await waitForNotice(ben);
      const words = await ben.text('banner');
      assert.match(words, /Missed calls: 2/);
      assert.match(words, /Cyn [\s\S]*Ana /);
      assert.equal((await ben.events('rtc-call-missed')).length, 0, 'a reload is no news');
      await cyn.page.evaluate(() => (globalThis.rig.room() as unknown as { session: { dismissEnded(): void } }).session.dismissEnded());
      // The first row: Cyn.
      await ben.page.evaluate(() => (globalThis.rig.find('.call-back') as HTMLElement).click());
      await cyn.waitForCall('incoming');
      await cyn.accept();
      await expectLiveCall(cyn, ben);
      const left = await ben.page.evaluate(() => (globalThis.rig.room() as unknown as { missedCalls: { peer: { nickname: string } }[] }).missedCalls.map(({ peer }) => peer.nickname));
      assert.deepEqual(left, ['Ana']);
    });

    it('of somebody who is not to be disturbed are told to them, and read as declined by the caller', async () => {
      const room = uniqueRoom();
      const ben = await stage().open({ room, nickname: 'Ben', browser, attributes: 'do-not-disturb' });
      const ana = await stage().open({ room, nickname: 'Ana' });
      await ana.call('Ben');
      await ana.waitForEnd('rejected');
      await waitForMissed(ben, 1);
      assert.deepEqual(await missed(ben), [['do-not-disturb', 1]]);
      assert.deepEqual(await ben.callStates(), []);
      await waitForNotice(ben);
    });
  });

  describe(`A call to a tab that is behind another (${browser})`, () => {
    it('is in the title and notified while it rings, and not longer', async () => {
      const room = uniqueRoom();
      const ben = await stage().open({ room, nickname: 'Ben', browser, prelude: NOTIFIED });
      const ana = await stage().open({ room, nickname: 'Ana' });
      const front = await ben.page.browserContext().newPage();
      await front.bringToFront();
      await ben.until('the page to be hidden', () => document.visibilityState === 'hidden');
      await ana.call('Ben');
      await ben.until('the title to flash', () => document.title === 'Ana is calling');
      await ben.until('the title to be as it was, in turns', () => document.title === 'A foreign page');
      assert.deepEqual(await ben.page.evaluate(() => globalThis.notified.map(({ title, open }) => [title, open])), [['Ana is calling', true]]);
      await ana.hangUp();
      await waitForMissed(ben, 1);
      await ben.until('quiet', () => document.title === 'A foreign page' && globalThis.notified.every(({ open }) => !open));
    });
  });

  describe(`Keys (${browser})`, () => {
    it('take a call, switch the microphone, and hang up; the first one fetches their code', async () => {
      const room = uniqueRoom();
      const ben = await stage().open({ room, nickname: 'Ben', browser });
      const ana = await stage().open({ room, nickname: 'Ana' });
      const chord = async (key: string) => {
        await ben.page.keyboard.down('Alt');
        await ben.page.keyboard.down('Shift');
        await ben.page.keyboard.press(key as 'A');
        await ben.page.keyboard.up('Shift');
        await ben.page.keyboard.up('Alt');
      };
      await ana.call('Ben');
      await ben.waitForCall('incoming');
      await chord('A');
      await expectLiveCall(ana, ben);
      await chord('M');
      await ben.until('the microphone to be off', () => globalThis.rig.part('mic-button')?.ariaPressed === 'false');
      await ana.until('Ana to see it', () => globalThis.rig.events.some(({ type, detail }) => type === 'rtc-media' && detail['source'] === 'remote' && detail['kind'] === 'audio' && detail['enabled'] === false));
      await chord('H');
      await ben.waitForEnd('hangup');
    });
  });
}

describe('A video call in Chromium', () => {
  it('keeps the screen on while it lasts', async () => {
    const locks = `globalThis.locks = []; if (navigator.wakeLock) { const request = navigator.wakeLock.request.bind(navigator.wakeLock);
      navigator.wakeLock.request = async (type) => { const lock = await request(type); locks.push(lock); return lock; }; }`;
    const room = uniqueRoom();
    const [ana, ben] = await Promise.all([stage().open({ room, nickname: 'Ana' }), stage().open({ room, nickname: 'Ben', prelude: locks })]);
    await ana.call('Ben');
    await ben.accept();
    await expectLiveCall(ana, ben);
    const held = () => (globalThis as unknown as { locks: { released: boolean }[] }).locks.some(({ released }) => !released);
    await ben.until('a lock', held);
    await ana.hangUp();
    await ben.until('no lock', () => !(globalThis as unknown as { locks: { released: boolean }[] }).locks.some(({ released }) => !released));
  });
});
