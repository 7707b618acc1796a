import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RequestRate, type RateVerdict, type RequestKind } from '../../../src/server/rate-limit.js';

function takeMany(rate: RequestRate, count: number, kind: RequestKind, now: number): RateVerdict[] {
  return Array.from({ length: count }, () => rate.take(kind, now));
}
const passes = (verdicts: readonly RateVerdict[]): number => verdicts.filter((verdict) => verdict === 'pass').length;
const cutsOff = (verdicts: readonly RateVerdict[]): boolean => verdicts.some((verdict) => verdict !== 'pass' && verdict.cutOff);

describe('the rate of requests', () => {
  it('lets a burst of 60 through and then 20 a second', () => {
    const rate = new RequestRate(0);
    assert.equal(passes(takeMany(rate, 70, 'request', 0)), 60);
    assert.equal(passes(takeMany(rate, 30, 'request', 1000)), 20);
  });

  it('has a bucket of its own for signals', () => {
    const rate = new RequestRate(0);
    assert.equal(passes(takeMany(rate, 70, 'request', 0)), 60);
    assert.equal(passes(takeMany(rate, 201, 'signal', 0)), 200);
    assert.equal(passes(takeMany(rate, 20, 'sync', 0)), 10, 'and for comparing notes, which is dear');
    assert.equal(passes(takeMany(rate, 20, 'sync', 2000)), 2);
  });

  it('says when there will be room, truthfully', () => {
    const rate = new RequestRate(0);
    const refused = takeMany(rate, 61, 'request', 0).at(-1);
    assert.deepEqual(refused, { retryAfterMs: 50, cutOff: false });
    assert.equal(rate.take('request', 50), 'pass');
  });

  it('does not save up more than a burst', () => {
    const rate = new RequestRate(0);
    assert.equal(passes(takeMany(rate, 100, 'request', 3_600_000)), 60);
  });

  it('cuts off who goes on for three seconds', () => {
    const rate = new RequestRate(0);
    const seconds = [0, 1000, 2000].map((now) => cutsOff(takeMany(rate, 300, 'request', now)));
    assert.deepEqual(seconds, [false, false, true]);
  });

  it('forgives bursts that lie apart', () => {
    const rate = new RequestRate(0);
    for (const now of [0, 6000, 12_000, 18_000]) assert.equal(cutsOff(takeMany(rate, 300, 'request', now)), false);
  });

  it('never cuts off who waits as told', () => {
    const rate = new RequestRate(0);
    const due = { request: 0, signal: 0 };
    for (let sent = 0; sent < 5000; sent += 1) {
      const kind = due.request <= due.signal ? 'request' : 'signal';
      const verdict = rate.take(kind, due[kind]);
      if (verdict === 'pass') continue;
      assert.equal(verdict.cutOff, false);
      due[kind] += verdict.retryAfterMs;
    }
    assert.ok(due.request > 10_000, 'it went on for a while');
  });

  it('counts packets of whatever kind, more than both buckets can use', () => {
    const rate = new RequestRate(0);
    const count = (tries: number, now: number) => Array.from({ length: tries }, () => rate.takePacket(now)).filter(Boolean).length;
    assert.equal(count(500, 0), 400);
    assert.equal(count(500, 1000), 150);
    const long = new RequestRate(0);
    assert.equal(Array.from({ length: 100 }, () => long.takePacket(0, 32 * 1024)).filter(Boolean).length, 44, 'a long one counts as several');
  });
});
