import type { CallDirection } from '../../session/public.js';

/** [start in seconds, frequency in Hz] of each note; the loop's length in seconds; loudness; how fast a note fades (0: it is held for 1 s). */
const TONES: Readonly<Record<CallDirection, { notes: readonly (readonly [number, number])[]; length: number; gain: number; decay: number }>> = {
  incoming: { notes: [[0, 659], [0.18, 880], [0.36, 659], [0.54, 880], [1.2, 659], [1.38, 988]], length: 3, gain: 0.22, decay: 5 },
  outgoing: { notes: [[0, 440], [0, 480]], length: 4, gain: 0.04, decay: 0 },
};
const RATE = 22050;

function samples(direction: CallDirection): Float32Array<ArrayBuffer> {
  const { notes, length, gain, decay } = TONES[direction];
  const out = new Float32Array(length * RATE);
  for (const [start, frequency] of notes) {
    const first = Math.round(start * RATE);
    const last = decay ? out.length : RATE;
    for (let i = first; i < last; i++) {
      const t = (i - first) / RATE;
      // A soft start and, for held notes, a soft end: no clicks.
      const envelope = Math.min(1, t * 60, decay ? 1 : (1 - t) * 60) * Math.exp(-decay * t);
      out[i]! += gain * envelope * (Math.sin(2 * Math.PI * frequency * t) + 0.25 * Math.sin(4 * Math.PI * frequency * t));
    }
  }
  return out;
}

/**
 * Starts ringing and returns the way to stop it at once. `url` replaces the built-in tone. Never throws: where the browser refuses sound it stays silent
 * until the page is touched for the first time.
 */
export function startRingTone(direction: CallDirection, url?: string): () => void {
  const touched = new AbortController();
  const retry = (play: () => Promise<void>) => {
    const attempt = () => void play().catch(() => {});
    for (const type of ['pointerup', 'keydown']) addEventListener(type, attempt, { signal: touched.signal, capture: true, once: true });
    attempt();
  };
  try {
    if (url) {
      const audio = new Audio(url);
      audio.loop = true;
      retry(() => audio.play());
      return () => {
        touched.abort();
        audio.pause();
        audio.removeAttribute('src');
      };
    }
    const context = new AudioContext();
    const data = samples(direction);
    const buffer = context.createBuffer(1, data.length, RATE);
    buffer.copyToChannel(data, 0);
    const source = new AudioBufferSourceNode(context, { buffer, loop: true });
    source.connect(context.destination);
    source.start();
    retry(() => context.resume());
    return () => {
      touched.abort();
      source.disconnect();
      void context.close().catch(() => {});
    };
  } catch {
    return () => touched.abort();
  }
}
