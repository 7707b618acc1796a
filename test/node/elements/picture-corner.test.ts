import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CORNERS, cornerAt, nextCorner, steered, toCorner } from '../../../src/elements/rtc-video-call/picture-corner.js';

const frame = { x: 100, y: 50, width: 600, height: 400 };
const at = (x: number, y: number) => ({ x, y, width: 100, height: 80 });

describe('the corner of a small picture', () => {
  it('is the one that its middle is nearest to, by the direction of reading', () => {
    const seen = [at(110, 60), at(590, 60), at(110, 360), at(590, 360)].map((box) => [cornerAt(box, frame, false), cornerAt(box, frame, true)]);
    assert.deepEqual(seen, [['top-start', 'top-end'], ['top-end', 'top-start'], ['bottom-start', 'bottom-end'], ['bottom-end', 'bottom-start']]);
  });

  it('is called as one sees it', () => {
    for (const isRtl of [false, true]) {
      for (const [box, name] of [[at(110, 60), 'top-left'], [at(590, 60), 'top-right'], [at(110, 360), 'bottom-left'], [at(590, 360), 'bottom-right']] as const) {
        assert.equal(toCorner(cornerAt(box, frame, isRtl), isRtl), name);
      }
    }
  });

  it('goes where the arrow points, stays at the edge, and leaves other keys alone', () => {
    assert.deepEqual(['ArrowUp', 'ArrowLeft', 'ArrowDown', 'ArrowRight'].map((key) => steered('bottom-end', key, false)), ['top-end', 'bottom-start', 'bottom-end', 'bottom-end']);
    assert.deepEqual(['ArrowLeft', 'ArrowRight'].map((key) => steered('bottom-end', key, true)), ['bottom-end', 'bottom-start']);
    assert.equal(steered('bottom-end', 'Enter', false), null);
  });

  it('is each in turn, by a button', () => {
    const round = CORNERS.reduce((seen) => [...seen, nextCorner(seen.at(-1)!)], [CORNERS[0] as (typeof CORNERS)[number]]);
    assert.equal(new Set(round).size, 4);
    assert.equal(round.at(-1), round[0]);
  });
});
