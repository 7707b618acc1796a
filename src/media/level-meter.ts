const SILENCE_DB = -60;

/**
 * Reports how loud a microphone is, 0 to 1 on a decibel scale, once a frame while the page is visible. Returns the way to stop it; the track is not
 * touched. Where the browser allows no sound processing yet (it wants a click first) it reports nothing and never throws.
 */
export function startLevelMeter(track: MediaStreamTrack, onLevel: (level: number) => void): () => void {
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
  analyser.fftSize = 1024;
  const samples = new Float32Array(analyser.fftSize);
  let frame = requestAnimationFrame(function measure() {
    frame = requestAnimationFrame(measure);
    if (context.state !== 'running') return;
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    onLevel(Math.min(1, Math.max(0, 1 - (10 * Math.log10(power || 1e-12)) / SILENCE_DB)));
  });
  return () => {
    cancelAnimationFrame(frame);
    if (context.state !== 'closed') context.close().catch(() => {});
  };
}
