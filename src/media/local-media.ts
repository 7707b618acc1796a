import { importAgain } from '../base/import-again.js';
import { pause } from '../base/pause.js';
import { RtcError, toRtcError } from '../base/rtc-error.js';
import { toConstraints, type WantedDevices } from './capture-constraints.js';
import type { CaptureOptions, CaptureResult, DeviceProblem, LocalMediaPort } from './local-media-port.js';

type Kind = 'audio' | 'video';

const KINDS: readonly Kind[] = ['audio', 'video'];
/** A device that may be used, so that no prompt is open, and has not started by then is stuck. */
const STUCK_MS = 3000;

/** Undefined on insecure pages and in browsers without cameras. */
export function mediaDevices(): MediaDevices | undefined {
  return navigator.mediaDevices;
}

class LocalMedia implements LocalMediaPort {
  readonly stream = new MediaStream();
  onEnded: ((kind: Kind) => void) | null = null;
  onDevices: (() => void) | null = null;
  readonly #listener = (): void => this.onDevices?.();
  /** Rises with every stop: what was asked for before is not wanted any more. */
  readonly #stops: Record<Kind, number> = { audio: 0, video: 0 };

  constructor() {
    mediaDevices()?.addEventListener('devicechange', this.#listener);
  }

  async capture(options: CaptureOptions): Promise<CaptureResult> {
    const wanted = toConstraints(options);
    for (const kind of KINDS) if (this.track(kind) && !options.anew) wanted[kind] = false;
    const problems = await this.#ask(wanted);
    return { audio: options.audio ? this.track('audio') : null, video: options.video ? this.track('video') : null, problems };
  }

  /** All in one prompt; if that fails, the fallback finds out what can be had. */
  async #ask(wanted: WantedDevices): Promise<readonly DeviceProblem[]> {
    const kinds = KINDS.filter((kind) => wanted[kind]);
    const stops = { ...this.#stops };
    const isWanted = (kind: Kind): boolean => stops[kind] === this.#stops[kind];
    const get = (some: WantedDevices): Promise<void> => this.#get(some, isWanted);
    try {
      if (kinds.length > 0) await get(wanted);
      return [];
    } catch (error) {
      try {
        const { captureFallback } = await importAgain(() => import('./capture-fallback.js'));
        return await captureFallback({ wanted, kinds, error, get, isWanted, permission: this.permission, free: (kind) => this.#clear(kind) });
      } catch {
        // The server that has the chunk is away: nothing to be had for now, and the exact reason is unknown.
        return kinds.filter(isWanted).map((kind) => ({ kind, error: toRtcError(error, 'unavailable') }));
      }
    }
  }

  /** Resolves when the tracks are in the stream; tracks that arrive after the wait was given up, or unwanted, are stopped. */
  async #get(wanted: WantedDevices, isWanted: (kind: Kind) => boolean): Promise<void> {
    const devices = mediaDevices();
    if (!devices) throw new RtcError(isSecureContext ? 'unsupported-browser' : 'insecure-context');
    let late = false;
    const opened = devices.getUserMedia(wanted).then((stream) => {
      for (const track of stream.getTracks()) {
        const kind = track.kind === 'audio' ? 'audio' : 'video';
        if (late || !isWanted(kind)) track.stop();
        else this.#adopt(kind, track);
      }
    });
    await Promise.race([opened, this.#stuck(KINDS.filter((kind) => wanted[kind]))]).finally(() => (late = true));
  }

  /** Rejects when the devices had their time; never while a person may still be reading the prompt. */
  async #stuck(kinds: readonly Kind[]): Promise<never> {
    const states = await Promise.all(kinds.map((kind) => this.permission(kind)));
    await (states.every((state) => state === 'granted') ? pause(STUCK_MS) : new Promise(() => {}));
    throw new RtcError('device-in-use');
  }

  #adopt(kind: Kind, track: MediaStreamTrack): void {
    this.#clear(kind);
    this.stream.addTrack(track);
    track.onended = () => {
      this.#drop(track);
      this.onEnded?.(kind);
    };
  }

  #drop(track: MediaStreamTrack): void {
    track.onended = null;
    track.stop();
    this.stream.removeTrack(track);
  }

  track(kind: Kind): MediaStreamTrack | null {
    return this.stream.getTracks().find((track) => track.kind === kind && track.readyState === 'live') ?? null;
  }

  stop(kind: Kind): void {
    this.#stops[kind]++;
    this.#clear(kind);
  }

  /** Also the track that somebody else has stopped, which says nothing when it ends. */
  #clear(kind: Kind): void {
    for (const track of this.stream.getTracks()) if (track.kind === kind) this.#drop(track);
  }

  release(): void {
    KINDS.forEach((kind) => this.stop(kind));
  }

  get canShareScreen(): boolean {
    return Boolean(mediaDevices()?.getDisplayMedia);
  }

  async devices(): Promise<readonly MediaDeviceInfo[]> {
    return (await mediaDevices()?.enumerateDevices().catch(() => [])) ?? [];
  }

  async permission(kind: Kind): Promise<PermissionState | 'unknown'> {
    try {
      return (await navigator.permissions.query({ name: kind === 'audio' ? 'microphone' : 'camera' })).state;
    } catch {
      return 'unknown';
    }
  }

  close(): void {
    this.onEnded = this.onDevices = null;
    mediaDevices()?.removeEventListener('devicechange', this.#listener);
    this.release();
  }
}

export function createLocalMedia(): LocalMediaPort {
  return new LocalMedia();
}
