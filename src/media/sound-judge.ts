// (memory, sample) → memory with a hint. Pure: what the own microphone brings, and whether that is worth a word.

/** `speaking-muted`: somebody speaks while the microphone is off. `no-sound`: it is on, and nothing at all comes from it. */
export type SoundHint = 'speaking-muted' | 'no-sound';

export interface SoundSample {
  readonly atMs: number;
  /** Root mean square, and the largest amplitude, since the sample before; full scale is 1. */
  readonly rms: number;
  readonly peak: number;
  /** Switched off in the call. */
  readonly isMuted: boolean;
  /** The browser says that the device delivers nothing: a switch on it, or the system's. */
  readonly isBlocked: boolean;
}

export interface SoundMemory {
  readonly hint: SoundHint | null;
  /** The last second, whether each sample was as loud as a voice. */
  readonly voices: readonly boolean[];
  readonly spokeAtMs: number | null;
  readonly silentSinceMs: number | null;
  readonly saidAtMs: { readonly [H in SoundHint]?: number };
}

export const UNHEARD: SoundMemory = { hint: null, voices: [], spokeAtMs: null, silentSinceMs: null, saidAtMs: {} };

/** How often it is asked: ten times a second. */
export const SOUND_INTERVAL_MS = 100;
/** -40 dBFS. Speech behind automatic gain is at -26 to -20, a room behind noise suppression below -55. */
const VOICE_RMS = 0.01;
const WINDOW = 12;
/** A cough and a key are shorter; speech pauses. */
const VOICED = 6;
/** Less than two steps of 16 bits: a live microphone is never so quiet for long, a switched-off one is exactly 0. */
const NOTHING = 2 / 32_768;
const SILENT_AFTER_MS = 8_000;
const BLOCKED_AFTER_MS = 2_000;
/** Whoever has stopped speaking was not speaking to the call. */
const QUIET_AFTER_MS = 8_000;
const AGAIN_AFTER_MS = 60_000;

export function hear(memory: SoundMemory, { atMs, rms, peak, isMuted, isBlocked }: SoundSample): SoundMemory {
  const isVoice = isMuted && rms >= VOICE_RMS;
  const voices = isMuted ? [...memory.voices, isVoice].slice(-WINDOW) : [];
  const speaks = voices.filter(Boolean).length >= VOICED;
  const spokeAtMs = speaks ? atMs : isMuted ? memory.spokeAtMs : null;
  const isSilent = !isMuted && (isBlocked || peak < NOTHING);
  const silentSinceMs = isSilent ? (memory.silentSinceMs ?? atMs) : null;

  const { hint, saidAtMs } = memory;
  const lasts = (hint === 'speaking-muted' && spokeAtMs !== null && atMs - spokeAtMs < QUIET_AFTER_MS) || (hint === 'no-sound' && isSilent);
  const due = speaks ? 'speaking-muted' : silentSinceMs !== null && atMs - silentSinceMs >= (isBlocked ? BLOCKED_AFTER_MS : SILENT_AFTER_MS) ? 'no-sound' : null;
  const isNew = due !== null && !lasts && atMs - (saidAtMs[due] ?? -Infinity) >= AGAIN_AFTER_MS;
  return { hint: lasts ? hint : isNew ? due : null, voices, spokeAtMs, silentSinceMs, saidAtMs: lasts && hint ? { ...saidAtMs, [hint]: atMs } : isNew ? { ...saidAtMs, [due]: atMs } : saidAtMs };
}
