import { openSamples } from './track-samples.js';

const SILENCE_DB = -60;

/**
 * Reports how loud a microphone is, 0 to 1 on a decibel scale, once a frame while the page is visible. Returns the way to stop it; the track is not
 * touched. Where the browser allows no sound processing yet (it wants a click first) it reports nothing and never throws.
 */
export function startLevelMeter(track: MediaStreamTrack, onLevel: (level: number) => void): () => void {
  const sound = openSamples(track, 1024);
  let frame = requestAnimationFrame(function measure() {
    frame = requestAnimationFrame(measure);
    const samples = sound.read();
    if (!samples) return;
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    onLevel(Math.min(1, Math.max(0, 1 - (10 * Math.log10(power || 1e-12)) / SILENCE_DB)));
  });
  return () => {
    cancelAnimationFrame(frame);
    sound.close();
  };
}
