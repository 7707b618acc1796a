import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { CHROMIUM_FLAGS } from '../support/browsers.mjs';
import { startSignalingProcess } from '../support/signaling-process.mjs';
import type { Peer } from './rig/peer.js';
import { embedPage, uniqueRoom, useRig } from './rig/rig.js';

const stage = useRig();
afterEach(() => stage().closePeers());

/** The page's getUserMedia fails like this until `devicesAppear()`. */
function failingDevices(name: string, message: string): string {
  const error = name === 'OverconstrainedError' ? `new OverconstrainedError('width', ${JSON.stringify(message)})` : `new DOMException(${JSON.stringify(message)}, '${name}')`;
  return `{
    const devices = navigator.mediaDevices, ask = devices.getUserMedia.bind(devices);
    let broken = true;
    globalThis.devicesAppear = () => { broken = false; devices.dispatchEvent(new Event('devicechange')); };
    devices.getUserMedia = (constraints) => broken ? Promise.reject(${error}) : ask(constraints);
  }`;
}

/** Ana has the trouble, Ben has none; they call. */
async function callWithTrouble(prelude: string): Promise<[Peer, Peer]> {
  const room = uniqueRoom();
  const [ana, ben] = await Promise.all([stage().open({ room, nickname: 'Ana', prelude }), stage().open({ room, nickname: 'Ben' })]);
  await ana.call('Ben');
  await ben.accept();
  return [ana, ben];
}

async function waitForError(peer: Peer, code: string): Promise<void> {
  await peer.until(`the error ${code}`, (wanted) => rig.events.some(({ type, detail }) => type === 'rtc-error' && detail['code'] === wanted), [code]);
  const message = (await peer.events('rtc-error')).find(({ detail }) => detail['code'] === code)?.detail['message'];
  assert.ok(typeof message === 'string' && message.length > 10, 'a sentence says what happened');
  await peer.until(`the sentence “${message}” in the element`, (sentence) => rig.text().includes(sentence ?? '?'), [message]);
}

describe('A person without a working camera and microphone', () => {
  const cases: [what: string, code: string, name: string, message: string][] = [
    ['has none', 'device-not-found', 'NotFoundError', 'Requested device not found'],
    ['has them in use by another program', 'device-in-use', 'NotReadableError', 'Could not start video source'],
    ['refused permission', 'permission-denied', 'NotAllowedError', 'Permission denied'],
    ['is refused by the system', 'permission-denied-system', 'NotAllowedError', 'Permission denied by system'],
    ['has none that fits the constraints', 'constraints', 'OverconstrainedError', 'Invalid constraint'],
  ];
  for (const [what, code, name, message] of cases) {
    it(`who ${what} is told ${code}, and sees and hears the other all the same`, async () => {
      const [ana, ben] = await callWithTrouble(failingDevices(name, message));
      await waitForError(ana, code);
      await Promise.all([ana.waitForCall('active'), ben.waitForCall('active')]);
      await ana.seesMovingFrames();
      await ana.hearsSound();
    });
  }

  it('can switch the camera on in the call when it appears', async () => {
    const [ana, ben] = await callWithTrouble(failingDevices('NotFoundError', 'Requested device not found'));
    await Promise.all([ana.waitForCall('active'), ben.waitForCall('active')]);
    await ana.page.evaluate(() => (globalThis as unknown as { devicesAppear(): void }).devicesAppear());
    assert.equal(await ana.page.evaluate(() => rig.view().toggleCamera(true)), true);
    await ben.seesMovingFrames();
  });

  it('on an insecure page is told insecure-context', async () => {
    const site = stage().site;
    const origin = site.url.replace('localhost', 'insecure.test');
    const server = await startSignalingProcess({ ALLOWED_ORIGINS: origin });
    try {
      const browser = await stage().browser('chromium', { flags: ['--host-resolver-rules=MAP insecure.test 127.0.0.1'] });
      const ana = await stage().page(browser, 'Ana');
      site.put('/insecure.html', embedPage(`${server.url}/rtc-elements.js`, `server="${server.url}" room="${uniqueRoom()}" nickname="Ana"`));
      await ana.page.goto(`${origin}/insecure.html`);
      assert.equal(await ana.page.evaluate(() => isSecureContext), false);
      await waitForError(ana, 'insecure-context');
    } finally {
      await server.stop();
    }
  });

  it('in a browser without WebRTC is told unsupported-browser', async () => {
    const ana = await stage().open({ nickname: 'Ana', attributes: 'manual', prelude: 'delete globalThis.RTCPeerConnection; delete globalThis.webkitRTCPeerConnection;' });
    await ana.page.evaluate(() => rig.room().join().catch(() => undefined));
    await waitForError(ana, 'unsupported-browser');
  });
});

