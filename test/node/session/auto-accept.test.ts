import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { countDown } from '../../../src/session/auto-accept.js';
import type { CallInfo } from '../../../src/protocol/codes.js';
import { SessionStore } from '../../../src/session/session-store.js';

// The countdown alone, on a clock of the test's; a real page that is behind another: e2e/auto-accept.

class Page extends EventTarget {
  visibilityState: DocumentVisibilityState = 'visible';
  turn(visibilityState: DocumentVisibilityState): void {
    this.visibilityState = visibilityState;
    this.dispatchEvent(new Event('visibilitychange'));
  }
}

const call = { callId: 'c1' } as CallInfo;
let page: Page;
let store: SessionStore;
let accepted = 0;

beforeEach(() => {
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000_000 });
  page = new Page();
  Object.assign(globalThis, { document: page });
  accepted = 0;
  store = new SessionStore({ autoAccept: true });
  store.clockOffsetMs = 500;
  store.show({ callState: 'incoming', currentCall: call });
});
afterEach(() => {
  Reflect.deleteProperty(globalThis, 'document');
  mock.timers.reset();
});

const start = (): void => countDown(store, 'c1', () => accepted++);

describe('the countdown of auto-accept', () => {
  it('runs for three seconds, seen by whoever draws, and accepts', () => {
    start();
    assert.equal(store.snapshot.autoAcceptAt, 1_003_500, 'by the clock of the server');
    mock.timers.tick(2_999);
    assert.equal(accepted, 0);
    mock.timers.tick(1);
    assert.equal(accepted, 1);
    store.show({ callState: 'connecting' });
    assert.equal(store.snapshot.autoAcceptAt, null);
    assert.equal(store.listeners.size, 0);
  });

  for (const [what, change] of [
    ['the call is declined', () => store.show({ callState: 'ended' })],
    ['it is accepted by hand', () => store.show({ callState: 'connecting' })],
    ['another call rings', () => store.show({ currentCall: { ...call, callId: 'c2' } })],
    ['it is not wanted any more', () => store.configure({ autoAccept: false })],
  ] as const) {
    it(`ends where ${what}`, () => {
      start();
      mock.timers.tick(2_000);
      change();
      assert.equal(store.snapshot.autoAcceptAt, null);
      assert.equal(store.listeners.size, 0);
      mock.timers.tick(10_000);
      page.turn('visible');
      mock.timers.tick(10_000);
      assert.equal(accepted, 0);
    });
  }

  it('does not begin in a page that is not shown, until it is', () => {
    page.visibilityState = 'hidden';
    start();
    mock.timers.tick(60_000);
    assert.deepEqual([accepted, store.snapshot.autoAcceptAt], [0, null]);
    page.turn('visible');
    assert.equal(store.snapshot.autoAcceptAt, 1_063_500);
    mock.timers.tick(3_000);
    assert.equal(accepted, 1);
  });

  it('begins anew where the page was hidden meanwhile', () => {
    start();
    mock.timers.tick(2_900);
    page.turn('hidden');
    assert.equal(store.snapshot.autoAcceptAt, null);
    mock.timers.tick(5_000);
    page.turn('visible');
    mock.timers.tick(2_999);
    assert.equal(accepted, 0);
    mock.timers.tick(1);
    assert.equal(accepted, 1);
  });
});
