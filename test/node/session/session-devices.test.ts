import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { unkept } from '../../../src/session/device-choices.js';
import type { RtcDevicesDetail } from '../../../src/session/public.js';
import { connect, World, type Someone } from './session-harness.js';

const worlds: World[] = [];
afterEach(() => {
  for (const world of worlds.splice(0)) world.close();
  unkept.choices = {};
});

const input = (kind: 'audioinput' | 'videoinput', deviceId: string) => ({ kind, deviceId, groupId: '', label: deviceId }) as MediaDeviceInfo;
const MIC = input('audioinput', 'mic');
const CAMERA = input('videoinput', 'camera');
const USB = input('videoinput', 'usb');

async function inCall(): Promise<Someone> {
  const world = new World();
  worlds.push(world);
  const ana = world.enter();
  ana.media.plugged = [MIC, CAMERA];
  await ana.session.join({ nickname: 'Ana' });
  const bob = await world.joined('Bob');
  await connect(world, bob, ana);
  return ana;
}
const told = ({ session }: Someone): Promise<RtcDevicesDetail> => new Promise((resolve) => session.on('rtc-devices', ({ detail }) => resolve(detail)));

describe('rtc-devices', () => {
  it('says what was plugged in and what is in use', async () => {
    const ana = await inCall();
    const heard = told(ana);
    ana.media.plugged.push(USB);
    ana.media.onDevices?.();
    assert.deepEqual(await heard, { devices: [MIC, CAMERA, USB], selected: { audioinput: 'mic', videoinput: 'camera' }, cause: 'plugged' });
  });

  it('says what was unplugged, and what has taken over', async () => {
    const ana = await inCall();
    ana.media.plugged = [MIC, CAMERA, USB];
    await ana.session.devices();
    const heard = told(ana);
    ana.media.plugged = [MIC, USB];
    ana.media.stop('video');
    ana.media.onEnded?.('video');
    ana.media.onDevices?.();
    assert.deepEqual(await heard, { devices: [MIC, USB], selected: { audioinput: 'mic', videoinput: 'usb' }, cause: 'unplugged' });
  });

  it('says what a person has chosen', async () => {
    const ana = await inCall();
    ana.media.plugged = [MIC, CAMERA, USB];
    const heard = told(ana);
    await ana.session.setDevice('videoinput', 'usb');
    const { selected, cause } = await heard;
    assert.deepEqual([selected, cause], [{ audioinput: 'mic', videoinput: 'usb' }, 'user']);
  });

  it('knows the chosen device before it is open', async () => {
    const world = new World();
    worlds.push(world);
    const ana = await world.joined('Ana');
    await ana.session.setDevice('audioinput', 'headset');
    ana.media.plugged = [MIC];
    const heard = told(ana);
    ana.media.onDevices?.();
    assert.deepEqual((await heard).selected, { audioinput: 'headset' });
  });
});
