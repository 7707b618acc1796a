import { expect } from '@open-wc/testing';
import { RtcError } from '../../../src/base/rtc-error.js';
import { startLevelMeter } from '../../../src/media/level-meter.js';
import { captureScreen } from '../../../src/media/screen-capture.js';
import { openCanvasMedia } from './canvas-media.js';
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
  it('rises with a tone, falls with silence, and stops being told', async () => {
    const { audio, stop } = openCanvasMedia();
    let level = -1;
    const end = startLevelMeter(audio, (now) => (level = now));
    await until(() => level > 0.5);
    expect(level).to.be.at.most(1);
    audio.enabled = false;
    await until(() => level === 0);
    end();
    end();
    level = -1;
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    expect(level).to.equal(-1);
    expect(audio.readyState).to.equal('live');
    stop();
  });

  it('throws nowhere when the page gets no sound', () => {
    const Native = window.AudioContext;
    Reflect.set(window, 'AudioContext', class { constructor() { throw new DOMException('', 'NotSupportedError'); } });
    const { audio, stop } = (() => {
      const Broken = window.AudioContext;
      window.AudioContext = Native;
      const media = openCanvasMedia();
      window.AudioContext = Broken;
      return media;
    })();
    try {
      startLevelMeter(audio, () => {})();
    } finally {
      window.AudioContext = Native;
      stop();
    }
  });
});
