import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { findBrowser, CHROMIUM_FLAGS } from '../../support/browsers.mjs';
import { readmeBlock } from '../../support/readme-block.js';
import type { Peer } from '../rig/peer.js';
import { Rig, type BrowserKind } from '../rig/rig.js';
import { Lan } from './network-lan.js';
import { startRelay, type Relay } from './network-relay.js';

// What `checkCall()` and demo/check.html say, with a real coturn and without.

interface Step {
  readonly step: string;
  readonly label: string;
  readonly state: string;
  readonly code: string | null;
  readonly message: string;
  readonly remedies: string[];
  readonly error: string | null;
}

let lan: Lan;
const rigs: Rig[] = [];
const relays: Relay[] = [];
before(() => {
  lan = new Lan();
});
after(async () => {
  for (const rig of rigs) await rig.close();
  for (const relay of relays) await relay.close();
  lan?.close();
});

async function startRig(settings: Record<string, string> = {}): Promise<Rig> {
  const rig = await Rig.start(settings);
  rigs.push(rig);
  return rig;
}
async function startTurn(): Promise<Relay> {
  const relay = await startRelay(lan.address, { configuration: `${readmeBlock('ini', 'denied-peer-ip')}\nallowed-peer-ip=${lan.address}\n` });
  relays.push(relay);
  return relay;
}
const stunOf = ({ url }: Relay): string => url.replace(/^turn:/, 'stun:').replace(/\?.*/, '');

async function visit(rig: Rig, browser: BrowserKind = 'chromium', flags?: string[]): Promise<Peer> {
  const peer = await rig.page(await rig.browser(browser, flags && { flags, instead: true }), 'visitor');
  await peer.page.goto(`${rig.server.url}/check.html`);
  // Whoever starts a check has clicked.
  await peer.page.click('h1');
  return peer;
}

/** The ends of all steps, by name. */
async function check(peer: Peer, options: object = {}): Promise<Record<string, Step>> {
  const steps = await peer.page.evaluate(async (given) => {
    const { checkCall } = (await import(`${location.origin}/rtc-elements-check.js`)) as { checkCall(options: object): AsyncIterable<Omit<Step, 'error'> & { error: { code: string } | null }> };
    const said: Step[] = [];
    for await (const { error, ...step } of checkCall(given)) said.push({ ...step, error: error?.code ?? null });
    return said;
  }, options);
  assert.ok(steps.every(({ state, step }, index) => state !== 'running' || (steps[index + 1]?.step === step && steps[index + 1]?.state !== 'running')), 'each is begun, then over');
  return Object.fromEntries(steps.filter(({ state }) => state !== 'running').map((step) => [step.step, step]));
}
const codes = (steps: Record<string, Step>) => Object.fromEntries(Object.entries(steps).map(([name, { code }]) => [name, code]));

const ALL_PASSED = {
  microphone: 'microphone-passed', camera: 'camera-passed', speaker: 'speaker-passed', server: 'server-passed', direct: 'direct-passed', relay: 'relay-passed',
};

for (const browser of (['chromium', 'firefox'] as const).filter(findBrowser)) {
  describe(`The check in ${browser}`, { timeout: 120_000 }, () => {
    it('passes every step where there is a relay, and leaves no device open and nobody in a room', async (t) => {
      const relay = await startTurn();
      const rig = await startRig({ TURN_URLS: relay.url, TURN_SECRET: relay.secret, STUN_URLS: stunOf(relay) });
      const peer = await visit(rig, browser);
      const from = Date.now();
      // Machines without a sound card run no AudioContext in Firefox.
      const hasSound = await peer.page.evaluate(() => {
        const context = new AudioContext();
        return Promise.race([context.resume().then(() => true), new Promise<false>((resolve) => setTimeout(() => resolve(false), 1_000))]);
      });
      assert.deepEqual(codes(await check(peer)), { ...ALL_PASSED, ...(!hasSound && { speaker: 'speaker-failed' }) });
      t.diagnostic(`${browser}: all six steps in ${Date.now() - from} ms`);
      assert.equal(await peer.liveTracks(), 0);
      assert.match(relay.log(), /ALLOCATE processed, success/);
      await rig.closePeers();
    });

    it('says that there is no relay, and who mends that; the direct way inside one network is there', async () => {
      const rig = await startRig();
      const steps = await check(await visit(rig, browser), { steps: ['server', 'direct', 'relay'] });
      assert.deepEqual(codes(steps), { server: 'server-passed', direct: 'direct-local', relay: 'relay-none' });
      assert.equal(steps['direct']?.state, 'passed');
      assert.equal(steps['relay']?.state, 'failed');
      assert.match(steps['relay']?.remedies[0] ?? '', /TURN_URLS/);
      await rig.closePeers();
    });

    it('says that the relay cannot be reached, nor anything beyond this network', async (t) => {
      const relay = await startTurn();
      const rig = await startRig({ TURN_URLS: relay.url, TURN_SECRET: relay.secret, STUN_URLS: stunOf(relay) });
      const peer = await visit(rig, browser);
      relay.freeze();
      const from = Date.now();
      assert.deepEqual(codes(await check(peer, { steps: ['direct', 'relay'] })), { direct: 'direct-unanswered', relay: 'relay-unreachable' });
      t.diagnostic(`${browser}: both said after ${Date.now() - from} ms`);
      await rig.closePeers();
    });
  });
}

