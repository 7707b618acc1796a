import { pause } from '../base/pause.js';
import { isBusyDevice, isRefusal, toDeviceError } from './device-error.js';
import type { WantedDevices } from './capture-constraints.js';
import type { DeviceProblem, LocalMediaPort } from './local-media-port.js';

// What is done when devices could not be had at the first try. A chunk of its own: most people have both.

type Kind = 'audio' | 'video';

const RETRY_MS = 500;

export interface FailedCapture {
  readonly wanted: WantedDevices;
  readonly kinds: readonly Kind[];
  readonly error: unknown;
  /** Tries once more; resolves when the tracks are in the stream. */
  readonly get: (wanted: WantedDevices) => Promise<void>;
  /** False once this kind was stopped meanwhile. */
  readonly isWanted: (kind: Kind) => boolean;
  readonly permission: LocalMediaPort['permission'];
  /** Stops what is live of this kind. */
  readonly free: (kind: Kind) => void;
}

/** After both in one prompt: each alone, so that the one does not cost the other. What stays missing is named. */
export async function captureFallback(failed: FailedCapture): Promise<DeviceProblem[]> {
  const { kinds, error, isWanted, permission } = failed;
  const together = kinds.length > 1;
  // Somebody who closed the prompt is not asked twice more.
  const dismissed = together && isRefusal(error) && (await Promise.all(kinds.map(permission))).every((state) => state === 'prompt');
  if (dismissed) return kinds.filter(isWanted).map((kind) => ({ kind, error: toDeviceError(error, kind, 'prompt') }));
  const problems = await Promise.all(kinds.map((kind) => (together ? askAlone(failed, kind) : afterFirst(failed, kind, error))));
  return problems.filter((problem) => problem !== null);
}

async function askAlone(failed: FailedCapture, kind: Kind, isLast = false): Promise<DeviceProblem | null> {
  if (!failed.isWanted(kind)) return null;
  try {
    await failed.get({ audio: false, video: false, [kind]: failed.wanted[kind] });
    return null;
  } catch (error) {
    return afterFirst(failed, kind, error, isLast);
  }
}

async function afterFirst(failed: FailedCapture, kind: Kind, error: unknown, isLast = false): Promise<DeviceProblem | null> {
  if (isLast || !isBusyDevice(error)) return failed.isWanted(kind) ? { kind, error: toDeviceError(error, kind, await failed.permission(kind)) } : null;
  // Phones open one camera at a time: what holds it may be our own other one. Or another tab, which may be closing just now.
  failed.free(kind);
  await pause(RETRY_MS);
  return askAlone(failed, kind, true);
}
