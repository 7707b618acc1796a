import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, expectLiveCall, type Peer } from '../rig/peer.js';
import { useRig } from '../rig/rig.js';
import { awaitOtherDevice, DEVICE_STUB, setPermissions, TWO_OF_A_KIND, REAL_PERMISSIONS, unplug, type Kind } from './page-devices.js';
import { awaitMoment } from './page-facts.js';

const stage = useRig();
afterEach(() => stage().closePeers());

const TAKE_OVER_MS = 2_000;

const open = (flags = TWO_OF_A_KIND, prelude = DEVICE_STUB): Promise<[Peer, Peer]> => stage().openPair({ flags: { flags, instead: true }, prelude });

const hears = (peer: Peer, kind: Kind, enabled: boolean, since: number, limitMs: number) =>
  awaitMoment(peer, `the other's ${kind} ${enabled ? 'on' : 'off'}`, 'rtc-media', (detail) => detail['source'] === 'remote' && detail['kind'] === kind && detail['enabled'] === enabled, since, limitMs);

const complains = (peer: Peer, code: string, since: number, limitMs: number) =>
  awaitMoment(peer, `error ${code}`, 'rtc-error', (detail) => detail['code'] === code, since, limitMs);

/** The last frame of a picture that has ended is not shown as if it were one. */
const expectNoFrozenPicture = (peer: Peer) => peer.until('the picture to be covered', () => {
  const video = rig.video('remote-video');
  const tracks = (video?.srcObject as MediaStream | null)?.getVideoTracks() ?? [];
  return !video?.checkVisibility({ visibilityProperty: true, opacityProperty: true }) || tracks.length === 0;
});

