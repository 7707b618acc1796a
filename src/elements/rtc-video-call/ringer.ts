import type { SessionSnapshot } from '../../session/public.js';

type StartRingTone = typeof import('./ring-tone.js').startRingTone;

/** Decides when a view rings and with what; the sound itself is a chunk of its own, fetched when a session arrives so that nothing waits for it later. */
export class Ringer {
  #tone = '';
  #stop: (() => void) | null = null;
  #loading: Promise<StartRingTone> | undefined;

  prefetch(): void {
    this.#load().catch(() => (this.#loading = undefined));
  }

  #load(): Promise<StartRingTone> {
    return (this.#loading ??= import('./ring-tone.js').then((chunk) => chunk.startRingTone));
  }

  /** `ringtone`: a URL for incoming calls, or `none`. */
  update(snapshot: SessionSnapshot | null, ringtone: string): void {
    const state = snapshot?.callState;
    const rings = state === 'incoming' ? !snapshot?.silenced : state === 'outgoing' && snapshot?.currentCall?.ringing;
    const tone = rings && ringtone !== 'none' ? `${state} ${ringtone}` : '';
    if (tone === this.#tone) return;
    this.#tone = tone;
    this.#stop?.();
    this.#stop = null;
    if (!tone) return;
    const direction = state === 'incoming' ? 'incoming' : 'outgoing';
    this.#load().then(
      (start) => {
        // The call may have been answered while the chunk was on its way.
        if (this.#tone === tone && !this.#stop) this.#stop = start(direction, direction === 'incoming' ? ringtone : '');
      },
      () => (this.#loading = undefined),
    );
  }
}
