import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { expectLiveCall, type Peer } from './rig/peer.js';
import { findBrowser } from '../support/browsers.mjs';
import { uniqueRoom, useRig, type OpenOptions } from './rig/rig.js';

// The pictures and the sound of a call, as a person arranges them: shared screens, a window of its own, sound only, and what is said of the own microphone.

const stage = useRig();
afterEach(() => stage().closePeers());

async function callBetween(options: OpenOptions = {}): Promise<[Peer, Peer]> {
  const [ana, ben] = await stage().openTogether(['Ana', 'Ben'], options);
  assert.ok(ana && ben);
  await ana.call('Ben');
  await ben.accept();
  await expectLiveCall(ana, ben);
  return [ana, ben];
}

const hears = (peer: Peer, what: string, source: 'local' | 'remote', kind: string, enabled: boolean) => peer.until(what, (s, k, e) =>
  rig.events.findLast(({ type, detail }) => type === 'rtc-media' && detail['source'] === s && detail['kind'] === k)?.detail['enabled'] === (e === 'true'), [source, kind, String(enabled)]);

/** A screen of 360 x 640, with a tone, picked without a picker: no camera is so tall. */
const SCREEN = `navigator.mediaDevices.getDisplayMedia = async () => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 360, height: 640 });
  const brush = canvas.getContext('2d');
  let step = 0;
  setInterval(() => { brush.fillStyle = 'hsl(' + (step += 20) + ' 80% 50%)'; brush.fillRect(0, 0, 360, 640); }, 50);
  const stream = canvas.captureStream(20);
  const context = new AudioContext();
  const tone = context.createOscillator();
  const out = context.createMediaStreamDestination();
  tone.connect(out);
  tone.start();
  stream.addTrack(out.stream.getAudioTracks()[0]);
  globalThis.shared = stream;
  return stream;
};`;

/** Loudness that arrives within half a second: totals of `totalAudioEnergy` are of what was received. */
async function energyOf(peer: Peer): Promise<number> {
  return peer.page.evaluate(async () => {
    const before = await rig.audio();
    await new Promise((resolve) => setTimeout(resolve, 500));
    const now = await rig.audio();
    return now.totalAudioEnergy - before.totalAudioEnergy;
  });
}

