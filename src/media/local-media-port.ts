import type { RtcError } from '../base/rtc-error.js';

// What the session knows of cameras and microphones. local-media.ts implements it and is the only file that names navigator.mediaDevices.

export interface CaptureOptions {
  /** What is wanted now (never more than the room allows). */
  readonly audio: boolean;
  readonly video: boolean;
  /** The page's own constraints for each kind (width, height, frameRate, deviceId with min/ideal/max/exact); `true` where it has none. */
  readonly constraints: MediaStreamConstraints;
  readonly facingMode: string | null;
  /** Live kinds too are asked for, and go on until the other device is there. */
  readonly anew?: boolean | undefined;
}

export type DeviceProblem = { readonly kind: 'audio' | 'video'; readonly error: RtcError };

/** What came of asking for devices: what could be had, and an error per kind that could not. Never rejects: a call goes on with what there is. */
export interface CaptureResult {
  readonly audio: MediaStreamTrack | null;
  readonly video: MediaStreamTrack | null;
  readonly problems: readonly DeviceProblem[];
}

/**
 * Owns every local track it hands out. `stream` is one object for life, for drawing one's own picture; tracks come and go in it.
 * Muting a microphone is `track.enabled`; switching a camera off stops its track (the light goes out).
 */
export interface LocalMediaPort {
  readonly stream: MediaStream;
  /**
   * Asks for the kinds that are wanted and not already live (or, with `anew`, for another device in their place); both in one prompt; on failure each alone, so that a missing camera does not cost the
   * microphone. Tracks that arrive after `release()` are stopped at once.
   */
  capture(options: CaptureOptions): Promise<CaptureResult>;
  track(kind: 'audio' | 'video'): MediaStreamTrack | null;
  /** Stops one kind. */
  stop(kind: 'audio' | 'video'): void;
  /** Stops everything, now; whatever is still being asked for is stopped when it arrives. */
  release(): void;
  /** Phones cannot share their screen. */
  readonly canShareScreen: boolean;
  devices(): Promise<readonly MediaDeviceInfo[]>;
  /** Whether the permission for this kind is already granted (so that a preview may open by itself). */
  permission(kind: 'audio' | 'video'): Promise<'granted' | 'denied' | 'prompt' | 'unknown'>;
  /** A track ended by itself (unplugged, revoked): called with its kind. */
  onEnded: ((kind: 'audio' | 'video') => void) | null;
  /** Devices were plugged in or out. */
  onDevices: (() => void) | null;
  /** Removes listeners and releases. */
  close(): void;
}
