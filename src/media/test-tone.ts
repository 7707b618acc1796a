import { pause } from '../base/pause.js';

const NOTES_HZ = [523, 659, 784];
const NOTE_S = 0.22;
const LOUDNESS = 0.25;
/** A context that may not play, or has nothing to play on (Firefox without a sound card), says nothing at all. */
const SILENT_MS = 3_000;

/**
 * Three notes, two thirds of a second, on a loudspeaker (the empty id: the system's own); resolves when they have been played. Call it from a click or key press.
 * Rejects where the loudspeaker is gone, or the browser cannot choose one; with a `NotAllowedError` where it plays nothing yet.
 */
export async function playTone(sinkId: string): Promise<void> {
  const context = new AudioContext();
  // Through an element: in Firefox a context has no choice of loudspeaker.
  const element = new Audio();
  const gain = new GainNode(context, { gain: 0 });
  const oscillator = new OscillatorNode(context);
  const output = new MediaStreamAudioDestinationNode(context);
  element.srcObject = output.stream;
  oscillator.connect(gain).connect(output);
  try {
    if (sinkId) await element.setSinkId(sinkId);
    await Promise.race([Promise.all([context.resume(), element.play()]), pause(SILENT_MS).then(refuse)]);
    const start = context.currentTime + 0.05;
    NOTES_HZ.forEach((frequency, index) => {
      const at = start + index * NOTE_S;
      oscillator.frequency.setValueAtTime(frequency, at);
      // Up and down softly: no clicks.
      gain.gain.setValueAtTime(0, at);
      gain.gain.linearRampToValueAtTime(LOUDNESS, at + 0.02);
      gain.gain.linearRampToValueAtTime(0, at + NOTE_S);
    });
    oscillator.start(start);
    oscillator.stop(start + NOTES_HZ.length * NOTE_S);
    await new Promise((resolve) => (oscillator.onended = resolve));
  } finally {
    element.pause();
    element.srcObject = null;
    await context.close();
  }
}

function refuse(): never {
  throw new DOMException('no sound came about', navigator.userActivation?.hasBeenActive ? 'NotReadableError' : 'NotAllowedError');
}
