import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CallQuality, QualitySample } from '../../../src/media/call-quality.js';
import { UNJUDGED, judge, type QualityFacts } from '../../../src/media/quality-judge.js';
import { seeded } from '../hub/seeded.js';
import { samples, times } from './quality-fixtures.js';

const FACTS: QualityFacts = { isReceiving: true, video: 'full', isRemotePaused: false };

/** The verdict after each sample. */
function verdicts(all: readonly QualitySample[], facts: (index: number) => Partial<QualityFacts> = () => ({})): CallQuality[] {
  let memory = UNJUDGED;
  return all.map((sample, index) => (memory = judge(memory, sample, { ...FACTS, ...facts(index) })).verdict);
}
const levels = (changes: readonly Partial<QualitySample>[], facts?: (index: number) => Partial<QualityFacts>) => verdicts(samples(changes), facts).map(({ level }) => level);
const finalOf = (changes: readonly Partial<QualitySample>[], facts: Partial<QualityFacts> = {}) => verdicts(samples(changes), () => facts).at(-1)!;

describe('the judge of a call', () => {
  const steady: [what: string, sample: Partial<QualitySample>, level: string, reasons: string[]][] = [
    ['a network without a flaw', {}, 'excellent', ['direct']],
    ['one through a relay', { isRelayed: true }, 'excellent', ['relayed']],
    ['1 % of loss', { receivingLoss: 0.01, sendingLoss: 0.01 }, 'excellent', ['direct']],
    ['3 % lost on the way here', { receivingLoss: 0.03 }, 'good', ['loss-receiving', 'direct']],
    ['3 % lost on the way there', { sendingLoss: 0.03 }, 'good', ['loss-sending', 'direct']],
    ['10 % lost on the way here, 3 % there', { receivingLoss: 0.1, sendingLoss: 0.03 }, 'poor', ['loss-receiving', 'loss-sending', 'direct']],
    ['a round trip of 300 ms', { rttMs: 300 }, 'good', ['round-trip', 'direct']],
    ['a round trip of 900 ms through a relay', { rttMs: 900, isRelayed: true }, 'poor', ['round-trip', 'relayed']],
    ['300 kbit/s for a picture that wants more', { availableBps: 300_000, isLimited: true }, 'good', ['bitrate', 'direct']],
    ['100 kbit/s for a picture that wants more', { availableBps: 100_000, isLimited: true }, 'poor', ['bitrate', 'direct']],
    ['100 kbit/s where nothing wants more', { availableBps: 100_000 }, 'excellent', ['direct']],
    ['a browser that knows nothing but what comes', { receivingLoss: null, sendingLoss: null, rttMs: null, availableBps: null, isRelayed: null }, 'excellent', []],
    ['nothing that comes', { arrived: 0, receivingLoss: null }, 'lost', ['nothing-arrives', 'direct']],
    ['a connection that is none', { connected: false }, 'lost', ['nothing-arrives', 'direct']],
  ];
  for (const [what, sample, level, reasons] of steady) {
    it(`calls ${what} ${level}`, () => {
      const verdict = finalOf(times(8, sample));
      assert.deepEqual([verdict.level, verdict.reasons], [level, reasons]);
    });
  }

  it('says nothing before the second sample, then how it is', () => {
    assert.deepEqual(levels(times(3, {})), ['unknown', 'excellent', 'excellent']);
  });

  it('knows the round trip in whole milliseconds', () => {
    assert.equal(finalOf(times(3, { rttMs: 301.4 })).rttMs, 301);
  });

  it('takes no notice of one bad sample', () => {
    assert.deepEqual(levels([...times(3, {}), { receivingLoss: 0.5, rttMs: 2_000 }, ...times(3, {})]).slice(1), times(6, 'excellent'));
  });

  it('says what got worse with the second bad sample, and what got better when it has lasted', () => {
    const bad = { receivingLoss: 0.2 };
    assert.deepEqual(levels([...times(3, {}), ...times(3, bad), ...times(5, {})]), [
      'unknown', 'excellent', 'excellent', 'excellent', 'poor', 'poor', 'poor', 'poor', 'poor', 'excellent', 'excellent',
    ]);
  });

  it('stays with what it said while a figure moves about its limit', () => {
    const seen = levels([...times(3, { receivingLoss: 0.03 }), ...Array.from({ length: 40 }, (_, index) => ({ receivingLoss: index % 2 ? 0.017 : 0.023 }))]);
    assert.deepEqual(new Set(seen.slice(1)), new Set(['good']));
  });

  it('does not flap, whatever the network does: never back within three samples', () => {
    for (let seed = 0; seed < 200; seed++) {
      const random = seeded(seed);
      const told: number[] = [];
      const all = verdicts(samples(Array.from({ length: 300 }, () => ({
        receivingLoss: random() * 0.1, sendingLoss: random() < 0.3 ? null : random() * 0.1, rttMs: random() * 600, availableBps: random() * 500_000, isLimited: random() < 0.5,
      }))));
      all.forEach((verdict, index) => {
        const before = all[index - 1];
        if (!before || verdict === before) return;
        const better = ['excellent', 'good', 'poor'].indexOf(verdict.level) < ['excellent', 'good', 'poor'].indexOf(before.level);
        if (better) assert.ok(index - (told.at(-1) ?? -9) >= 3, `seed ${seed}: better ${index - told.at(-1)!} samples after the last change`);
        told.push(index);
      });
      assert.ok(told.length > 1, 'it did change');
    }
  });

  it('gives the same object until something changes', () => {
    const [, second, ...rest] = verdicts(samples(times(10, { rttMs: 50 })));
    for (const verdict of rest) assert.equal(verdict, second);
  });

  it('is lost at once when the connection is, and back with the second sample in which something comes', () => {
    const nothing = { connected: false, arrived: 0, receivingLoss: null };
    assert.deepEqual(levels([...times(3, {}), nothing, nothing, {}, {}, {}]).slice(2), ['excellent', 'lost', 'lost', 'lost', 'excellent', 'excellent']);
  });

  it('does not take somebody who sends nothing for a dead network', () => {
    assert.equal(finalOf(times(6, { arrived: 0, receivingLoss: null }), { isReceiving: false }).level, 'excellent');
  });

  const facts: [what: string, facts: Partial<QualityFacts>, level: string, reason: string][] = [
    ['the own picture is smaller', { video: 'reduced' }, 'good', 'video-reduced'],
    ['the own picture is paused', { video: 'paused' }, 'poor', 'video-paused'],
    ['theirs is paused', { isRemotePaused: true }, 'poor', 'remote-video-paused'],
  ];
  for (const [what, fact, level, reason] of facts) {
    it(`is no better than ${level} while ${what}, and says so at once`, () => {
      const all = verdicts(samples(times(10, {})), (index) => (index >= 3 ? fact : {}));
      assert.equal(all[2]!.level, 'excellent');
      assert.deepEqual([all[3]!.level, all[3]!.reasons], [level, [reason, 'direct']]);
    });
  }
});
