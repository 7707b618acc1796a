import { expect } from '@open-wc/testing';
import { RtcError } from '../../../src/base/rtc-error.js';
import { startLevelMeter } from '../../../src/media/level-meter.js';
import { captureScreen } from '../../../src/media/screen-capture.js';
import { openCanvasMedia, type CanvasMedia } from './canvas-media.js';
import { until } from './two-peers.js';

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(() => 'resolved', (error: unknown) => (error instanceof RtcError ? error.code : String(error)));
}

describe('sharing the screen', () => {
  const stub = (value: unknown): void => void Object.defineProperty(navigator.mediaDevices, 'getDisplayMedia', { configurable: true, value });
  afterEach(() => Reflect.deleteProperty(navigator.mediaDevices, 'getDisplayMedia'));

  it('gives the picture that was picked', async () => {
    const { video, stop } = openCanvasMedia();
    stub(() => Promise.resolve(new MediaStream([video])));
    expect(await captureScreen()).to.equal(video);
    stop();
  });

  it('gives null when the person dismissed the picker', async () => {
    stub(() => Promise.reject(new DOMException('', 'NotAllowedError')));
    expect(await captureScreen()).to.equal(null);
  });

  it('rejects with unavailable where the browser cannot', async () => {
    stub(undefined);
    expect(await codeOf(captureScreen())).to.equal('unavailable');
    stub(() => Promise.reject(new DOMException('', 'NotFoundError')));
    expect(await codeOf(captureScreen())).to.equal('unavailable');
  });
});

describe('the level of a microphone', () => {
  const Native = window.AudioContext;
  const nextFrames = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  let media: CanvasMedia;
  let levels: number[];
  let amplitude: number;
  let state: AudioContextState;
  let closed: number;

  // Machines without a sound card run no AudioContext in Firefox.
  class FakeAudioContext {
    get state(): AudioContextState {
      return state;
    }
    createAnalyser(): object {
      return { fftSize: 0, getFloatTimeDomainData: (samples: Float32Array) => samples.forEach((_, n) => (samples[n] = n % 2 ? amplitude : -amplitude)) };
    }
    createMediaStreamSource(stream: MediaStream): object {
      expect(stream.getTracks()).to.deep.equal([media.audio]);
      return { connect() {} };
    }
    resume(): Promise<void> {
      return Promise.reject(new DOMException('', 'NotAllowedError'));
    }
    close(): Promise<void> {
      closed++;
      state = 'closed';
      return Promise.resolve();
    }
  }

  beforeEach(() => {
    media = openCanvasMedia();
    levels = [];
    amplitude = 0;
    closed = 0;
    state = 'running';
    Reflect.set(window, 'AudioContext', FakeAudioContext);
  });
  afterEach(() => {
    window.AudioContext = Native;
    media.stop();
  });

  it('is 0 for silence, 1 for the loudest sound, and between for the rest, on a decibel scale', async () => {
    const end = startLevelMeter(media.audio, (level) => levels.push(level));
    for (const [loud, level] of [[0, 0], [0.0001, 0], [0.001, 0], [0.0316, 0.5], [0.316, 0.83], [1, 1]] as const) {
      amplitude = loud;
      await nextFrames();
      expect(levels.at(-1)).to.be.closeTo(level, 0.01);
    }
    end();
  });

  it('is told no more after the end, which leaves the track alone and may come twice', async () => {
    const end = startLevelMeter(media.audio, (level) => levels.push(level));
    await nextFrames();
    expect(levels).not.to.have.length(0);
    end();
    end();
    const told = levels.length;
    await nextFrames();
    expect(levels).to.have.length(told);
    expect(closed).to.equal(1);
    expect(media.audio.readyState).to.equal('live');
  });

  it('is told as soon as the browser allows sound', async () => {
    state = 'suspended';
    const end = startLevelMeter(media.audio, (level) => levels.push(level));
    await nextFrames();
    expect(levels).to.deep.equal([]);
    state = 'running';
    await nextFrames();
    expect(levels).not.to.deep.equal([]);
    end();
  });

  it('throws nowhere when the browser makes no sound at all', () => {
    Reflect.set(window, 'AudioContext', class { constructor() { throw new DOMException('', 'NotSupportedError'); } });
    startLevelMeter(media.audio, () => {})();
    Reflect.deleteProperty(window, 'AudioContext');
    startLevelMeter(media.audio, () => {})();
  });

  it('works on the AudioContext of this browser', async () => {
    window.AudioContext = Native;
    const context = new AudioContext();
    const runs = await Promise.race([context.resume().then(() => true), new Promise((resolve) => setTimeout(resolve, 1000, false))]);
    await context.close();
    const end = startLevelMeter(media.audio, (level) => levels.push(level));
    if (runs) await until(() => levels.some((level) => level > 0.5));
    else await nextFrames();
    end();
    expect(levels.length > 0).to.equal(runs);
  });
});
