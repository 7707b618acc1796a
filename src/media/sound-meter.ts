import { SOUND_INTERVAL_MS } from './sound-judge.js';
import { openSamples } from './track-samples.js';

/** 85 ms at 48 kHz: little is missed between two looks. */
const STRETCH = 4096;

/**
 * How loud a track is, ten times a second, also while nobody looks at the page. Returns the way to stop it; the track is not touched. Where the browser allows no sound
 * processing it reports nothing and never throws. Nothing is recorded or kept: each stretch of 85 ms is reduced to two figures and forgotten.
 */
export function measureSound(track: MediaStreamTrack, onSound: (sound: { rms: number; peak: number }) => void): () => void {
  const sound = openSamples(track, STRETCH);
  const timer = setInterval(() => {
    const samples = sound.read();
    if (!samples) return;
    let power = 0;
    let peak = 0;
    for (const sample of samples) {
      power += sample * sample;
      peak = Math.max(peak, Math.abs(sample));
    }
    onSound({ rms: Math.sqrt(power / samples.length), peak });
  }, SOUND_INTERVAL_MS);
  return () => {
    clearInterval(timer);
    sound.close();
  };
}
