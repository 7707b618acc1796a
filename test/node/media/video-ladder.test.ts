import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { QualitySample } from '../../../src/media/call-quality.js';
import { FREE, limitsOf, stepLadder, videoOf, type LadderState, type Priority } from '../../../src/media/video-ladder.js';
import { samples, times } from './quality-fixtures.js';

/** The rung after each sample. */
function climb(all: readonly QualitySample[], { priority = 'audio', sending = () => true }: { priority?: Priority; sending?: (index: number) => boolean } = {}, from = FREE): LadderState[] {
  let state = from;
  return all.map((sample, index) => (state = stepLadder(state, sample, priority, sending(index))));
}
const rungs = (...args: Parameters<typeof climb>) => climb(...args).map(({ rung }) => rung);
const BAD = { sendingLoss: 0.12 };
const TERRIBLE = { sendingLoss: 0.35 };
const down = (priority: Priority = 'audio') => climb(samples(times(8, TERRIBLE)), { priority }).at(-1)!;
/** After how many good samples it first stands one rung higher. */
const patienceOf = (state: LadderState, fromMs: number) => rungs(samples(times(60, {}), fromMs), {}, state).findIndex((rung) => rung < state.rung);

describe('the ladder of the own picture', () => {
  it('leaves a picture alone on a good network', () => {
    assert.deepEqual(new Set(rungs(samples(times(100, {})))), new Set([0]));
  });

  it('makes it smaller in steps, then pauses it', () => {
    assert.deepEqual(rungs(samples(times(10, BAD))), [0, 1, 1, 2, 2, 3, 3, 4, 4, 4]);
    const seen = climb(samples(times(10, BAD))).map((state) => limitsOf(state, 'audio', false));
    const rates = seen.map(({ videoBps = Infinity }) => videoBps);
    for (let index = 1; index < 7; index++) assert.ok(rates[index]! <= rates[index - 1]!, rates.join());
    assert.deepEqual([videoOf(seen[0]!), videoOf(seen[1]!), videoOf(seen[9]!)], ['full', 'reduced', 'paused']);
  });

  it('is there with every sample where a third is lost', () => {
    assert.deepEqual(rungs(samples(times(5, TERRIBLE))), [1, 2, 3, 4, 4]);
  });

  const reasons: [what: string, sample: Partial<QualitySample>, steps: boolean][] = [
    ['12 % of loss on the way there', BAD, true],
    ['a round trip of 2 s: the buffers are full', { rttMs: 2_000 }, true],
    ['a network that carries less than half a rung', { availableBps: 50_000, isLimited: true }, true],
    ['loss on the way here, which sending less does not mend', { receivingLoss: 0.5 }, false],
    ['a low estimate that nothing suffers from', { availableBps: 50_000 }, false],
    ['5 % of loss', { sendingLoss: 0.05 }, false],
    ['a browser that knows nothing', { sendingLoss: null, rttMs: null, availableBps: null }, false],
    ['a broken connection, which is recovery’s affair', { connected: false, ...TERRIBLE }, false],
  ];
  for (const [what, sample, steps] of reasons) {
    it(`${steps ? 'yields to' : 'stays with'} ${what}`, () => {
      assert.equal(rungs(samples(times(12, sample))).at(-1)! > 0, steps);
    });
  }

  it('does not yield to a single bad sample', () => {
    assert.deepEqual(new Set(rungs(samples(times(30, [BAD, {}, {}]).flat()))), new Set([0]));
  });

  it('comes back by itself: from a pause to the whole picture, one rung every 10 s', () => {
    assert.deepEqual(rungs(samples(times(22, {}), 16_000), {}, down()).filter((_, index) => index % 5 === 0), [4, 3, 2, 1, 0]);
  });

  it('comes back though reports of what it sends are rare while only sound is sent', () => {
    assert.equal(rungs(samples(times(9, [{ sendingLoss: null }, { sendingLoss: null }, { sendingLoss: 0 }]).flat(), 16_000), {}, down()).at(-1), 0);
  });

  it('tries again later after a step up that failed, at most a minute apart, and as soon as at first once one has held', () => {
    let state = down();
    let at = 16_000;
    const waits: number[] = [];
    for (let attempt = 0; attempt < 5; attempt++) {
      const wait = patienceOf(state, at);
      waits.push(wait * 2);
      state = climb(samples([...times(wait + 1, {}), TERRIBLE], at), {}, state).at(-1)!;
      assert.equal(state.rung, 4, 'it failed');
      at += (wait + 2) * 2_000;
    }
    assert.deepEqual(waits, [10, 20, 40, 60, 60]);
    const wait = patienceOf(state, at);
    const held = climb(samples([...times(wait + 9, {}), TERRIBLE, TERRIBLE], at), {}, state).at(-1)!;
    assert.equal(patienceOf(held, at + (wait + 11) * 2_000) * 2, 10);
  });

  it('does not take the old estimate for the network’s answer to a step up', () => {
    const low = { availableBps: 40_000, isLimited: true };
    const states = climb(samples([...times(6, {}), low, low, ...times(10, {})], 16_000), {}, down());
    assert.deepEqual(states.slice(5, 9).map(({ rung }) => rung), [3, 3, 3, 3]);
  });

  it('never acts where there is no picture to send, and goes on where it was when there is one again', () => {
    assert.deepEqual(new Set(rungs(samples(times(20, TERRIBLE)), { sending: () => false })), new Set([0]));
    assert.deepEqual(rungs(samples(times(8, TERRIBLE)), { sending: (index) => index < 2 || index > 5 }), [1, 2, 2, 2, 2, 2, 3, 4]);
  });

  it('takes from the sound first where the picture has priority, and never stops the picture', () => {
    const states = climb(samples(times(8, TERRIBLE)), { priority: 'video' });
    const all = states.map((state) => limitsOf(state, 'video', false));
    assert.deepEqual(all[0], { audioBps: 16_000 });
    assert.ok(all.every(({ isPaused }) => !isPaused));
    assert.ok(all.at(-1)!.videoBps! < all[1]!.videoBps!);
  });

  it('takes frames rather than size from a shared screen', () => {
    const state = { ...FREE, rung: 2 };
    const [camera, screen] = [false, true].map((isScreen) => limitsOf(state, 'audio', isScreen));
    assert.ok(screen!.scaleDownBy! < camera!.scaleDownBy!);
    assert.ok(screen!.framesPerSecond! < camera!.framesPerSecond!);
    assert.equal(screen!.videoBps, camera!.videoBps);
  });
});