describe('Sharing a screen', () => {
  it('shows it whole and plays its sound, the microphone muted or not, and is stopped by the button in the view', async () => {
    const [ana, ben] = await callBetween({ prelude: SCREEN });
    await ana.click('mic-button');
    await hears(ben, 'the microphone to be off', 'remote', 'audio', false);
    await ana.click('screen-button');
    await hears(ben, 'the screen', 'remote', 'screen', true);
    await ben.until('a picture as tall as the screen', () => rig.video('remote-video')!.videoWidth < rig.video('remote-video')!.videoHeight);
    await ben.until('the sound of the screen', async () => {
      const before = await rig.audio();
      await new Promise((resolve) => setTimeout(resolve, 200));
      return (await rig.audio()).totalAudioEnergy - before.totalAudioEnergy > 0.01;
    });
    assert.equal(await ben.page.evaluate(() => getComputedStyle(rig.video('remote-video')!).objectFit), 'contain');
    await ana.until('to be told that it is seen', () => rig.part('banner')?.innerText.includes('Ben sees your screen') ?? false);

    await ana.page.evaluate(() => rig.part('banner')!.querySelector('button')!.click());
    await hears(ben, 'the end of the screen', 'remote', 'screen', false);
    await ben.seesMovingFrames();
    await ben.until('the camera again', () => rig.video('remote-video')!.videoWidth > rig.video('remote-video')!.videoHeight);
    assert.deepEqual(await ana.page.evaluate(() => (globalThis as unknown as { shared: MediaStream }).shared.getTracks().map(({ readyState }) => readyState)), ['ended', 'ended']);
    assert.ok((await energyOf(ben)) < 0.001, 'a muted microphone is silent again');
    await ana.click('mic-button');
    await ben.hearsSound();
    assert.deepEqual([...ana.problems, ...ben.problems], []);
  });

  for (const [what, ringer] of [['who called', 0], ['who was called', 1]] as const) {
    it(`has the camera of ${what} beside it, small and moving, until it is over, again at the next, and not when it is off`, async () => {
      const both = await callBetween({ prelude: SCREEN });
      const [ana, ben] = [both[ringer]!, both[1 - ringer]!];
      await Promise.all(both.map((peer) => peer.waitForPart('quality')));
      for (let round = 0; round < 2; round++) {
        await ana.click('screen-button');
        await ben.until('the camera beside the screen', () => (rig.find('.beside') as HTMLVideoElement | null)?.videoWidth! > 0);
        const frames = () => ben.page.evaluate(() => new Promise<number[]>((resolve) => {
          const video = rig.find('.beside') as HTMLVideoElement;
          const widths: number[] = [];
          video.requestVideoFrameCallback(function next() {
            if (widths.push(video.videoWidth) === 10) resolve(widths);
            else video.requestVideoFrameCallback(next);
          });
        }));
        const widths = await frames();
        assert.ok(widths.every((width) => width > 0 && width <= 640), String(widths));
        await ben.until('the screen itself', () => rig.video('remote-video')!.videoWidth < rig.video('remote-video')!.videoHeight);
        assert.equal(await ben.page.evaluate(() => (rig.video('remote-video')!.srcObject as MediaStream).getVideoTracks().length), 1);
        await ana.click('screen-button');
        await ben.until('no camera beside', () => rig.find('.beside') === null);
        await ben.until('the camera in its place', () => rig.video('remote-video')!.videoWidth > rig.video('remote-video')!.videoHeight);
      }
      await ana.click('screen-button');
      await ben.until('the camera beside the screen again', () => rig.find('.beside') !== null);
      await ana.click('camera-button');
      await ben.until('no camera beside', () => rig.find('.beside') === null);
      assert.deepEqual([...ana.problems, ...ben.problems], []);
    });
  }

  it('goes both ways at once', async () => {
    const [ana, ben] = await callBetween({ prelude: SCREEN });
    await Promise.all([ana.click('screen-button'), ben.click('screen-button')]);
    for (const peer of [ana, ben]) {
      await hears(peer, 'the other screen', 'remote', 'screen', true);
      await peer.until('a picture as tall as the screen', () => rig.video('remote-video')!.videoWidth < rig.video('remote-video')!.videoHeight);
      await peer.seesMovingFrames();
      await peer.hearsSound();
      await peer.until('the camera beside it', () => ((rig.find('.beside') as HTMLVideoElement | null)?.videoWidth ?? 0) > 0);
    }
    assert.deepEqual([...ana.problems, ...ben.problems], []);
  });

  if (findBrowser('firefox')) it('goes from Chromium to Firefox and back, the camera beside it', async () => {
    const room = uniqueRoom();
    const ana = await stage().open({ room, nickname: 'Ana', prelude: SCREEN });
    const ben = await stage().open({ room, nickname: 'Ben', prelude: SCREEN, browser: 'firefox' });
    await ana.call('Ben');
    await ben.accept();
    await expectLiveCall(ana, ben);
    await Promise.all([ana, ben].map((peer) => peer.waitForPart('quality')));
    for (const [from, to] of [[ana, ben], [ben, ana]] as const) {
      await from.click('screen-button');
      await hears(to, 'the screen', 'remote', 'screen', true);
      await to.until('a picture as tall as the screen', () => rig.video('remote-video')!.videoWidth < rig.video('remote-video')!.videoHeight);
      await to.until('the camera beside it', () => ((rig.find('.beside') as HTMLVideoElement | null)?.videoWidth ?? 0) > 0);
      await to.hearsSound();
      await from.click('screen-button');
      await to.until('the camera in its place', () => rig.find('.beside') === null && rig.video('remote-video')!.videoWidth > rig.video('remote-video')!.videoHeight);
    }
    assert.deepEqual([...ana.problems, ...ben.problems], []);
  });

  it('goes on, with sound and camera, when the other loads their page anew', async () => {
    const [ana, ben] = await callBetween({ prelude: SCREEN });
    await Promise.all([ana, ben].map((peer) => peer.waitForPart('quality')));
    await ana.click('screen-button');
    await ben.until('the camera beside the screen', () => rig.find('.beside') !== null);
    await ben.page.reload();
    await ben.waitForCall('active');
    await ben.until('the screen', () => rig.video('remote-video')!.videoWidth > 0 && rig.video('remote-video')!.videoWidth < rig.video('remote-video')!.videoHeight);
    await ben.until('the camera beside the screen', () => ((rig.find('.beside') as HTMLVideoElement | null)?.videoWidth ?? 0) > 0);
    await ben.hearsSound();
    assert.deepEqual(ana.problems, []);
  });

  it('ends with what the browser shares, as its own bar ends it', async () => {
    const [ana, ben] = await callBetween({ prelude: SCREEN });
    await ana.click('screen-button');
    await hears(ben, 'the screen', 'remote', 'screen', true);
    await ana.page.evaluate(() => {
      const [track] = (globalThis as unknown as { shared: MediaStream }).shared.getVideoTracks();
      track!.stop();
      track!.dispatchEvent(new Event('ended'));
    });
    await hears(ben, 'the end of the screen', 'remote', 'screen', false);
    await hears(ana, 'the end of the own screen', 'local', 'screen', false);
    await ben.seesMovingFrames();
    await ben.hearsSound();
  });
});

