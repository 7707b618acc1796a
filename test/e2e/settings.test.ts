import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { findBrowser } from '../support/browsers.mjs';
import { TWO_OF_A_KIND } from './faults/page-devices.js';
import { connect, expectLiveCall, type Peer } from './rig/peer.js';
import { useRig, type OpenOptions } from './rig/rig.js';

// The settings panel over Chromium's fake devices, of which the second camera is a depth camera: WebRTC never sends its pictures.

const stage = useRig();
afterEach(() => stage().closePeers());

/** Frames and packets of the fake devices come every 50 and 20 ms, and a busy machine shows a few of them late. */
const SHORT_GAP_MS = 1_000;

const open = (options: OpenOptions = {}): Promise<[Peer, Peer]> => stage().openPair({ flags: { flags: TWO_OF_A_KIND, instead: true }, ...options });

type Kind = 'videoinput' | 'audioinput' | 'audiooutput';

async function openSettings(peer: Peer): Promise<void> {
  await peer.click('settings-button');
  await peer.waitForPart('settings');
  await peer.until('the devices to be named', () => (rig.part('settings')?.querySelectorAll('select option').length ?? 0) > 2);
}

/** The names on offer. */
const offered = (peer: Peer, kind: Kind) =>
  peer.page.evaluate((name) => [...(rig.part('settings')?.querySelector<HTMLSelectElement>(`select[name=${name}]`)?.options ?? [])].map(({ text }) => text), kind);

/** As a person does: in the field of that name. Resolves when the panel says that it is done. */
async function choose(peer: Peer, kind: Kind, label: string): Promise<void> {
  await peer.page.evaluate((name, wanted) => {
    const select = rig.part('settings')?.querySelector<HTMLSelectElement>(`select[name=${name}]`);
    if (!select) throw new Error(`no field for ${name}`);
    select.value = [...select.options].find(({ text }) => text === wanted)?.value ?? '?';
    select.dispatchEvent(new Event('change', { bubbles: true }));
  }, kind, label);
  await peer.until(`${label} to be in use`, (name) => rig.part('settings')?.querySelector(`select[name=${name}]`)?.hasAttribute('aria-busy') === false, [kind]);
}

/** The name of what is captured now. */
const captured = (peer: Peer, kind: 'audio' | 'video') =>
  peer.page.evaluate((which) => rig.tracks.findLast((track) => track.kind === which && track.readyState === 'live')?.label ?? null, kind);

/** From now on, the longest time between two pictures, and between two sound packets, that this page was given. */
async function watchGaps(peer: Peer): Promise<() => Promise<{ pictureMs: number; soundMs: number }>> {
  await peer.page.evaluate(() => {
    const { marks } = rig;
    marks['picture'] = marks['sound'] = 0;
    const video = rig.video('remote-video');
    let shown = performance.now();
    const onFrame = () => {
      marks['picture'] = Math.max(marks['picture'] ?? 0, performance.now() - shown);
      shown = performance.now();
      video?.requestVideoFrameCallback(onFrame);
    };
    video?.requestVideoFrameCallback(onFrame);
    const receiver = rig.view().peerConnection?.getReceivers().find(({ track }) => track.kind === 'audio');
    let heard = 0;
    setInterval(() => {
      const at = receiver?.getSynchronizationSources()[0]?.timestamp ?? 0;
      if (heard) marks['sound'] = Math.max(marks['sound'] ?? 0, at - heard);
      heard = at;
    }, 5);
  });
  return () => peer.page.evaluate(() => ({ pictureMs: Math.round(rig.marks['picture'] ?? 0), soundMs: Math.round(rig.marks['sound'] ?? 0) }));
}

