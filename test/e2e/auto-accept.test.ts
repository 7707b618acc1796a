import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { CHROMIUM_FLAGS } from '../support/browsers.mjs';
import { expectLiveCall, type Peer } from './rig/peer.js';
import { uniqueRoom, useRig } from './rig/rig.js';

const stage = useRig();
afterEach(() => stage().closePeers());

async function ring(attributes: string, flags?: { flags: string[]; instead: boolean }): Promise<[Peer, Peer]> {
  const room = uniqueRoom();
  const [ana, ben] = await Promise.all([stage().open({ room, nickname: 'Ana' }), stage().open({ room, nickname: 'Ben', attributes, ...(flags && { flags }) })]);
  return [ana, ben];
}

describe('auto-accept', () => {
  it('counts down where it can be seen, then takes the call', async () => {
    const [ana, ben] = await ring('auto-accept');
    await ana.call('Ben');
    await ben.waitForPart('countdown');
    assert.match(await ben.text('countdown'), /^Accepting by itself in [23] seconds$/);
    assert.equal(await ben.liveTracks(), 0);
    await ben.until('the countdown to go on', () => globalThis.rig.part('countdown')?.textContent?.includes('in 1 second') ?? false);
    await expectLiveCall(ana, ben);
    const at = async (state: string) => (await ben.events('rtc-call-state')).find(({ detail }) => detail['state'] === state)?.atMs ?? 0;
    const waited = (await at('connecting')) - (await at('incoming'));
    assert.ok(waited >= 2_900 && waited < 4_500, `taken after ${waited} ms`);
  });

  it('is stopped by declining', async () => {
    const [ana, ben] = await ring('auto-accept');
    await ana.call('Ben');
    await ben.waitForPart('countdown');
    await ben.click('reject-button');
    await ana.waitForEnd('rejected');
    assert.equal(await ben.liveTracks(), 0);
  });

  it('never starts in a page that is behind another, until it is shown', async () => {
    const [ana, ben] = await ring('auto-accept');
    const front = await ben.page.browserContext().newPage();
    await front.bringToFront();
    await ben.until('the page to be hidden', () => document.visibilityState === 'hidden');
    await ana.call('Ben');
    await ben.waitForCall('incoming');
    const from = await ben.page.evaluate(() => performance.now());
    // Longer than the countdown, by the hidden page's own clock.
    await ben.until('five seconds', (start) => performance.now() - Number(start) > 5_000, [String(from)]);
    assert.equal(await ben.callState(), 'incoming');
    assert.equal(await ben.page.evaluate(() => globalThis.rig.part('countdown')), null);
    assert.equal(await ben.liveTracks(), 0);
    await ben.page.bringToFront();
    await ben.waitForPart('countdown');
    await expectLiveCall(ana, ben);
  });
});

describe('A script that presses the button', () => {
  it('opens no camera and no microphone that the person has not allowed to this page', async () => {
    // No stand-in for the person: the browser asks, and nobody answers.
    const flags = { flags: [...CHROMIUM_FLAGS.filter((flag) => flag !== '--use-fake-ui-for-media-stream'), '--deny-permission-prompts'], instead: true };
    const [ana, ben] = await ring('', flags);
    await ana.call('Ben');
    await ben.accept();
    await ben.waitForCall('active');
    await ben.until('the refusal', () => globalThis.rig.events.some(({ type, detail }) => type === 'rtc-error' && detail['code'] === 'permission-denied'));
    assert.equal(await ben.page.evaluate(() => globalThis.rig.tracks.length), 0);
  });
});
