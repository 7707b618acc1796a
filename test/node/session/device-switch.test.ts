import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { RtcError } from '../../../src/base/rtc-error.js';
import { CHOICES_KEY } from '../../../src/session/choices-key.js';
import { unkept } from '../../../src/session/device-choices.js';
import type { SessionOptions } from '../../../src/session/public.js';
import { connect, World, type Someone } from './session-harness.js';


const worlds: World[] = [];
afterEach(() => {
  for (const world of worlds.splice(0)) world.close();
  unkept.choices = {};
  Reflect.deleteProperty(globalThis, 'localStorage');
});

const device = (kind: MediaDeviceKind, deviceId: string, label = deviceId) => ({ kind, deviceId, groupId: '', label }) as MediaDeviceInfo;
const ALL = [
  device('audioinput', 'mic'), device('audioinput', 'headset'), device('videoinput', 'camera', 'Front Camera'), device('videoinput', 'usb'), device('videoinput', 'wall', 'Back Camera'),
  device('audiooutput', 'room'), device('audiooutput', 'phones'),
];

/** As a browser with storage blocked. */
function blockStorage(): void {
  Object.defineProperty(globalThis, 'localStorage', {
    configurable: true,
    get() {
      throw new Error('no storage here');
    },
  });
}

/** Both devices have been asked for: a call is active before they are open. */
function opened({ session }: Someone): Promise<void> {
  const isOpen = () => [session.getSnapshot().microphone, session.getSnapshot().camera].every(({ state }) => state === 'on' || state === 'blocked');
  return new Promise((resolve) => {
    const stop = session.subscribe(() => {
      if (isOpen()) resolve(stop());
    });
    if (isOpen()) resolve(stop());
  });
}

async function callOf(world: World, ana: Someone, options: SessionOptions = {}): Promise<Someone> {
  worlds.push(world);
  ana.media.plugged = [...ALL];
  ana.session.configure(options);
  await ana.session.join({ nickname: 'Ana' });
  const bob = await world.joined('Bob');
  await connect(world, bob, ana);
  await opened(ana);
  await ana.session.devices();
  return ana;
}
const inCall = (options?: SessionOptions): Promise<Someone> => {
  const world = new World();
  return callOf(world, world.enter(), options);
};
const idOf = ({ media }: Someone, kind: 'audio' | 'video') => media.track(kind)?.getSettings().deviceId;
const codeOf = (promise: Promise<unknown>): Promise<unknown> => promise.then(() => 'done', (error: RtcError) => error.code);

describe('Choosing a device in a call', () => {
  it('sends the new one, and says neither that the old one went off nor that it starts', async () => {
    const ana = await inCall();
    const said: string[] = [];
    ana.session.on('rtc-media', ({ detail }) => detail.source === 'local' && said.push(detail.kind));
    const states = new Set<string>();
    ana.session.subscribe(() => states.add(ana.session.getSnapshot().camera.state));
    await ana.session.setDevice('videoinput', 'usb');
    assert.equal(idOf(ana, 'video'), 'usb');
    assert.deepEqual([said, [...states]], [[], ['on']]);
    assert.equal(ana.media.tracks.filter(({ kind, readyState }) => kind === 'video' && readyState === 'live').length, 1, 'the old camera is dark');
  });

  it('keeps a microphone muted', async () => {
    const ana = await inCall();
    await ana.session.toggleMicrophone(false);
    await ana.session.setDevice('audioinput', 'headset');
    assert.equal(idOf(ana, 'audio'), 'headset');
    assert.equal(ana.media.track('audio')?.enabled, false);
    assert.equal(ana.session.getSnapshot().microphone.state, 'off');
  });

  it('keeps a microphone muted that was muted while the other one was being opened', async () => {
    const ana = await inCall();
    let open!: () => void;
    ana.media.gate = new Promise((resolve) => (open = resolve));
    const switched = ana.session.setDevice('audioinput', 'headset');
    await ana.session.toggleMicrophone(false);
    open();
    await switched;
    assert.deepEqual([ana.media.track('audio')?.enabled, ana.session.getSnapshot().microphone.state], [false, 'off']);
  });

  it('keeps a camera that is off dark, and takes the chosen one when it is switched on', async () => {
    const ana = await inCall();
    await ana.session.toggleCamera(false);
    await ana.session.setDevice('videoinput', 'usb');
    assert.equal(ana.media.track('video'), null);
    await ana.session.toggleCamera(true);
    assert.equal(idOf(ana, 'video'), 'usb');
  });

  it('that cannot be had rejects, is said, and leaves the old one sending', async () => {
    const ana = await inCall();
    const errors: string[] = [];
    ana.session.on('rtc-error', ({ detail }) => errors.push(detail.code));
    ana.media.missing.video = 'device-in-use';
    assert.equal(await codeOf(ana.session.setDevice('videoinput', 'usb')), 'device-in-use');
    assert.deepEqual([idOf(ana, 'video'), ana.session.getSnapshot().camera.state, errors], ['camera', 'on', ['device-in-use']]);
  });

  it('of a kind that there is not rejects, and names those there are', async () => {
    const ana = await inCall();
    for (const kind of ['bogus', 'audio', '', undefined, null]) {
      await assert.rejects(ana.session.setDevice(kind as MediaDeviceKind, 'headset'), { code: 'device-not-found', message: /audioinput, videoinput, audiooutput/ });
    }
    assert.equal(idOf(ana, 'audio'), 'mic');
  });

  it('that is not there rejects with device-not-found', async () => {
    const ana = await inCall();
    assert.equal(await codeOf(ana.session.setDevice('videoinput', 'sold')), 'device-not-found');
    assert.equal(idOf(ana, 'video'), 'camera');
  });

  it('opens it where the one before could not be had', async () => {
    const ana = await inCall();
    ana.media.missing.video = 'device-in-use';
    await ana.session.toggleCamera(false);
    await codeOf(ana.session.toggleCamera(true));
    assert.equal(ana.session.getSnapshot().camera.state, 'blocked');
    delete ana.media.missing.video;
    await ana.session.setDevice('videoinput', 'usb');
    assert.deepEqual([idOf(ana, 'video'), ana.session.getSnapshot().camera.state], ['usb', 'on']);
  });

  it('names a chosen loudspeaker while it is there', async () => {
    const ana = await inCall();
    const { session, media } = ana;
    await session.setDevice('audiooutput', 'phones');
    assert.equal(session.getSnapshot().speaker, 'phones');
    media.plugged = ALL.filter(({ deviceId }) => deviceId !== 'phones');
    await session.devices();
    assert.equal(session.getSnapshot().speaker, '');
  });
});