describe('The settings of a call', () => {
  it('switch camera and microphone with a gap that the other hardly notices', async (test) => {
    const [ana, ben] = await open();
    await connect(ana, ben);
    await openSettings(ana);
    const [camera, microphone] = await Promise.all([captured(ana, 'video'), captured(ana, 'audio')]);
    const cameras = await offered(ana, 'videoinput');
    const microphones = await offered(ana, 'audioinput');
    assert.ok(cameras.length >= 3 && cameras.includes(camera ?? ''), cameras.join(', '));
    const calm = await watchGaps(ben);
    await ben.seesMovingFrames();
    await ben.seesMovingFrames();
    const before = await calm();

    const gaps = await watchGaps(ben);
    await choose(ana, 'videoinput', cameras.at(-1) ?? '');
    assert.equal(await captured(ana, 'video'), cameras.at(-1));
    await ben.seesMovingFrames();
    const other = microphones.find((name) => name !== microphone && !/default/i.test(name)) ?? '';
    await choose(ana, 'audioinput', other);
    assert.equal(await captured(ana, 'audio'), other);
    await expectLiveCall(ana, ben);
    const { pictureMs, soundMs } = await gaps();
    test.diagnostic(`longest gap at the other while switching: picture ${pictureMs} ms, sound ${soundMs} ms (without: ${before.pictureMs} and ${before.soundMs} ms)`);
    assert.ok(pictureMs <= SHORT_GAP_MS && soundMs <= SHORT_GAP_MS, `picture ${pictureMs} ms, sound ${soundMs} ms`);
    assert.equal(await ana.liveTracks(), 2, 'the old ones are dark');
    assert.deepEqual((await ben.events('rtc-media')).filter(({ detail }) => detail['source'] === 'remote' && detail['enabled'] === false), [], 'nothing was said to be off');
  });

  it('leave a muted microphone mute and a camera that is off dark', async () => {
    const [ana, ben] = await open();
    await connect(ana, ben);
    await ana.click('mic-button');
    await ana.click('camera-button');
    await ana.until('both to be off', () => rig.liveTracks() === 1);
    await openSettings(ana);
    const cameras = await offered(ana, 'videoinput');
    const microphones = await offered(ana, 'audioinput');
    await choose(ana, 'videoinput', cameras.at(-1) ?? '');
    await choose(ana, 'audioinput', microphones.at(-1) ?? '');
    assert.equal(await captured(ana, 'video'), null);
    assert.deepEqual(await ana.page.evaluate(() => rig.tracks.filter(({ readyState }) => readyState === 'live').map(({ kind, label, enabled }) => [kind, label, enabled])), [['audio', microphones.at(-1), false]]);
    await ana.click('camera-button');
    await ana.until('the chosen camera to be on', (label) => rig.tracks.some((track) => track.readyState === 'live' && track.label === label), [cameras.at(-1) ?? '']);
    await ben.seesMovingFrames();
  });

  it('put the sound on another loudspeaker, and are remembered by the next visit', async () => {
    const [ana, ben] = await open();
    await connect(ana, ben);
    await openSettings(ana);
    const chosen = { videoinput: (await offered(ana, 'videoinput')).at(-1) ?? '', audioinput: (await offered(ana, 'audioinput')).at(-1) ?? '', audiooutput: (await offered(ana, 'audiooutput')).at(-1) ?? '' };
    for (const kind of ['videoinput', 'audioinput', 'audiooutput'] as const) await choose(ana, kind, chosen[kind]);
    const sink = await ana.page.evaluate(() => rig.video('remote-video')?.sinkId ?? '');
    assert.ok(sink.length > 0 && sink !== 'default', sink);
    await ana.click('hangup-button');
    await ana.waitForCall('ended');

    await ana.page.reload();
    await ana.waitForRoom('joined');
    await ana.waitForMember('Ben');
    await connect(ana, ben);
    assert.deepEqual([await captured(ana, 'video'), await captured(ana, 'audio')], [chosen.videoinput, chosen.audioinput]);
    await ana.until('the loudspeaker of before', (id) => rig.video('remote-video')?.sinkId === id, [sink]);
    await openSettings(ana);
    const shown = await ana.page.evaluate(() => [...(rig.part('settings')?.querySelectorAll('select') ?? [])].map((select) => select.selectedOptions[0]?.text));
    assert.deepEqual(shown, [chosen.videoinput, chosen.audioinput, chosen.audiooutput]);
  });

  it('do without what is gone, and without storage, and say nothing of it', async () => {
    const choices = { videoinput: { deviceId: 'sold', label: 'Sold' }, audioinput: { deviceId: 'sold', label: '' }, audiooutput: { deviceId: 'sold', label: 'Sold' } };
    const [ana, ben] = await open({ prelude: `localStorage.setItem('rtc-elements:devices', ${JSON.stringify(JSON.stringify(choices))});` });
    await connect(ana, ben);
    assert.deepEqual(await ana.errorCodes(), []);
    await stage().closePeers();

    const blocked = `Object.defineProperty(globalThis, 'localStorage', { get() { throw new DOMException('no storage here', 'SecurityError'); } });`;
    const [cleo, dan] = await open({ prelude: blocked });
    await connect(cleo, dan);
    await openSettings(cleo);
    const last = (await offered(cleo, 'videoinput')).at(-1) ?? '';
    await choose(cleo, 'videoinput', last);
    await cleo.click('hangup-button');
    await cleo.waitForCall('ended');
    await connect(cleo, dan);
    assert.equal(await captured(cleo, 'video'), last, 'as long as the page lasts');
    assert.deepEqual([await cleo.errorCodes(), cleo.problems], [[], []]);
  });

  it('work by keyboard alone', async () => {
    const [ana, ben] = await open();
    await connect(ana, ben);
    const { keyboard } = ana.page;
    await ana.page.evaluate(() => rig.part('settings-button')?.focus());
    await keyboard.press('Enter');
    await ana.until('the title to have the focus', () => rig.view().shadowRoot?.activeElement?.id === 'settings-title');
    await ana.until('the devices to be named', () => (rig.part('settings')?.querySelectorAll('select option').length ?? 0) > 2);
    const before = await captured(ana, 'video');
    await keyboard.press('Tab');
    await keyboard.press('Tab');
    await keyboard.press('End');
    await ana.until('another camera', (old) => ![undefined, old].includes(rig.tracks.findLast(({ kind, readyState }) => kind === 'video' && readyState === 'live')?.label), [before ?? '']);
    await keyboard.press('Escape');
    await ana.until('the panel to be gone and the focus where it was', () => !rig.part('settings') && rig.view().shadowRoot?.activeElement === rig.part('settings-button'));
    await expectLiveCall(ana, ben);
  });

  if (findBrowser('firefox')) it('are there in Firefox, with its devices', async () => {
    const [ana, ben] = await stage().openPair({ browser: 'firefox' });
    await connect(ana, ben);
    await ana.click('settings-button');
    await ana.waitForPart('settings');
    await ana.until('camera and microphone to be named', () => ['videoinput', 'audioinput'].every((kind) => (rig.part('settings')?.querySelector<HTMLSelectElement>(`select[name=${kind}]`)?.value ?? '') !== ''));
    for (const kind of ['videoinput', 'audioinput'] as const) {
      const names = await offered(ana, kind);
      await choose(ana, kind, names.at(-1) ?? '');
    }
    await expectLiveCall(ana, ben);
    assert.deepEqual([await ana.errorCodes(), await ana.liveTracks()], [[], 2]);
  });
});
