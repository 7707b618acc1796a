import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { expectLiveCall, type Peer } from '../rig/peer.js';
import { uniqueRoom, useRig } from '../rig/rig.js';

// A peer whose browser makes descriptions as always, and whose page changes them on their way out, over the real server. (What each tampering must look like
// to be caught is tested in test/browser/media/description-check.test.ts; here is what becomes of the call.)

const stage = useRig();
afterEach(() => stage().closePeers());

type Tampering = 'keys in the open' | 'a second fingerprint' | 'no fingerprint' | 'sound in the open' | 'a section of text' | 'nothing';
const TAMPERINGS: readonly Tampering[] = ['keys in the open', 'a second fingerprint', 'no fingerprint', 'sound in the open', 'a section of text'];

declare global {
  // Set by the functions below, each in its page.
  var tampering: Tampering;
  var pictures: { frames: number; width: number };
}

/** Runs in the hostile page before its scripts. */
function tamperWithWhatIsSent(): void {
  globalThis.tampering = 'nothing';
  const change: Record<Tampering, (sdp: string) => string> = {
    nothing: (sdp) => sdp,
    'keys in the open': (sdp) => `${sdp}a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz\r\n`,
    'a second fingerprint': (sdp) => `${sdp}a=fingerprint:sha-256 ${Array(32).fill('AB').join(':')}\r\n`,
    'no fingerprint': (sdp) => sdp.replace(/^a=fingerprint:.*\r\n/gm, ''),
    'sound in the open': (sdp) => sdp.replace(/^(m=audio \d+) UDP\/TLS\/RTP\/SAVPF/gm, '$1 RTP/AVPF'),
    'a section of text': (sdp) => `${sdp}m=text 9 UDP/TLS/RTP/SAVPF 98\r\nc=IN IP4 0.0.0.0\r\na=mid:9\r\n`,
  };
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) {
    const head = typeof data === 'string' ? /^42\d*(?=\[)/.exec(data)?.[0] : undefined;
    if (head === undefined) return send.call(this, data);
    const packet = JSON.parse((data as string).slice(head.length)) as [string, { offer?: string; answer?: string; description?: { sdp: string } }];
    const [, message] = packet;
    const tamper = change[tampering];
    if (message.offer) message.offer = tamper(message.offer);
    if (message.answer) message.answer = tamper(message.answer);
    if (message.description) message.description.sdp = tamper(message.description.sdp);
    send.call(this, head + JSON.stringify(packet));
  };
}

/** Runs in the honest page: notices a single picture of the other. */
function watchForFrames(): void {
  globalThis.pictures = { frames: 0, width: 0 };
  setInterval(() => {
    pictures.frames = Math.max(pictures.frames, rig.frames('remote-video'));
    pictures.width = Math.max(pictures.width, rig.video('remote-video')?.videoWidth ?? 0);
  }, 5);
}

async function honestAndHostile(): Promise<{ honest: Peer; hostile: Peer }> {
  const room = uniqueRoom();
  const honest = await stage().open({ room, nickname: 'Ana' });
  const hostile = await stage().open({ room, nickname: 'Mallory', prelude: `(${tamperWithWhatIsSent.toString()})()` });
  await honest.waitForMember('Mallory');
  await honest.page.evaluate(watchForFrames);
  return { honest, hostile };
}

async function expectRefused(honest: Peer): Promise<void> {
  await honest.waitForEnd('protocol-error');
  assert.deepEqual(await honest.errorCodes(), ['bad-description']);
  await honest.releasesDevices().catch(async (error: unknown) => {
    // A callee's camera was never opened.
    if ((await honest.page.evaluate(() => rig.tracks.length)) > 0) throw error;
  });
  assert.deepEqual(await honest.page.evaluate(() => pictures), { frames: 0, width: 0 });
}

describe('A peer that sends a description with', () => {
  for (const tampering of TAMPERINGS) {
    it(`${tampering}, as answer: the caller ends the call, says why, and shows no frame`, async () => {
      const { honest, hostile } = await honestAndHostile();
      await hostile.page.evaluate((what) => void (globalThis.tampering = what), tampering);
      await honest.call('Mallory');
      await hostile.accept();
      await expectRefused(honest);
      await hostile.waitForCall('ended');
    });

    it(`${tampering}, as offer: the callee ends the call, says why, and shows no frame`, async () => {
      const { honest, hostile } = await honestAndHostile();
      await hostile.page.evaluate((what) => void (globalThis.tampering = what), tampering);
      await hostile.call('Ana');
      await expectRefused(honest);
      await hostile.waitForCall('ended');
    });
  }

  it('a second fingerprint, during the call: it is refused and said, and the call goes on as it was', async () => {
    const { honest, hostile } = await honestAndHostile();
    await honest.call('Mallory');
    await hostile.accept();
    await expectLiveCall(honest, hostile);
    await hostile.page.evaluate(() => {
      globalThis.tampering = 'a second fingerprint';
      rig.view().peerConnection?.restartIce();
    });
    await honest.until('the error', () => rig.events.some(({ type, detail }) => type === 'rtc-error' && detail['code'] === 'bad-description'));
    assert.doesNotMatch(await honest.page.evaluate(() => rig.view().peerConnection?.remoteDescription?.sdp ?? ''), /AB(:AB){31}/);
    await expectLiveCall(honest);
  });
});