describe('The call in a window of its own', () => {
  it('opens from the button with pictures that move and buttons that work, and comes back at the end', async () => {
    const [ana, ben] = await callBetween();
    await ana.waitForPart('quality');
    await ana.click('pip-button');
    await ana.until('the window', () => Boolean((window as unknown as { documentPictureInPicture: { window: Window | null } }).documentPictureInPicture.window));
    const inside = `documentPictureInPicture.window.document.querySelector('rtc-call-window').shadowRoot`;
    await ana.page.waitForFunction(`${inside}.querySelector('.remote')?.videoWidth > 0 && ${inside}.querySelector('.stage.picture') !== null`, { polling: 50 });
    const seen = await ana.page.evaluate((shadow) => new Function(`const root = ${shadow}; const video = root.querySelector('.remote'); return {
      muted: video.muted, sheets: root.adoptedStyleSheets.length > 2, covers: getComputedStyle(root.querySelector('.stage')).display, mic: root.querySelector('[part~=mic-button]') !== null,
      pip: root.querySelector('[part~=pip-button]') !== null, shown: getComputedStyle(video).visibility };`)() as Record<string, unknown>, inside);
    assert.deepEqual(seen, { muted: true, sheets: true, covers: 'grid', mic: true, pip: false, shown: 'visible' });
    assert.equal(await ana.page.evaluate(() => getComputedStyle(rig.video('remote-video')!).visibility), 'hidden');
    assert.match(await ana.page.evaluate(() => rig.text()), /in a window of their own/);
    await ana.hearsSound();
    const states = await ana.callStates();

    await ana.page.evaluate((shadow) => new Function(`${shadow}.querySelector('[part~=mic-button]').click()`)(), inside);
    await hears(ben, 'the microphone to be off', 'remote', 'audio', false);
    assert.deepEqual(await ana.callStates(), states);
    await ana.page.evaluate((shadow) => new Function(`${shadow}.querySelector('[part~=hangup-button]').click()`)(), inside);
    await ben.waitForEnd('remote-hangup');
    await ana.until('the window to close', () => !(window as unknown as { documentPictureInPicture: { window: Window | null } }).documentPictureInPicture.window);
    assert.deepEqual(ana.problems, []);
  });

  it('gives the pictures back when it is closed, and the call goes on', async () => {
    const [ana] = await callBetween();
    await ana.waitForPart('quality');
    await ana.click('pip-button');
    await ana.until('the pictures to be away', () => rig.find('.pictures[data-away]') !== null);
    await ana.page.evaluate(() => (rig.find('.away button') as HTMLElement).click());
    await ana.until('the pictures to be back', () => getComputedStyle(rig.video('remote-video')!).visibility === 'visible');
    await ana.seesMovingFrames();
    await ana.hearsSound();
    await ana.click('pip-button');
    await ana.until('the pictures to be away again', () => rig.find('.pictures[data-away]') !== null);
  });
});

