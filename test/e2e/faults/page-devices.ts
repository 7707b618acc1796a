import { CHROMIUM_FLAGS } from '../../support/browsers.mjs';
import type { Peer } from '../rig/peer.js';

// Cameras and microphones that can be unplugged, taken by another program, or forbidden. The devices are Chromium's fake ones, more than one of a kind, and their
// pictures and sounds real; what the browser would say of a plug pulled is said by a stub, since nothing can pull it.

/** Three cameras, of which the second is a depth camera: WebRTC never sends its pictures (measured). The stub below leaves it out. */
export const TWO_OF_A_KIND = [...CHROMIUM_FLAGS, '--use-fake-device-for-media-stream=device-count=3'];
/** Permissions as people have them: asked for, given, taken away. */
export const REAL_PERMISSIONS = TWO_OF_A_KIND.filter((flag) => flag !== '--use-fake-ui-for-media-stream');

export type Kind = 'audio' | 'video';

interface DeviceStub {
  /** Pulls the device that sends now: its track ends, and it is on no list any more. Returns its id. */
  unplug(kind: Kind): string;
  /** All that were pulled. */
  plugAll(): void;
  /** Another program has all of the kind. */
  take(kind: Kind, taken: boolean): void;
  /** The browser's own "Stop sharing", or the captured window closed. */
  endScreen(): void;
  deviceOf(kind: Kind): string | null;
  /** How many of the kind are plugged in. */
  count(kind: Kind): Promise<number>;
}

declare global {
  var deviceStub: DeviceStub;
}

/** Serialised into the page, before everything else there. */
function installDeviceStub(): void {
  const devices = navigator.mediaDevices;
  const get = devices.getUserMedia.bind(devices);
  const enumerate = devices.enumerateDevices.bind(devices);
  const list = async () => {
    const all = await enumerate();
    const depthCamera = all.filter((device) => device.kind === 'videoinput')[1];
    return all.filter((device) => device !== depthCamera);
  };
  const unplugged = new Set<string>();
  const taken = new Set<Kind>();
  const tracks: MediaStreamTrack[] = [];
  let screen: MediaStreamTrack | null = null;

  const plugged = async (kind: Kind) => (await list()).filter((device) => device.kind === `${kind}input` && !unplugged.has(device.deviceId));
  const changed = () => setTimeout(() => devices.dispatchEvent(new Event('devicechange')), 20);
  const liveTrack = (kind: Kind) => tracks.find((track) => track.kind === kind && track.readyState === 'live');
  const end = (track: MediaStreamTrack) => {
    track.stop();
    // A page's own stop() says nothing; the end of a device does.
    track.dispatchEvent(new Event('ended'));
  };
  const oneDevice = async (kind: Kind, wanted: MediaTrackConstraints | boolean): Promise<MediaTrackConstraints> => {
    if (taken.has(kind)) throw new DOMException('Could not start the source', 'NotReadableError');
    const [first, ...others] = await plugged(kind);
    if (!first) throw new DOMException('Requested device not found', 'NotFoundError');
    const constraints = typeof wanted === 'object' ? wanted : {};
    const asked = constraints.deviceId;
    const exact = typeof asked === 'object' && 'exact' in asked ? String(asked.exact) : null;
    if (exact !== null && ![first, ...others].some(({ deviceId }) => deviceId === exact)) throw new OverconstrainedError('deviceId', 'no such device');
    return { ...constraints, deviceId: { exact: exact ?? first.deviceId } };
  };

  devices.enumerateDevices = async () => (await list()).filter((device) => !unplugged.has(device.deviceId));
  devices.getUserMedia = async (constraints = {}) => {
    const real: MediaStreamConstraints = {};
    for (const kind of ['audio', 'video'] as const) {
      const wanted = constraints[kind];
      if (wanted) real[kind] = await oneDevice(kind, wanted);
    }
    const stream = await get(real);
    tracks.push(...stream.getTracks());
    return stream;
  };
  devices.getDisplayMedia = async () => {
    const canvas = document.createElement('canvas');
    const drawing = canvas.getContext('2d');
    let step = 0;
    setInterval(() => drawing?.fillRect(step++ % 300, 0, 5, 5), 50);
    const stream = canvas.captureStream(20);
    screen = stream.getVideoTracks()[0] ?? null;
    return stream;
  };
  globalThis.deviceStub = {
    unplug(kind) {
      const track = liveTrack(kind);
      const id = track?.getSettings().deviceId;
      if (!track || !id) throw new Error(`no ${kind} is captured`);
      unplugged.add(id);
      end(track);
      changed();
      return id;
    },
    plugAll() {
      unplugged.clear();
      changed();
    },
    take: (kind, isTaken) => void (isTaken ? taken.add(kind) : taken.delete(kind)),
    endScreen: () => screen && end(screen),
    deviceOf: (kind) => liveTrack(kind)?.getSettings().deviceId ?? null,
    count: async (kind) => (await plugged(kind)).length,
  };
}

export const DEVICE_STUB = `(${installDeviceStub.toString()})();`;

/** Pulls the plug of what sends now; the moment (epoch ms) and the device. */
export function unplug(peer: Peer, kind: Kind): Promise<{ at: number; device: string }> {
  return peer.page.evaluate((which) => {
    const at = performance.timeOrigin + performance.now();
    return { at, device: deviceStub.unplug(which) };
  }, kind);
}

/** Another device than `pulled` sends; the moment it was seen. */
export async function awaitOtherDevice(peer: Peer, kind: Kind, pulled: string, limitMs: number): Promise<number> {
  await peer.until(`another ${kind} device`, (which, old) => ![null, old].includes(deviceStub.deviceOf(which as Kind)), [kind, pulled], limitMs);
  return Date.now();
}

/** Both permissions of the page's origin, as the browser's page settings set them. */
export async function setPermissions(peer: Peer, setting: 'granted' | 'denied'): Promise<number> {
  const { page } = peer;
  const at = Date.now();
  const names = ['camera', 'microphone'] as const;
  await page.browserContext().setPermission(new URL(page.url()).origin, ...names.map((name) => ({ permission: { name }, state: setting })));
  return at;
}
