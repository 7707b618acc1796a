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
