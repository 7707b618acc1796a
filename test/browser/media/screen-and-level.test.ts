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

  it('gives the picture that was picked, of which letters matter most', async () => {
    const { video, audio, stop } = openCanvasMedia();
    stub(() => Promise.resolve(new MediaStream([video])));
    const screen = await captureScreen();
    expect(screen!.video).to.equal(video);
    expect(video.contentHint).to.equal('detail');
    expect(screen!.mixWith(audio), 'no sound of its own: the microphone as it is').to.equal(audio);
    expect(screen!.mixWith(null)).to.equal(null);
    stop();
  });

  it('asks for its sound as it is, and for that of the system only where the own page can be left out of it', async () => {
    const { video, stop } = openCanvasMedia();
    let asked: Record<string, unknown> = {};
    stub((options: Record<string, unknown>) => Promise.resolve(new MediaStream([video])).finally(() => (asked = options)));
    await captureScreen();
    const leavesOwnOut = 'restrictOwnAudio' in navigator.mediaDevices.getSupportedConstraints();
    expect(asked['systemAudio']).to.equal(leavesOwnOut ? 'include' : 'exclude');
    expect(asked['audio']).to.include({ echoCancellation: false, noiseSuppression: false, autoGainControl: false });
    expect(asked['selfBrowserSurface']).to.equal('exclude');
    stop();
  });

  it('brings its sound and the microphone’s in one track, whatever microphone it is, and ends with it what is its own', async () => {
    const picked = openCanvasMedia();
    const [first, second] = [openCanvasMedia(), openCanvasMedia()];
    stub(() => Promise.resolve(new MediaStream([picked.video, picked.audio])));
    const Native = window.AudioContext;
    // A test has pressed nothing, and some machines have no sound card.
    window.AudioContext = class extends Native {
      override get state(): AudioContextState {
        return 'running';
      }
      override resume(): Promise<void> {
        return Promise.resolve();
      }
    };
    const screen = (await captureScreen())!;
    window.AudioContext = Native;
    const mixed = screen.mixWith(first.audio)!;
    expect(mixed.kind).to.equal('audio');
    expect([first.audio, picked.audio]).to.not.include(mixed);
    for (const microphone of [second.audio, null, first.audio]) expect(screen.mixWith(microphone)).to.equal(mixed);
    screen.stop();
    expect([picked.video, picked.audio, mixed, first.audio, second.audio].map(({ readyState }) => readyState)).to.deep.equal(['ended', 'ended', 'ended', 'live', 'live']);
    for (const { stop } of [picked, first, second]) stop();
  });

  it('lets the voice through where the browser processes no sound', async () => {
    const picked = openCanvasMedia();
    const Native = window.AudioContext;
    stub(() => Promise.resolve(new MediaStream([picked.video, picked.audio])));
    const { audio, stop } = openCanvasMedia();
    Reflect.set(window, 'AudioContext', class { constructor() { throw new DOMException('', 'NotSupportedError'); } });
    expect((await captureScreen())!.mixWith(audio)).to.equal(audio);
    expect(picked.audio.readyState, 'nobody hears it').to.equal('ended');
    window.AudioContext = Native;
    picked.stop();
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
