import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { expectLiveCall, type Peer } from '../rig/peer.js';
import { embedPage, Rig, uniqueRoom, type BrowserKind } from '../rig/rig.js';
import { MortalServer } from './server-life.js';

// The server dies where code of ours is still to be fetched from it: at joining, and as a call becomes active. It is back, and so is everything, in the same page.

const BACK_MS = 15_000;

interface CallFacts extends HTMLElement {
  toggleScreenShare(force: boolean): Promise<boolean>;
  readonly quality: string;
  readonly verification: { readonly state: string };
}

/** What comes late into a call is all there: quality, emoji, and what the view draws of them. */
const isComplete = (peer: Peer): Promise<void> => peer.until('the late part of the call', () => {
  const view = rig.view() as unknown as CallFacts;
  return view.quality !== 'unknown' && view.verification.state === 'unverified' && rig.isShown('verification-button') && rig.isShown('own-picture');
}, [], BACK_MS);

/** The code of what came of sharing a screen, whose code is fetched at the first time; `on` when it is shared. */
const shareScreen = (peer: Peer): Promise<string> => peer.page.evaluate(() => {
  const view = rig.view() as unknown as CallFacts;
  return view.toggleScreenShare(true).then(() => 'on', (error: { code?: string }) => String(error.code));
});

describe('the server is killed early', () => {
  let rigOfFile: Rig;
  let server: MortalServer;
  before(async () => {
    rigOfFile = await Rig.start();
  });
  after(() => rigOfFile.close());
  afterEach(async () => {
    await rigOfFile.closePeers();
    await server.close();
  });

  const open = async (browser: BrowserKind, room: string, nickname: string | null): Promise<Peer> => {
    const peer = await rigOfFile.page(await rigOfFile.browser(browser), nickname ?? 'Ana');
    const name = nickname ? `nickname="${nickname}"` : '';
    await peer.page.goto(rigOfFile.site.put(`/${browser}-${nickname}-${room}.html`, embedPage(`${server.url}/rtc-elements.js`, `server="${server.url}" room="${room}" ${name}`)));
    if (nickname) await peer.waitForRoom('joined');
    return peer;
  };

  for (const browser of ['chromium', 'firefox'] as const) {
    it(`while somebody joins (${browser}): they are in the room once it is back, and can be called`, async () => {
      server = await MortalServer.start();
      const room = uniqueRoom();
      const ana = await open(browser, room, null);
      await ana.click('nickname-input');
      await ana.page.keyboard.type('Ana');
      await ana.until('what is fetched while a name is typed', () => performance.getEntriesByType('resource').some(({ name }) => name.includes('/joined-')));
      await server.kill();
      await ana.page.keyboard.press('Enter');
      await ana.until('the first try to fail', () => rig.events.some(({ type, detail }) => type === 'rtc-error' && detail['code'] === 'server-unreachable'));
      await server.start();
      await ana.waitForRoom('joined');
      const ben = await open('chromium', room, 'Ben');
      await ben.call('Ana');
      await ana.accept();
      await expectLiveCall(ana, ben);
      await isComplete(ana);
    });

    it(`as a call becomes active (${browser}): what comes late into a call comes when the server does`, async () => {
      server = await MortalServer.start();
      const room = uniqueRoom();
      const [ana, ben] = await Promise.all([open('chromium', room, 'Ana'), open(browser, room, 'Ben')]);
      await ana.call('Ben');
      await ben.accept();
      await Promise.all([ana, ben].map((peer) => peer.waitForCall('active')));
      await server.kill();
      const failed = (peer: Peer) => peer.until('its code to be missed', () => performance.getEntriesByType('resource').some(({ name }) => name.includes('/watch-')));
      await Promise.all([ana, ben].map(failed));
      assert.equal(await shareScreen(ben), 'server-unreachable');
      await server.start();
      await Promise.all([ana, ben].map(isComplete));
      // Firefox has no screen to share here.
      assert.notEqual(await shareScreen(ben), 'server-unreachable');
      assert.deepEqual(await Promise.all([ana, ben].map((peer) => peer.callState())), ['active', 'active']);
    });
  }
});
