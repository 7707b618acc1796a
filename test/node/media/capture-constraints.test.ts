import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toConstraints } from '../../../src/media/capture-constraints.js';

const wanted = { audio: true, video: true, constraints: {}, facingMode: null };
const DEFAULT = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };

describe('constraints for the camera and the microphone', () => {
  it('ask for a good picture where the page asks for nothing', () => {
    assert.deepEqual(toConstraints(wanted), { audio: {}, video: DEFAULT });
    assert.deepEqual(toConstraints({ ...wanted, constraints: { audio: true, video: true } }), { audio: {}, video: DEFAULT });
  });

  it('leave out what is not wanted, and what the page switches off', () => {
    assert.deepEqual(toConstraints({ ...wanted, audio: false }).audio, false);
    assert.deepEqual(toConstraints({ ...wanted, video: false, constraints: { video: { width: 1 } } }).video, false);
    assert.deepEqual(toConstraints({ ...wanted, constraints: { audio: false, video: false } }), { audio: false, video: false });
  });

  it('take each key from the page where it sets one', () => {
    const { audio, video } = toConstraints({ ...wanted, constraints: { audio: { echoCancellation: false }, video: { frameRate: 10, deviceId: 'x' } } });
    assert.deepEqual(audio, { echoCancellation: false });
    assert.deepEqual(video, { ...DEFAULT, frameRate: 10, deviceId: 'x' });
  });

  it('add no size of their own to half a size of the page', () => {
    for (const part of [{ width: { exact: 320 } }, { height: 240 }, { aspectRatio: 1 }]) {
      assert.deepEqual(toConstraints({ ...wanted, constraints: { video: part } }).video, { frameRate: { ideal: 30 }, ...part });
    }
  });

  it('wish for the facing mode, unless the page sets its own', () => {
    assert.deepEqual(toConstraints({ ...wanted, facingMode: 'environment' }).video, { ...DEFAULT, facingMode: { ideal: 'environment' } });
    const { video } = toConstraints({ ...wanted, facingMode: 'environment', constraints: { video: { facingMode: 'user' } } });
    assert.deepEqual(video, { ...DEFAULT, facingMode: 'user' });
  });
});
