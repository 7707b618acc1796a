import { hear, UNHEARD, type SoundHint } from '../media/sound-judge.js';
import { measureSound } from '../media/sound-meter.js';
import type { RtcSession } from './session-api.js';

export type { SoundHint } from '../media/sound-judge.js';

/**
 * Listens to the own microphone while a call is connected, for hints to whoever speaks into it; in this page only, nothing is sent or kept. A microphone that is switched
 * off in a call keeps its device, and its track is silent: a copy of it is listened to, which exists only while it is off and goes nowhere else. A new hint is told once,
 * null when it no longer holds. Returns the way to stop.
 */
export function listenToOwnSound(session: RtcSession, onHint: (hint: SoundHint | null) => void): () => void {
  let memory = UNHEARD;
  let track: MediaStreamTrack | null = null;
  let isMuted = false;
  let stop: (() => void) | null = null;

  function tell(next: typeof memory): void {
    const before = memory.hint;
    memory = next;
    if (next.hint !== before) onHint(next.hint);
  }

  function follow(): void {
    const { callState, localStream, microphone } = session.getSnapshot();
    const listens = (callState === 'active' || callState === 'reconnecting') && (microphone.state === 'on' || microphone.state === 'off');
    const now = (listens && localStream?.getAudioTracks().find(({ readyState }) => readyState === 'live')) || null;
    const off = microphone.state === 'off';
    if (now === track && off === isMuted) return;
    stop?.();
    track = now;
    isMuted = off;
    stop = now && start(now, off);
    // What was said of the other microphone, or of the other state of this one, holds no more.
    tell({ ...memory, hint: null, voices: [], spokeAtMs: null, silentSinceMs: null });
  }

  function start(from: MediaStreamTrack, off: boolean): () => void {
    const heard = off ? from.clone() : from;
    heard.enabled = true;
    const end = measureSound(heard, (sound) => tell(hear(memory, { atMs: performance.now(), ...sound, isMuted: off, isBlocked: from.muted })));
    return () => {
      end();
      if (off) heard.stop();
    };
  }

  const leave = session.subscribe(follow);
  follow();
  return () => {
    leave();
    stop?.();
    stop = null;
  };
}
