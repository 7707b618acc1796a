import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hear, SOUND_INTERVAL_MS, UNHEARD, type SoundMemory, type SoundSample } from '../../../src/media/sound-judge.js';

const VOICE = { rms: 0.06, peak: 0.3 };
const ROOM = { rms: 0.0008, peak: 0.004 };
const NOTHING = { rms: 0, peak: 0 };

/** What is said while a microphone brings this for so many seconds. */
class Listener {
  memory: SoundMemory = UNHEARD;
  #atMs = 0;

  during(seconds: number, of: Partial<SoundSample> | ((index: number) => Partial<SoundSample>)): (string | null)[] {
    const said: (string | null)[] = [];
    for (let index = 0; index < (seconds * 1000) / SOUND_INTERVAL_MS; index++) {
      this.#atMs += SOUND_INTERVAL_MS;
      const before = this.memory.hint;
      this.memory = hear(this.memory, { atMs: this.#atMs, ...ROOM, isMuted: false, isBlocked: false, ...(typeof of === 'function' ? of(index) : of) });
      if (this.memory.hint !== before) said.push(this.memory.hint);
    }
    return said;
  }
}

describe('what the own microphone brings', () => {
  it('is worth no word while one speaks and is heard, or is quiet in a quiet room', () => {
    const listener = new Listener();
    assert.deepEqual([listener.during(20, VOICE), listener.during(60, ROOM), listener.during(60, { ...ROOM, isMuted: true })], [[], [], []]);
  });

  it('is speech while muted after some of a second, with the pauses of speech', () => {
    assert.deepEqual(new Listener().during(3, (index) => ({ ...(index % 4 === 3 ? ROOM : VOICE), isMuted: true })), ['speaking-muted']);
  });

  it('is no speech when it is a cough, a key or a beep', () => {
    assert.deepEqual(new Listener().during(60, (index) => ({ ...(index % 15 < 4 ? VOICE : ROOM), isMuted: true })), []);
  });

  it('is said until it is unmuted, or has been quiet for a while, and not again within a minute', () => {
    const listener = new Listener();
    assert.deepEqual(listener.during(3, { ...VOICE, isMuted: true }), ['speaking-muted']);
    assert.deepEqual(listener.during(1, VOICE), [null]);
    assert.deepEqual(listener.during(30, { ...VOICE, isMuted: true }), []);
    assert.deepEqual(listener.during(40, { ...VOICE, isMuted: true }), ['speaking-muted']);
    assert.deepEqual(listener.during(12, { ...ROOM, isMuted: true }), [null]);
    assert.deepEqual(listener.during(50, { ...VOICE, isMuted: true }), []);
    assert.deepEqual(listener.during(15, { ...VOICE, isMuted: true }), ['speaking-muted']);
  });

  it('is no sound when nothing at all comes for eight seconds, until something does', () => {
    const listener = new Listener();
    assert.deepEqual(listener.during(7, NOTHING), []);
    assert.deepEqual(listener.during(2, NOTHING), ['no-sound']);
    assert.deepEqual(listener.during(1, ROOM), [null]);
    assert.deepEqual(listener.during(30, NOTHING), []);
  });

  it('is no sound sooner where the browser says that the device is switched off', () => {
    assert.deepEqual(new Listener().during(3, { ...NOTHING, isBlocked: true }), ['no-sound']);
  });

  it('is never no sound while muted', () => {
    assert.deepEqual(new Listener().during(30, { ...NOTHING, isMuted: true, isBlocked: true }), []);
  });
});