describe('The pictures without such windows', () => {
  it('have the picture in picture of the video, and full screen and back', async () => {
    const [ana] = await callBetween({ prelude: 'delete globalThis.documentPictureInPicture;' });
    await ana.waitForPart('quality');
    await ana.click('pip-button');
    await ana.until('the picture in picture', () => rig.video('remote-video')!.getRootNode() instanceof ShadowRoot && (rig.video('remote-video')!.getRootNode() as ShadowRoot).pictureInPictureElement === rig.video('remote-video'));
    await ana.page.evaluate(() => document.exitPictureInPicture());
    await ana.click('fullscreen-button');
    await ana.until('full screen', () => rig.find('rtc-video-call')!.matches(':fullscreen') && rig.part('fullscreen-button')!.getAttribute('aria-pressed') === 'true');
    await ana.click('fullscreen-button');
    await ana.until('the page again', () => document.fullscreenElement === null && rig.part('fullscreen-button')!.getAttribute('aria-pressed') === 'false');
    await ana.seesMovingFrames();
    assert.deepEqual(ana.problems, []);
  });
});

describe('Sound only', () => {
  it('is chosen in the call and taken back: no picture goes either way, and both come again', async () => {
    const [ana, ben] = await callBetween();
    await ana.click('quality');
    await ana.click('audio-only-button');
    await hears(ben, 'the camera to be off', 'remote', 'video', false);
    await ben.until('to be told', () => rig.part('banner')?.innerText.includes('takes sound only') ?? false);
    await ben.until('no picture to be sent', async () => {
      const sent = async () => {
        let packets = 0;
        (await rig.view().peerConnection!.getStats()).forEach((entry: Record<string, unknown>) => {
          if (entry['type'] === 'outbound-rtp' && entry['kind'] === 'video') packets += Number(entry['framesEncoded'] ?? 0);
        });
        return packets;
      };
      const before = await sent();
      await new Promise((resolve) => setTimeout(resolve, 400));
      return (await sent()) === before;
    });
    assert.equal(await ana.page.evaluate(() => rig.isShown('camera-button')), false);
    await Promise.all([ana.hearsSound(), ben.hearsSound()]);
    await ana.click('audio-only-button');
    await hears(ben, 'the camera to be on', 'remote', 'video', true);
    await Promise.all([ana.seesMovingFrames(), ben.seesMovingFrames()]);
    assert.deepEqual([...ana.problems, ...ben.problems], []);
  });
});

describe('The details of a connection', () => {
  it('say in words how it is, and for developers how it was', async () => {
    const [ana] = await callBetween();
    await ana.click('quality');
    await ana.waitForPart('details');
    await ana.until('figures', () => /Direct: .* straight to Ben/.test(rig.part('details')!.innerText) && /\d+ × \d+, \d+ pictures a second/.test(rig.part('details')!.innerText));
    const text = await ana.text('details');
    assert.match(text, /\d+ ms there and back/);
    assert.match(text, /[\d.]+% of what you send, [\d.]+% of what you receive|not known/);
    await ana.page.evaluate(() => (rig.find('.details summary') as HTMLElement).click());
    await ana.until('two points of a graph', () => [...rig.part('details')!.querySelectorAll('path.first')].some((path) => path.getAttribute('d')!.includes('L')));
    assert.match(await ana.text('details'), /Transport: UDP\. Codecs: opus, \w+/);
    await ana.page.keyboard.press('Escape');
    await ana.until('the panel to be closed', () => rig.part('details') === null);
    assert.equal(await ana.page.evaluate(() => rig.find('rtc-video-call')!.shadowRoot!.activeElement?.getAttribute('part')), 'quality');
    assert.deepEqual(ana.problems, []);
  });
});

