import { RtcError } from '../base/rtc-error.js';
import { facingOf } from './camera-facing.js';
import { CHOICES_KEY, unkept, type DeviceChoices } from './device-choices.js';
import type { SessionStore } from './session-store.js';

// A lazy chunk: most calls are made with what the system offers.

/** Own media, as far as switching goes. */
export interface SwitchedMedia {
  chosen: DeviceChoices;
  devices(): Promise<readonly MediaDeviceInfo[]>;
  reopen(kind: 'audio' | 'video'): Promise<void>;
}

/** Another device of a kind, now if it is in use and for what follows. Rejects with the device's error, which is said; what was in use goes on. */
export async function switchDevice(media: SwitchedMedia, store: SessionStore, kind: MediaDeviceKind, deviceId: string): Promise<void> {
  const devices = await media.devices();
  const device = devices.find((each) => each.kind === kind && each.deviceId === deviceId);
  // Before a permission is given browsers name none.
  if (!device && deviceId && devices.some((each) => each.kind === kind && each.deviceId)) {
    const error = new RtcError('device-not-found');
    store.problem(error);
    throw error;
  }
  const before = media.chosen;
  media.chosen = withChoice(before, kind, deviceId, device);
  if (kind !== 'audiooutput') {
    const [input, word] = kind === 'audioinput' ? (['audio', 'microphone'] as const) : (['video', 'camera'] as const);
    try {
      await media.reopen(input);
    } catch (error) {
      media.chosen = before;
      // A phone had to let go of the one to try the other.
      if (store.snapshot[word].error) await media.reopen(input).catch(() => {});
      throw error;
    }
  }
  rememberChoice(kind, deviceId, device);
  await media.devices();
}

/** The next call of this browser begins with it. Not with a camera that faces away: nobody means to show themselves the wall. */
export function rememberChoice(kind: MediaDeviceKind, deviceId: string, device?: MediaDeviceInfo): void {
  if (device && facingOf(device) === 'environment') return;
  try {
    const kept = JSON.parse(localStorage.getItem(CHOICES_KEY) ?? '{}') as DeviceChoices;
    localStorage.setItem(CHOICES_KEY, JSON.stringify(withChoice(kept, kind, deviceId, device)));
  } catch {
    unkept.choices = withChoice(unkept.choices, kind, deviceId, device);
  }
}

export function withChoice(choices: DeviceChoices, kind: MediaDeviceKind, deviceId: string, device?: MediaDeviceInfo): DeviceChoices {
  const { [kind]: _, ...others } = choices;
  return deviceId ? { ...others, [kind]: { deviceId, label: device?.label ?? '' } } : others;
}
