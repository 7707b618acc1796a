import { SOUND_INTERVAL_MS } from './sound-judge.js';

/**
 * How loud a track is, ten times a second, also while nobody looks at the page. Returns the way to stop it; the track is not touched. Where the browser allows no sound
 * processing it reports nothing and never throws. Nothing is recorded or kept: each stretch of 85 ms is reduced to two figures and forgotten.
 */
export function measureSound(track: MediaStreamTrack, onSound: (sound: { rms: number; peak: number }) => void): () => void {
  let context: AudioContext;
  let analyser: AnalyserNode;
  try {
    context = new AudioContext();
    analyser = context.createAnalyser();
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  } catch {
    return () => {};
  }
  context.resume().catch(() => {});
  // 85 ms at 48 kHz: little is missed between two looks.
  analyser.fftSize = 4096;
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    if (context.state !== 'running') return;
    analyser.getFloatTimeDomainData(samples);
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
    if (context.state !== 'closed') context.close().catch(() => {});
  };
}