describe('The own microphone', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rtc-sound-'));
    await writeFile(join(folder, 'speech.wav'), wave(4, (seconds) => (seconds % 0.5 < 0.4 ? 0.4 * Math.sin(seconds * 220 * 2 * Math.PI) : 0)));
    await writeFile(join(folder, 'nothing.wav'), wave(4, () => 0));
  });
  after(() => rm(folder, { recursive: true, force: true }));
  const speaking = (file: string) => ({ flags: { flags: [`--use-file-for-fake-audio-capture=${join(folder, file)}`] } });

  it('is said to be off to who speaks while it is, once, and can be switched on there', async () => {
    const [ana, ben] = await stage().openTogether(['Ana', 'Ben'], speaking('speech.wav'));
    assert.ok(ana && ben);
    await ana.call('Ben');
    await ben.accept();
    await ana.waitForPart('quality');
    await ana.click('mic-button');
    await ana.until('the hint', () => rig.part('banner')?.innerText.includes('You are speaking, but your microphone is off') ?? false);
    assert.equal(await ana.page.evaluate(() => rig.part('banner')!.getAttribute('role')), 'status');
    assert.equal(await ana.page.evaluate(() => rig.tracks.filter(({ kind }) => kind === 'audio').every(({ enabled }) => !enabled)), true, 'what is sent stays silent');
    await ana.page.evaluate(() => rig.part('banner')!.querySelector('button')!.click());
    await hears(ben, 'the microphone to be on', 'remote', 'audio', true);
    await ana.until('the hint to be gone', () => rig.part('banner')!.innerText === '');
    await ben.hearsSound();
    assert.deepEqual(ana.problems, []);
  });

  it('is said to bring nothing when it does, and the hint can be closed', async () => {
    const [ana, ben] = await stage().openTogether(['Ana', 'Ben'], speaking('nothing.wav'));
    assert.ok(ana && ben);
    await ana.call('Ben');
    await ben.accept();
    await ana.until('the hint', () => rig.part('banner')?.innerText.includes('No sound comes from your microphone') ?? false, [], 20_000);
    await ana.click('hint-button');
    await ana.until('the hint to be gone', () => rig.part('banner')!.innerText === '');
  });

  it('is not listened to with nohints', async () => {
    const [ana, ben] = await stage().openTogether(['Ana', 'Ben'], { ...speaking('speech.wav'), attributes: 'controlslist="nohints" ringtone="none"', prelude: 'globalThis.AudioContext = class { constructor() { globalThis.listened = true; throw new Error(); } }' });
    assert.ok(ana && ben);
    await ana.call('Ben');
    await ben.accept();
    await ana.waitForPart('quality');
    await ana.click('mic-button');
    await hears(ben, 'the microphone to be off', 'remote', 'audio', false);
    assert.equal(await ana.page.evaluate(() => 'listened' in globalThis), false);
  });
});

/** 16 bit, mono, 48 kHz. */
function wave(seconds: number, at: (seconds: number) => number): Buffer {
  const rate = 48_000;
  const data = Buffer.alloc(seconds * rate * 2);
  for (let index = 0; index < seconds * rate; index++) data.writeInt16LE(Math.round(at(index / rate) * 32_767), index * 2);
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + data.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(data.length, 40);
  return Buffer.concat([head, data]);
}
