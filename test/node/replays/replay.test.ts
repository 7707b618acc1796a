import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { playAgain, type Replay } from '../../support/replay.js';

// What once went wrong, as a session's flight recorder tells it: each of its events leads through the states and effects that stand beside it. A new one: test/support/make-replay.ts.

const folder = new URL('../../fixtures/replays/', import.meta.url);
const replays = readdirSync(folder).sort().map((file) => [file, JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Replay] as const);

describe('What once went wrong', () => {
  it('is on record', () => assert.ok(replays.length >= 10, `${replays.length} replays`));

  it('would be noticed if it came back: a step that does something else is a difference', () => {
    for (const [file, { dump }] of replays) {
      const index = dump.entries.findLastIndex(({ call, effects }) => call ?? effects?.length ?? effects === null);
      const entries = dump.entries.map((entry, at) => (at === index ? { ...entry, event: { type: 'dismiss' } } : entry));
      assert.notDeepEqual(playAgain({ ...dump, entries }).entries, dump.entries, file);
    }
  });

  for (const [file, { story, dump }] of replays) {
    it(`${story} (${file})`, () => {
      assert.ok(dump.entries.some(({ event }) => event), 'something happens');
      assert.deepEqual(playAgain(dump).entries, dump.entries);
    });
  }
});
