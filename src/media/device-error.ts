import { RtcError } from '../base/rtc-error.js';
import type { ErrorCode } from '../protocol/codes.js';

// What getUserMedia's exceptions mean to a person.

declare global {
  interface Document {
    /** Chromium's name for the permissions policy of this document; the standard has none yet. */
    readonly featurePolicy?: { allowsFeature(feature: string): boolean };
  }
}

const CODES: Readonly<Record<string, ErrorCode>> = {
  NotFoundError: 'device-not-found',
  NotReadableError: 'device-in-use',
  AbortError: 'device-in-use',
  OverconstrainedError: 'constraints',
  // A page's constraints of the wrong shape.
  TypeError: 'constraints',
};

/** Whether the device is there but did not start: worth another try. */
export function isBusyDevice(error: unknown): boolean {
  return nameOf(error) === 'NotReadableError' || nameOf(error) === 'AbortError';
}

export function isRefusal(error: unknown): boolean {
  return nameOf(error) === 'NotAllowedError';
}

/** `state`: the permission as the browser reports it, for telling a frame's policy from a person's answer where nothing else does (Firefox). */
export function toDeviceError(error: unknown, kind: 'audio' | 'video', state: PermissionState | 'unknown'): RtcError {
  const name = nameOf(error);
  let code = CODES[name] ?? 'unavailable';
  if (name === 'SecurityError') code = isSecureContext ? 'policy-blocked' : 'insecure-context';
  if (name === 'NotAllowedError') {
    // Chromium says "Permission denied by system".
    if (/system/i.test(String(error))) code = 'permission-denied-system';
    else code = isBlockedByPolicy(kind, state) ? 'policy-blocked' : 'permission-denied';
  }
  return error instanceof RtcError ? error : new RtcError(code, { cause: error });
}

function isBlockedByPolicy(kind: 'audio' | 'video', state: PermissionState | 'unknown'): boolean {
  const policy = document.featurePolicy;
  if (policy) return !policy.allowsFeature(kind === 'audio' ? 'microphone' : 'camera');
  return state !== 'prompt' && isForeignFrame();
}

/** In a frame of another origin: those get no camera unless the embedding page says so. */
function isForeignFrame(): boolean {
  try {
    return window.top !== window && !window.top?.document;
  } catch {
    return true;
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error || error instanceof DOMException ? error.name : '';
}
