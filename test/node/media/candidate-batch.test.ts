import assert from 'node:assert/strict';
import { beforeEach, describe, it, type TestContext } from 'node:test';
import { CandidateBatch } from '../../../src/media/candidate-batch.js';

const named = (name: string): { candidate: string } => ({ candidate: name });

describe('a batch of candidates', () => {
  let sent: string[][];
  let batch: CandidateBatch;
  beforeEach((context) => {
    (context as TestContext).mock.timers.enable({ apis: ['setTimeout'] });
    sent = [];
    batch = new CandidateBatch((candidates) => sent.push(candidates.map(({ candidate }) => candidate)));
  });

  it('keeps everything while it is held', (context) => {
    batch.add(named('a'));
    context.mock.timers.tick(1000);
    assert.deepEqual(sent, []);
  });

  it('sends what was gathered before the release at once, after the code that released it', (context) => {
    batch.add(named('a'));
    batch.add(named('b'));
    batch.release();
    assert.deepEqual(sent, []);
    context.mock.timers.tick(0);
    assert.deepEqual(sent, [['a', 'b']]);
  });

  it('sends what follows every 100 ms, and nothing when there is nothing', (context) => {
    batch.release();
    context.mock.timers.tick(50);
    batch.add(named('a'));
    context.mock.timers.tick(0);
    batch.add(named('b'));
    context.mock.timers.tick(60);
    batch.add(named('c'));
    assert.deepEqual(sent, [['a']]);
    context.mock.timers.tick(40);
    context.mock.timers.tick(500);
    assert.deepEqual(sent, [['a'], ['b', 'c']]);
  });

  it('sends no more than 64 at a time', (context) => {
    for (let n = 0; n < 100; n++) batch.add(named(`${n}`));
    batch.release();
    context.mock.timers.tick(0);
    context.mock.timers.tick(100);
    assert.deepEqual(sent.map(({ length }) => length), [64, 36]);
    assert.equal(sent[1]?.[0], '64');
  });

  it('holds again for the next description, and its first batch goes at once again', (context) => {
    batch.release();
    batch.add(named('a'));
    context.mock.timers.tick(0);
    batch.add(named('b'));
    batch.hold();
    context.mock.timers.tick(500);
    assert.deepEqual(sent, [['a']]);
    batch.release();
    context.mock.timers.tick(0);
    assert.deepEqual(sent, [['a'], ['b']]);
  });

  it('sends nothing that was about to go when it is held for good', (context) => {
    batch.release();
    batch.add(named('a'));
    batch.hold();
    batch.add(named('b'));
    context.mock.timers.tick(500);
    assert.deepEqual(sent, []);
  });
});
