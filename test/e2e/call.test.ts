import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { expectLiveCall } from './rig/peer.js';
import { useRig } from './rig/rig.js';

const stage = useRig();
afterEach(() => stage().closePeers());

async function callBetween(attributes = '') {
  const [ana, ben] = await stage().openTogether(['Ana', 'Ben'], { attributes });
  assert.ok(ana && ben);
  await ana.call('Ben');
  await ben.accept();
  await expectLiveCall(ana, ben);
  return { ana, ben };
}

describe('A call between two people in Chromium', () => {
  it('rings, is accepted, shows and plays each to the other, and ends for both when one hangs up', async () => {
    const [ana, ben] = await stage().openTogether(['Ana', 'Ben']);
    assert.ok(ana && ben);
    await ana.call('Ben');
    await ana.waitForCall('outgoing');
    await ana.until('the other device to ring', () => rig.events.some(({ type, detail }) => type === 'rtc-call-state' && detail['ringing'] === true));
    await ben.waitForCall('incoming');
    assert.match(await ben.text('peer-name'), /Ana/);
    assert.equal(await ben.liveTracks(), 0, 'no camera opens before accepting');

    await ben.accept();
    await expectLiveCall(ana, ben);
    await ana.until('the running time', () => /\b0?0:0[1-9]\b/.test(rig.part('timer')?.textContent ?? ''));

    await ana.hangUp();
    await Promise.all([ana.releasesDevices(), ben.releasesDevices()]);
    await Promise.all([ana.waitForEnd('hangup'), ben.waitForEnd('remote-hangup')]);
    const phases = (await ana.callStates()).filter((state, index, all) => state !== all[index - 1]);
    assert.deepEqual(phases, ['outgoing', 'connecting', 'active', 'ended']);
    assert.deepEqual(ben.problems, []);
    assert.deepEqual(ana.problems, []);
  });

  it('tells the other side that the microphone or the camera is off, and turns the camera light off', async () => {
    const { ana, ben } = await callBetween();
    await ana.click('mic-button');
    await ben.until('to hear that the microphone is off', () => rig.events.some(({ type, detail }) =>
      type === 'rtc-media' && detail['source'] === 'remote' && detail['kind'] === 'audio' && detail['enabled'] === false));
    await ana.click('camera-button');
    await ana.until('the camera track to end', () => rig.tracks.filter((track) => track.kind === 'video').every((track) => track.readyState === 'ended'));
    await ben.until('to hear that the camera is off', () => rig.events.some(({ type, detail }) =>
      type === 'rtc-media' && detail['source'] === 'remote' && detail['kind'] === 'video' && detail['enabled'] === false));

    await ana.click('camera-button');
    await ana.click('mic-button');
    await ben.seesMovingFrames();
    await ben.hearsSound();
  });

  it('can be made again at once, both ways, between the same two', async () => {
    const { ana, ben } = await callBetween();
    await ben.hangUp();
    await Promise.all([ben.waitForEnd('hangup'), ana.waitForEnd('remote-hangup')]);
    await ben.call('Ana');
    await ana.accept();
    await expectLiveCall(ana, ben);
  });

  it('opens no camera on either side when it is a voice call, and either may add video later', async () => {
    const [ana, ben] = await stage().openTogether(['Ana', 'Ben']);
    assert.ok(ana && ben);
    await ana.page.evaluate(() => {
      const room = rig.room();
      return room.call(room.members.find((member) => member.nickname === 'Ben')?.id ?? '', { video: false });
    });
    await ben.accept();
    await Promise.all([ana.waitForCall('active'), ben.waitForCall('active')]);
    await Promise.all([ana.hearsSound(), ben.hearsSound()]);
    for (const peer of [ana, ben]) {
      assert.deepEqual(await peer.page.evaluate(() => rig.tracks.map((track) => track.kind)), ['audio']);
    }
    assert.equal(await ben.page.evaluate(() => rig.view().toggleCamera(true)), true);
    await ana.seesMovingFrames();
  });
});