describe('The check', { timeout: 120_000 }, () => {
  it('tells a relay that refuses its credentials from one that is not there', async () => {
    const relay = await startTurn();
    const rig = await startRig({ TURN_URLS: relay.url, TURN_SECRET: 'of another relay altogether, and long' });
    const { relay: step } = await check(await visit(rig), { steps: ['relay'] });
    assert.equal(step?.code, 'relay-refused');
    assert.match(step?.remedies[0] ?? '', /secret/);
    await rig.closePeers();
  });

  it('says that the server does not answer, and that nothing can be said of the ways then', async () => {
    const rig = await startRig();
    const steps = await check(await visit(rig), { server: 'http://127.0.0.1:9', steps: ['server', 'direct', 'relay'] });
    assert.deepEqual(codes(steps), { server: 'server-failed', direct: 'not-checked', relay: 'not-checked' });
    assert.equal(steps['server']?.error, 'server-unreachable');
    assert.ok((steps['server']?.remedies[0] ?? '').length > 0);
    await rig.closePeers();
  });

  it('names the remedy for a device that is not allowed', async () => {
    const rig = await startRig();
    const peer = await visit(rig, 'chromium', CHROMIUM_FLAGS.filter((flag) => flag !== '--use-fake-ui-for-media-stream'));
    const names = ['camera', 'microphone'] as const;
    await peer.page.browserContext().setPermission(rig.server.url, ...names.map((name) => ({ permission: { name }, state: 'denied' as const })));
    const steps = await check(peer, { steps: ['microphone', 'camera'] });
    assert.deepEqual(codes(steps), { microphone: 'microphone-failed', camera: 'camera-failed' });
    for (const step of Object.values(steps)) assert.deepEqual([step.error, step.remedies.length], ['permission-denied', 1]);
    await rig.closePeers();
  });

  it('is shown by the demo page, each failing step with its remedy', async () => {
    const rig = await startRig();
    const { page } = await visit(rig);
    await page.click('#start');
    await page.waitForFunction(() => /mended|works/.test(document.querySelector('#verdict')?.textContent ?? ''), { timeout: 30_000 });
    const rows = await page.$$eval('#checks li', (all) => all.map((row) => [row.dataset['step'], row.dataset['state'], row.querySelector('.remedy')?.textContent ?? '']));
    assert.deepEqual(rows.map(([step, state]) => `${step} ${state}`), ['microphone passed', 'camera passed', 'speaker passed', 'server passed', 'direct passed', 'relay failed']);
    assert.match(rows.at(-1)?.[2] ?? '', /TURN/);
    assert.equal(await page.$eval('#verdict', (verdict) => verdict.textContent), 'To be mended: Relayed connection.');
    await rig.closePeers();
  });

  it('speaks the language it is told to, else the document’s, of what fails by an error too; any that is not among ours is English', async () => {
    const rig = await startRig();
    const peer = await visit(rig);
    const away = { server: 'ftp://example.com', steps: ['server', 'relay'] };
    const german = await check(peer, { ...away, lang: 'de-AT' });
    assert.deepEqual([german['server']?.label, german['server']?.message], ['Anrufserver', 'Die Adresse des Anrufservers ist ungültig.']);
    assert.deepEqual(german['relay']?.remedies, ['Beheben Sie das zuerst.']);
    await peer.page.evaluate(() => (document.documentElement.lang = 'ar'));
    assert.equal((await check(peer, away))['relay']?.remedies[0], 'أصلح ذلك أولًا.');
    assert.equal((await check(peer, { ...away, lang: 'sv' }))['relay']?.label, 'Relayed connection');
    await rig.closePeers();
  });

  it('names the place where the browser gives a permission back, in each language', async () => {
    const rig = await startRig();
    const peer = await visit(rig, 'chromium', CHROMIUM_FLAGS.filter((flag) => flag !== '--use-fake-ui-for-media-stream'));
    await peer.page.browserContext().setPermission(rig.server.url, { permission: { name: 'camera' }, state: 'denied' });
    for (const [lang, place] of [['en', 'View site information'], ['de', 'Websiteinformationen']] as const) {
      assert.match((await check(peer, { steps: ['camera'], lang }))['camera']?.remedies[0] ?? '', new RegExp(place), lang);
    }
    await rig.closePeers();
  });

  it('changes the language of what it has shown already', async () => {
    const rig = await startRig();
    const { page } = await visit(rig);
    await page.click('#start');
    await page.waitForFunction(() => /mended/.test(document.querySelector('#verdict')?.textContent ?? ''), { timeout: 30_000 });
    for (const [lang, words] of [['fr', 'La caméra fonctionne.'], ['ar', 'الكاميرا تعمل.'], ['en', 'The camera works.']] as const) {
      await page.select('#language', lang);
      await page.waitForFunction((wanted) => document.querySelector('#checks')?.textContent?.includes(wanted), {}, words);
    }
    await rig.closePeers();
  });

  it('ends when it is told to, and says nothing more', async () => {
    const rig = await startRig();
    const peer = await visit(rig);
    const said = await peer.page.evaluate(async () => {
      const { checkCall } = (await import(`${location.origin}/rtc-elements-check.js`)) as { checkCall(options: object): AsyncIterable<{ step: string; state: string }> };
      const ending = new AbortController();
      const heard: string[] = [];
      for await (const { step, state } of checkCall({ signal: ending.signal })) {
        heard.push(`${step} ${state}`);
        if (step === 'camera') ending.abort();
      }
      return heard;
    });
    assert.deepEqual(said, ['microphone running', 'microphone passed', 'camera running']);
    assert.equal(await peer.liveTracks(), 0);
    await rig.closePeers();
  });
});