describe('In a call', () => {
  for (const kind of ['audio', 'video'] as const) {
    it(`an unplugged ${kind === 'audio' ? 'microphone' : 'camera'} is replaced by the next within 2 s; with none left the call lives and says so; plugged in again, it sends`, async (test) => {
      const [ana, ben] = await open();
      await connect(ana, ben);
      let slowestMs = 0;
      for (let left = await ana.page.evaluate((which) => deviceStub.count(which), kind); left > 1; left -= 1) {
        const { at, device } = await unplug(ana, kind);
        slowestMs = Math.max(slowestMs, (await awaitOtherDevice(ana, kind, device, TAKE_OVER_MS)) - at);
        await awaitMoment(ana, 'rtc-devices to say so', 'rtc-devices', (detail) => detail['cause'] === 'unplugged', at, TAKE_OVER_MS);
        await (kind === 'audio' ? ben.hearsSound() : ben.seesMovingFrames());
      }
      assert.ok(slowestMs <= TAKE_OVER_MS);
      const { at } = await unplug(ana, kind);
      await complains(ana, 'device-not-found', at, TAKE_OVER_MS);
      await hears(ben, kind, false, at, TAKE_OVER_MS);
      if (kind === 'video') await expectNoFrozenPicture(ben);
      assert.deepEqual(await Promise.all([ana, ben].map((peer) => peer.callState())), ['active', 'active']);

      const pluggedAt = Date.now();
      await ana.page.evaluate(() => deviceStub.plugAll());
      await hears(ben, kind, true, pluggedAt, TAKE_OVER_MS);
      await expectLiveCall(ana, ben);
      test.diagnostic(`the next device sent after at most ${Math.round(slowestMs)} ms`);
    });
  }

  it('an unplugged device that was chosen by hand is replaced, too', async () => {
    const [ana, ben] = await open();
    await connect(ana, ben);
    for (const kind of ['audio', 'video'] as const) {
      const chosen = await ana.page.evaluate(async (which) => {
        const inputs = (await navigator.mediaDevices.enumerateDevices()).filter((device) => device.kind === `${which}input`);
        const other = inputs.find(({ deviceId }) => deviceId !== deviceStub.deviceOf(which))?.deviceId ?? '';
        await (rig.view() as unknown as { setDevice(of: string, id: string): Promise<void> }).setDevice(`${which}input`, other);
        return other;
      }, kind);
      await ana.until('the chosen device to send', (which, wanted) => deviceStub.deviceOf(which as Kind) === wanted, [kind, chosen]);
      const { device } = await unplug(ana, kind);
      await awaitOtherDevice(ana, kind, device, TAKE_OVER_MS);
    }
    await expectLiveCall(ana, ben);
  });

  it('a muted microphone that is unplugged stays mute on the next one', async () => {
    const [ana, ben] = await open();
    await connect(ana, ben);
    const mutedAt = Date.now();
    await ana.click('mic-button');
    await hears(ben, 'audio', false, mutedAt, 1_000);
    const { at, device } = await unplug(ana, 'audio');
    await awaitOtherDevice(ana, 'audio', device, TAKE_OVER_MS);
    // What was spoken before is played out, later on a busy machine; the fake microphone beeps every second, so that one that is heard is heard in each.
    let heard = Infinity;
    for (let second = 0; second < 4 && heard >= 1e-6; second += 1) {
      const before = await ben.page.evaluate(() => rig.audio());
      await sleep(1_200);
      heard = (await ben.page.evaluate(() => rig.audio())).totalAudioEnergy - before.totalAudioEnergy;
    }
    assert.ok(heard < 1e-6, 'nothing was heard');
    assert.equal((await ben.events('rtc-media')).filter(({ detail }) => detail['source'] === 'remote' && detail['kind'] === 'audio' && detail['enabled'] === true).length, 1, 'nor said to be on');
    assert.ok(at > mutedAt);
    await ana.click('mic-button');
    await ben.hearsSound();
  });

  it('a permission taken away is said within 1 s, and one click each brings microphone and camera back once it is given again', async (test) => {
    const [ana, ben] = await open(REAL_PERMISSIONS, '');
    await setPermissions(ana, 'granted');
    await connect(ana, ben);
    const revokedAt = await setPermissions(ana, 'denied');
    const saidMs = (await complains(ana, 'permission-denied', revokedAt, 1_000)) - revokedAt;
    await Promise.all((['audio', 'video'] as const).map((kind) => hears(ben, kind, false, revokedAt, 2_000)));
    await expectNoFrozenPicture(ben);
    assert.equal(await ana.callState(), 'active');

    await setPermissions(ana, 'granted');
    const clickedAt = Date.now();
    await ana.click('mic-button');
    await ana.click('camera-button');
    await Promise.all((['audio', 'video'] as const).map((kind) => hears(ben, kind, true, clickedAt, TAKE_OVER_MS)));
    await expectLiveCall(ana, ben);
    test.diagnostic(`said after ${Math.round(saidMs)} ms`);
  });

  it('a camera that another program has costs the picture only: sound within 3 s, and one click when it is free', async (test) => {
    const [ana, ben] = await open();
    await ana.page.evaluate(() => deviceStub.take('video', true));
    await ben.call('Ana');
    await ana.waitForCall('incoming');
    const acceptedAt = Date.now();
    await ana.accept();
    await ana.waitForCall('active', 3_000);
    await ben.hearsSound();
    const soundMs = Date.now() - acceptedAt;
    assert.ok(soundMs <= 3_000, `sound after ${soundMs} ms`);
    await complains(ana, 'device-in-use', acceptedAt, 3_000);
    await expectNoFrozenPicture(ben);
    await ana.page.evaluate(() => deviceStub.take('video', false));
    await ana.click('camera-button');
    await expectLiveCall(ana, ben);
    test.diagnostic(`sound after ${soundMs} ms`);
  });

  it('a screen share ended from outside leaves no frozen frame: the camera is back, or nothing is shown', async () => {
    const [ana, ben] = await open();
    await connect(ana, ben);
    for (const camera of [true, false]) {
      await ana.page.evaluate((on) => rig.view().toggleCamera(on), camera);
      const sharedAt = Date.now();
      await ana.page.evaluate(() => (rig.view() as unknown as { toggleScreenShare(on: boolean): Promise<boolean> }).toggleScreenShare(true));
      await awaitMoment(ben, 'the screen', 'rtc-media', (detail) => detail['source'] === 'remote' && detail['kind'] === 'screen' && detail['enabled'] === true, sharedAt, 2_000);
      await ben.seesMovingFrames();
      const endedAt = Date.now();
      await ana.page.evaluate(() => deviceStub.endScreen());
      await awaitMoment(ben, 'the end of the screen', 'rtc-media', (detail) => detail['source'] === 'remote' && detail['kind'] === 'screen' && detail['enabled'] === false, endedAt, 1_000);
      await (camera ? ben.seesMovingFrames() : expectNoFrozenPicture(ben));
    }
  });
});