/** The browser's storage, as far as it is used. */
function storeLocally(choices: object): Map<string, string> {
  const kept = new Map([[CHOICES_KEY, JSON.stringify(choices)]]);
  Object.defineProperty(globalThis, 'localStorage', {
    configurable: true,
    value: { [CHOICES_KEY]: true, getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) },
  });
  return kept;
}

describe('A device chosen before', () => {
  it('is used in the next call, by another session, where storage is blocked', async () => {
    blockStorage();
    await (await inCall()).session.setDevice('audioinput', 'headset');
    assert.equal(idOf(await inCall(), 'audio'), 'headset');
  });

  it('is kept in the browser’s storage', async () => {
    const kept = storeLocally({});
    await (await inCall()).session.setDevice('videoinput', 'usb');
    assert.deepEqual(JSON.parse(kept.get(CHOICES_KEY) ?? ''), { videoinput: { deviceId: 'usb', label: 'usb' } });
    assert.equal(idOf(await inCall(), 'video'), 'usb');
  });

  it('is known by its name when its id is another', async () => {
    storeLocally({ videoinput: { deviceId: 'of last year', label: 'usb' }, audiooutput: { deviceId: 'of last year', label: 'phones' } });
    const ana = await inCall();
    assert.deepEqual([idOf(ana, 'video'), ana.session.getSnapshot().speaker], ['usb', 'phones']);
  });

  it('and gone gives way to the default without a word', async () => {
    storeLocally({ videoinput: { deviceId: 'sold', label: 'Sold' }, audioinput: { deviceId: 'sold', label: '' } });
    const world = new World();
    const ana = world.enter();
    const errors: string[] = [];
    ana.session.on('rtc-error', ({ detail }) => errors.push(detail.code));
    await callOf(world, ana);
    assert.deepEqual([idOf(ana, 'video'), idOf(ana, 'audio'), errors], ['camera', 'mic', []]);
  });

  it('is not a camera that faces away: the next call shows the person again', async () => {
    storeLocally({});
    await (await inCall()).session.setDevice('videoinput', 'wall');
    assert.equal(idOf(await inCall(), 'video'), 'camera');
  });

  it('is forgotten for the system’s own', async () => {
    const kept = storeLocally({ audioinput: { deviceId: 'headset', label: 'headset' } });
    await (await inCall()).session.setDevice('audioinput', '');
    assert.equal(kept.get(CHOICES_KEY), '{}');
  });

  for (const [what, choices] of [['a number', 5], ['nothing', null], ['a list', [1]], ['other shapes', { audioinput: 7, videoinput: { deviceId: null } }]] as const) {
    it(`does not disturb a call where the storage holds ${what}`, async () => {
      storeLocally(choices as object);
      const ana = await inCall();
      assert.deepEqual([idOf(ana, 'audio'), idOf(ana, 'video')], ['mic', 'camera']);
    });
  }
});
