/** Of what a track sounds like at this moment. */
export interface TrackSamples {
  /** The newest stretch of it, -1 to 1, overwritten by the next reading; null while the browser allows no sound processing (it wants a click first). */
  read(): Float32Array | null;
  close(): void;
}

/** Listens to a track without touching it; `size`: samples of a stretch, a power of two. Where the browser allows no sound processing at all there is nothing to read. Never throws. */
export function openSamples(track: MediaStreamTrack, size: number): TrackSamples {
  let context: AudioContext;
  let analyser: AnalyserNode;
  try {
    context = new AudioContext();
    analyser = context.createAnalyser();
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  } catch {
    return { read: () => null, close: () => {} };
  }
  context.resume().catch(() => {});
  analyser.fftSize = size;
  const samples = new Float32Array(size);
  return {
    read() {
      if (context.state !== 'running') return null;
      analyser.getFloatTimeDomainData(samples);
      return samples;
    },
    close() {
      if (context.state !== 'closed') context.close().catch(() => {});
    },
  };
}
