import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { Frame } from 'puppeteer-core';
import { findBrowser } from '../support/browsers.mjs';
import { expectLiveCall, type Peer } from './rig/peer.js';
import { embedPage, uniqueRoom, useRig, type BrowserKind } from './rig/rig.js';

// A page of another origin embeds the room in a frame, as a shop does that did not read the manual, and as one that did.

const stage = useRig();
afterEach(() => stage().closePeers());

/** Ben, in a page of his own, and Ana's frame in a page of another origin than the frame's. */
async function framed(browser: BrowserKind, attributes: string): Promise<{ ben: Peer; ana: Peer; frame: Frame }> {
  const room = uniqueRoom();
  const { server, site } = stage();
  const ben = await stage().open({ room, nickname: 'Ben' });
  const inner = site.put('/framed.html', embedPage(`${server.url}/rtc-elements.js`, `server="${server.url}" room="${room}" nickname="Ana"`));
  const outer = site.put('/shop.html', `<!doctype html><iframe src="${inner}" ${attributes} width="800" height="600"></iframe>`).replace('localhost', '127.0.0.1');
  const ana = await stage().page(await stage().browser(browser), 'Ana');
  await ana.page.goto(outer);
  await ben.waitForMember('Ana');
  const frame = ana.page.frames().find((candidate) => candidate.url() === inner);
  assert.ok(frame);
  assert.notEqual(new URL(ana.page.url()).origin, new URL(frame.url()).origin);
  await ben.call('Ana');
  await frame.waitForFunction(() => globalThis.rig.callState() === 'incoming', { polling: 25 });
  await frame.evaluate(() => void globalThis.rig.view().accept().catch(() => undefined));
  return { ben, ana, frame };
}

for (const browser of (['chromium', 'firefox'] as const).filter(findBrowser)) {
  describe(`A frame of another origin in ${browser}`, { timeout: 60_000 }, () => {
    it('that was not given camera and microphone says which attribute to add, and goes on without', async () => {
      const { ben, frame } = await framed(browser, '');
      await frame.waitForFunction(() => globalThis.rig.events.some(({ type }) => type === 'rtc-error'), { polling: 25 });
      assert.deepEqual(await frame.evaluate(() => globalThis.rig.events.filter(({ type }) => type === 'rtc-error').map(({ detail }) => detail['code'])), ['policy-blocked']);
      await frame.waitForFunction(() => globalThis.rig.text().includes('allow="camera; microphone; autoplay; display-capture"'), { polling: 25 });
      await ben.waitForCall('active');
    });

    it('that was given them makes a call', async () => {
      const { ben, frame } = await framed(browser, 'allow="camera; microphone; autoplay; display-capture"');
      await frame.waitForFunction(() => globalThis.rig.callState() === 'active', { polling: 25 });
      await expectLiveCall(ben);
      assert.deepEqual(await frame.evaluate(() => globalThis.rig.events.filter(({ type }) => type === 'rtc-error')), []);
    });
  });
}
