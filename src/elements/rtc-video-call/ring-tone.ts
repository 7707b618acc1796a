import type { CallDirection } from '../../session/public.js';
import { isMediaAddress } from '../media-address.js';

/** Seconds a loop lasts, loudness, how fast a note fades (0: it is held for 1 s), and the notes: [start in seconds, frequency in Hz]. */
type Tone = readonly [length: number, gain: number, decay: number, ...notes: (readonly [number, number])[]];
const TONES: Readonly<Record<CallDirection, Tone>> = {
  incoming: [3, 0.22, 5, [0, 659], [0.18, 880], [0.36, 659], [0.54, 880], [1.2, 659], [1.38, 988]],
  outgoing: [4, 0.04, 0, [0, 440], [0, 480]],
};
const RATE = 22050;
const CLOSE_AFTER_MS = 3000;

interface Sound {
  readonly output: AudioContext | HTMLAudioElement;
  play(): Promise<void>;
  stop(): void;
}

/** Plays the built-in tone for ever; the return value ends it. */
function synthesise([length, gain, decay, ...notes]: Tone): Sound {
  const context = new AudioContext();
  const buffer = context.createBuffer(1, length * RATE, RATE);
  const samples = buffer.getChannelData(0);
  for (const [start, frequency] of notes) {
    const first = Math.round(start * RATE);
    for (let i = first; i < (decay ? samples.length : RATE); i++) {
      const t = (i - first) / RATE;
      // A soft start and, for held notes, a soft end: no clicks.
      const envelope = Math.min(1, t * 60, decay ? 1 : (1 - t) * 60) * Math.exp(-decay * t);
      const angle = 2 * Math.PI * frequency * t;
      samples[i]! += gain * envelope * (Math.sin(angle) + 0.25 * Math.sin(2 * angle));
    }
  }
  const source = new AudioBufferSourceNode(context, { buffer, loop: true });
  source.connect(context.destination);
  source.start();
  return {
    output: context,
    play: () => context.resume(),
    stop: () => {
      source.stop();
      // Closing the device held the page for 36 ms, of all moments at accept: silence is enough for now.
      setTimeout(() => void context.close(), CLOSE_AFTER_MS);
    },
  };
}

function playFile(url: string): Sound {
  const audio = new Audio(url);
  audio.loop = true;
  return {
    output: audio,
    play: () => audio.play(),
    stop: () => {
      audio.pause();
      audio.removeAttribute('src');
    },
  };
}

/**
 * Starts ringing and returns the way to stop it at once. `url` replaces the tone of incoming calls where it may be that of a sound; `device` is a loudspeaker, where it
 * is there. Never throws: where the browser refuses sound it stays
 * silent until the page is touched for the first time.
 */
export function startRingTone(direction: CallDirection, url: string, device: string): () => void {
  const touched = new AbortController();
  try {
    const { output, play, stop } = direction === 'incoming' && url && isMediaAddress(url, 'audio') ? playFile(url) : synthesise(TONES[direction]);
    const attempt = () => void play().catch(() => {});
    for (const type of ['pointerup', 'keydown']) addEventListener(type, attempt, { signal: touched.signal, capture: true, once: true });
    attempt();
    // Not every browser lets a page choose.
    if (device) (output as Partial<Pick<HTMLAudioElement, 'setSinkId'>>).setSinkId?.(device).catch(() => {});
    touched.signal.addEventListener('abort', stop);
  } catch {
    // No sound hardware: the card is there all the same.
  }
  return () => touched.abort();
}
