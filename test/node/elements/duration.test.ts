import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { durationWords } from '../../../src/elements/rtc-video-call/duration-view.js';

describe('how long a call was', () => {
  for (const [seconds, words] of [
    [0, '0 seconds'], [0.9, '0 seconds'], [1, '1 second'], [59.99, '59 seconds'], [60, '1 minute'], [65, '1 minute, 5 seconds'], [3599, '59 minutes, 59 seconds'], [3600, '1 hour'], [3605, '1 hour'],
    [3725, '1 hour, 2 minutes'], [90_000, '25 hours'],
  ] as const) {
    it(`${seconds} s: ${words}`, () => assert.equal(durationWords('en', seconds), words));
  }

  it('is written in each language as it writes durations', () => {
    assert.equal(durationWords('de', 65), '1 Minute, 5 Sekunden');
    assert.equal(durationWords('ru', 125), '2 минуты 5 секунд');
    assert.equal(durationWords('ja', 65), '1 分 5 秒');
    assert.match(durationWords('ar', 125), /دقيقتان|دقيقة/);
  });
});
