import { CHOICES_KEY } from './choices-key.js';

/** What somebody has chosen, by kind. The name too, since ids change (Safari: with every visit that is not granted for good; everywhere: when site data is cleared). */
export type DeviceChoices = { [K in MediaDeviceKind]?: { readonly deviceId: string; readonly label: string } };

/** Where storage is blocked, they last as long as the page. */
export const unkept: { choices: DeviceChoices } = { choices: {} };

export function readChoices(): DeviceChoices {
  try {
    return { ...(JSON.parse(localStorage.getItem(CHOICES_KEY) ?? '{}') as DeviceChoices) };
  } catch {
    return { ...unkept.choices };
  }
}

/** The chosen device, if it is there: by its id, else by its name. */
export function findChosen(choices: DeviceChoices, kind: MediaDeviceKind, devices: readonly MediaDeviceInfo[]): MediaDeviceInfo | undefined {
  const found = (of: 'deviceId' | 'label') => devices.find((device) => device.kind === kind && device[of] && device[of] === choices[kind]?.[of]);
  return found('deviceId') ?? found('label');
}

/** The page's constraints, with the chosen devices. One that is gone, or that the browser does not name yet, is asked for gladly: any other is better than none. */
export function chosenConstraints(page: MediaStreamConstraints | null | undefined, choices: DeviceChoices, devices: readonly MediaDeviceInfo[]): MediaStreamConstraints {
  const constraints = { ...page };
  for (const kind of ['audio', 'video'] as const) {
    const choice = choices[`${kind}input`];
    const own = constraints[kind];
    const exact = findChosen(choices, `${kind}input`, devices)?.deviceId;
    if (choice) constraints[kind] = { ...(typeof own === 'object' && own), deviceId: exact ? { exact } : { ideal: choice.deviceId } };
  }
  return constraints;
}

export function withChoice(choices: DeviceChoices, kind: MediaDeviceKind, deviceId: string, device?: MediaDeviceInfo): DeviceChoices {
  const { [kind]: _, ...others } = choices;
  return deviceId ? { ...others, [kind]: { deviceId, label: device?.label ?? '' } } : others;
}

/** The next call of this browser begins with it. Not with a camera that faces away: nobody means to show themselves the wall. */
export function rememberChoice(kind: MediaDeviceKind, deviceId: string, device?: MediaDeviceInfo): void {
  if (device && facingOf(device) === 'environment') return;
  unkept.choices = withChoice(unkept.choices, kind, deviceId, device);
  try {
    localStorage.setItem(CHOICES_KEY, JSON.stringify(withChoice(readChoices(), kind, deviceId, device)));
  } catch {
    // Then as long as the page lasts.
  }
}

/** Where a camera looks: at the person, or away from them; null where it does not say (any camera of a desktop). */
export function facingOf(device: MediaDeviceInfo): 'user' | 'environment' | null {
  // A microphone may be called "Rear", too.
  if (device.kind !== 'videoinput') return null;
  // Chromium says so of the device; elsewhere the name does: "Front Camera", "camera2 0, facing back".
  const [facing] = (device as Partial<InputDeviceInfo>).getCapabilities?.().facingMode ?? [];
  if (facing === 'user' || facing === 'environment') return facing;
  if (/\bfront\b/i.test(device.label)) return 'user';
  return /\b(back|rear)\b/i.test(device.label) ? 'environment' : null;
}