describe('A page that is not allowed to play sound yet', () => {
  it('shows one button, and one tap plays', async () => {
    const room = uniqueRoom();
    const flags = { flags: [...CHROMIUM_FLAGS, '--autoplay-policy=document-user-activation-required'], instead: true };
    // Receive-only: a page that captures may always play.
    const quiet = await stage().open({ room, nickname: 'Quiet', attributes: 'media="none" auto-accept', flags });
    const ben = await stage().open({ room, nickname: 'Ben' });
    // puppeteer's own questions to a page count as a user's gesture; these do not.
    const client = await quiet.page.createCDPSession();
    const ask = async (expression: string) => (await client.send('Runtime.evaluate', { expression, userGesture: false, returnByValue: true })).result.value as unknown;
    await quiet.page.reload();
    const waitFor = async (what: string, expression: string) => {
      const until = performance.now() + 10_000;
      while ((await ask(expression)) !== true) {
        if (performance.now() > until) throw new Error(`waited 10 s for ${what}: ${String(await ask('JSON.stringify(rig.events)'))}`);
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
    };
    await waitFor('the room', `rig.find('rtc-room')?.state === 'joined'`);
    assert.equal(await ask('navigator.userActivation.hasBeenActive'), false);
    await ben.call('Quiet');
    await waitFor('the event', `rig.events.some((event) => event.type === 'rtc-playback-blocked')`);
    await waitFor('the button', `rig.isShown('start-button')`);
    const place = JSON.parse(String(await ask(`JSON.stringify(rig.part('start-button').getBoundingClientRect())`))) as DOMRect;
    await quiet.page.mouse.click(place.x + place.width / 2, place.y + place.height / 2);
    await waitFor('the button to go', `!rig.isShown('start-button')`);
    await waitFor('the picture to play', `rig.video('remote-video').paused === false`);
  });
});

describe('A room that cannot be joined', () => {
  it('says server-unreachable, and goes on trying', async () => {
    const ana = await stage().open({ nickname: 'Ana', attributes: 'manual', server: 'http://localhost:1' });
    await ana.page.evaluate(() => void rig.room().join().catch(() => undefined));
    await waitForError(ana, 'server-unreachable');
    assert.notEqual(await ana.page.evaluate(() => rig.room().state), 'failed');
  });

  it('says origin-refused to a page the server does not know', async () => {
    const server = await startSignalingProcess({ ALLOWED_ORIGINS: 'https://known.example' });
    try {
      const ana = await stage().open({ nickname: 'Ana', attributes: 'manual', server: server.url });
      await ana.page.evaluate(() => void rig.room().join().catch(() => undefined));
      await waitForError(ana, 'origin-refused');
      await ana.waitForRoom('failed');
    } finally {
      await server.stop();
    }
  });

  const wrong: [what: string, code: string, options: { server?: string; room?: string; nickname?: string }][] = [
    ['a server that is no address', 'server-invalid', { server: 'http://:::' }],
    ['a room without a name', 'room-invalid', { room: '' }],
    ['a room name that is too long', 'room-invalid', { room: 'r'.repeat(129) }],
    ['a nickname of 65 characters', 'nickname-invalid', { nickname: 'n'.repeat(65) }],
    ['a nickname that turns the writing direction', 'nickname-invalid', { nickname: 'a\u202eb' }],
  ];
  for (const [what, code, options] of wrong) {
    it(`says ${code} for ${what}`, async () => {
      const ana = await stage().open({ nickname: 'Ana', attributes: 'manual', ...options });
      await ana.page.evaluate(() => void rig.room().join().catch(() => undefined));
      await waitForError(ana, code);
    });
  }

  it('shows a nickname that looks like markup as text', async () => {
    const nickname = '<img src=x onerror=alert(1)>';
    const [ana] = await stage().openTogether([nickname, 'Ben']);
    assert.ok(ana);
    assert.equal(await ana.page.evaluate(() => rig.find('img[src="x"]')), null);
  });
});
