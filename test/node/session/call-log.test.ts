import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { logCalls } from '../../../src/session/call-log.js';
import { SessionStore } from '../../../src/session/session-store.js';
import { toMember } from '../../../src/protocol/member.js';
import type { CallInfo } from '../../../src/session/public.js';
import { connect, idOf, inState, until, watching, World, type Someone } from './session-harness.js';

// What is left of calls that are over, over a real hub: the history of the tab, and those that were missed.

let world: World;
const kept = new Map<string, string>();
const { sessionStorage: before } = globalThis;

beforeEach(() => {
  kept.clear();
  const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value), removeItem: (key: string) => void kept.delete(key) };
  Object.defineProperty(globalThis, 'sessionStorage', { value: storage, configurable: true, writable: true });
  world = new World();
  world.loadWatch = watching(() => {}, logCalls);
});
afterEach(() => {
  world.close();
  Object.defineProperty(globalThis, 'sessionStorage', { value: before, configurable: true, writable: true });
});

/** Each in a tab of their own. */
const two = () => world.two([{ storageKey: 'ana', ringTimeout: 2 }, { storageKey: 'bob' }]);
const missed = ({ heard }: Someone) => heard.filter(({ name }) => name === 'rtc-call-missed').map(({ detail }) => detail);
const shown = ({ session }: Someone) => session.getSnapshot();
const logged = (someone: Someone, count: number) => until(someone.session, () => shown(someone).callHistory.length === count);
const missing = (someone: Someone, count: number) => until(someone.session, () => shown(someone).missedCalls.length === count);

describe('A call is missed', () => {
  it('that was cancelled while it rang, or rang to its end: with who, why, when, and how many', async () => {
    const [ana, bob] = await two();
    await ana.session.call(idOf(bob), { video: false });
    await inState(bob, 'incoming');
    const first = shown(bob).currentCall?.callId;
    ana.session.hangup();
    await Promise.all([missing(bob, 1), inState(ana, 'ended')]);
    await ana.session.call(idOf(bob));
    await inState(bob, 'incoming');
    const second = shown(bob).currentCall?.callId;
    await missing(bob, 2);
    assert.deepEqual(missed(bob).map(({ callId, cause, count }) => ({ callId, cause, count })), [
      { callId: first, cause: 'cancelled', count: 1 }, { callId: second, cause: 'no-answer', count: 2 },
    ]);
    const { peer, at } = missed(bob)[0] as { peer: { nickname: string }; at: number };
    assert.equal(peer.nickname, 'Ana');
    assert.ok(Math.abs(at - Date.now()) < 10_000);
    assert.deepEqual(shown(bob).missedCalls.map(({ callId, media, cause, reason }) => [callId, media.video, cause, reason]), [
      [second, true, 'no-answer', 'missed'], [first, false, 'cancelled', 'cancelled'],
    ]);
    // For the caller the same calls are history, and nothing that it has missed.
    assert.deepEqual(shown(ana).callHistory.map(({ direction, reason, cause }) => [direction, reason, cause]), [['outgoing', 'no-answer', undefined], ['outgoing', 'cancelled', undefined]]);
    assert.deepEqual([missed(ana), shown(ana).missedCalls], [[], []]);
  });

  it('that came in during another, which goes on', async () => {
    const [ana, bob] = await two();
    const cyn = await world.joined('Cyn', { storageKey: 'cyn' });
    await until(cyn.session, () => shown(cyn).members.length === 3);
    await connect(world, ana, bob);
    await cyn.session.call(idOf(bob));
    await missing(bob, 1);
    assert.deepEqual(missed(bob).map(({ cause, peer }) => [cause, (peer as { nickname: string }).nickname]), [['busy', 'Cyn']]);
    assert.deepEqual([shown(bob).callState, shown(ana).callState, shown(cyn).endReason], ['active', 'active', 'busy']);
    assert.deepEqual(missed(ana), []);
    bob.session.hangup();
    await logged(bob, 2);
    assert.deepEqual(shown(bob).callHistory.map(({ peer, reason, connectedAt }) => [peer.nickname, reason, connectedAt !== undefined]), [['Ana', 'hangup', true], ['Cyn', 'missed', false]]);
  });

  it('that came in while nobody was to be disturbed; not so one of somebody who is blocked, who reads the same', async () => {
    const [ana, bob] = await two();
    bob.session.configure({ doNotDisturb: true });
    await ana.session.call(idOf(bob));
    await missing(bob, 1);
    assert.deepEqual([missed(bob)[0]?.['cause'], bob.states()], ['do-not-disturb', []]);
    const told = shown(ana).endReason;
    await bob.session.block(idOf(ana));
    ana.session.dismissEnded();
    await ana.session.call(idOf(bob));
    await inState(ana, 'ended');
    bob.session.configure({ doNotDisturb: false });
    ana.session.dismissEnded();
    await ana.session.call(idOf(bob));
    await inState(ana, 'ended');
    assert.deepEqual([told, shown(ana).endReason], ['rejected', 'rejected']);
    await logged(ana, 3);
    assert.deepEqual([missed(bob).length, shown(bob).callHistory.length], [1, 1]);
  });

  it('that rang on another device only, since this one is not to be disturbed', async () => {
    const people = new World({ authorize: async (token) => ({ ok: true, identity: token === null ? null : { userId: token } }) });
    people.loadWatch = world.loadWatch;
    try {
      const [desk, phone] = [await people.joined('Bob', { token: 'bob', storageKey: 'desk', doNotDisturb: true }), await people.joined('Bob', { token: 'bob', storageKey: 'phone' })];
      const ana = await people.joined('Ana', { storageKey: 'ana' });
      await ana.session.call(idOf(desk));
      await inState(phone, 'incoming');
      ana.session.hangup();
      await Promise.all([missing(desk, 1), missing(phone, 1), inState(ana, 'ended')]);
      assert.deepEqual([desk, phone].map((each) => missed(each).map(({ cause }) => cause)), [['cancelled'], ['cancelled']]);
      assert.deepEqual(desk.states(), []);
      await ana.session.call(idOf(desk));
      await inState(phone, 'incoming');
      phone.session.reject();
      await logged(desk, 2);
      assert.deepEqual([desk, phone].map((each) => missed(each).length), [1, 1]);
    } finally {
      people.close();
    }
  });

  it('once, however often it is told; and none that was declined, taken, or answered elsewhere', async () => {
    const [ana, bob] = await two();
    await ana.session.call(idOf(bob));
    await inState(bob, 'incoming');
    bob.session.reject();
    await Promise.all([logged(bob, 1), inState(ana, 'ended')]);
    await connect(world, ana, bob);
    ana.session.hangup();
    await logged(bob, 2);
    const store = new SessionStore({ room: 'lobby', storageKey: 'third' });
    const heard: unknown[] = [];
    store.on('rtc-call-missed', ({ detail }) => heard.push(detail.callId));
    const call: CallInfo = { ...shown(bob).callHistory[0]!, callId: 'again', direction: 'incoming', reason: 'missed' };
    logCalls(store, [{ call }, { call }]);
    logCalls(store, [{ call }, { call: { ...call, callId: 'elsewhere', reason: 'answered-elsewhere' } }]);
    assert.deepEqual(heard, ['again']);
    assert.deepEqual([missed(bob), shown(bob).missedCalls], [[], []]);
  });
});

describe('The history of a tab', () => {
  it('outlasts a reload, with what was not seen to yet, and not leaving the room', async () => {
    const [ana, bob] = await two();
    await ana.session.call(idOf(bob));
    await inState(bob, 'incoming');
    ana.session.hangup();
    await missing(bob, 1);
    // The page loads anew: another session over the same storage.
    const again = await world.joined('Bob', { storageKey: 'bob' });
    await missing(again, 1);
    assert.deepEqual(shown(again).callHistory, shown(bob).callHistory);
    assert.deepEqual(missed(again), [], 'that is no news');
    await again.session.leave();
    assert.deepEqual([shown(again).callHistory, shown(again).missedCalls, [...kept.keys()].filter((key) => key.endsWith('|bob'))], [[], [], []]);
    const fresh = await world.joined('Bob', { storageKey: 'bob' });
    assert.deepEqual(shown(fresh).callHistory, []);
  });

  it('is not that of the room before', async () => {
    const [ana, bob] = await two();
    await ana.session.call(idOf(bob));
    await inState(bob, 'incoming');
    bob.session.configure({ room: 'other' });
    await until(bob.session, () => shown(bob).roomState === 'joined' && shown(bob).members.length === 1);
    await inState(ana, 'ended');
    assert.deepEqual([shown(bob).callHistory, [...kept.keys()].filter((key) => key === 'rtc-elements:test:|lobby|bob')], [[], []]);
  });

  it('survives a storage that is broken, or full, or somebody else’s', () => {
    kept.set('rtc-elements:test:|lobby|x', '{"nickname":"Ana","log":{"calls":7}}');
    const store = new SessionStore({ server: 'test:', room: 'lobby', storageKey: 'x' });
    logCalls(store, []);
    assert.deepEqual(store.snapshot.callHistory, []);
    kept.set('rtc-elements:test:|lobby|x', '{"nickname":"Ana","log":{');
    logCalls(store, []);
    globalThis.sessionStorage.setItem = () => {
      throw new Error('full');
    };
    logCalls(store, [{ call: someCall(1) }]);
    assert.equal(store.snapshot.missedCalls.length, 1);
  });

  it('keeps the last hundred, and forgets what was seen to: of one person, or of all', () => {
    const store = new SessionStore({ server: 'test:', room: 'lobby' });
    for (let n = 0; n < 130; n++) logCalls(store, [{ call: someCall(n) }]);
    const { callHistory, missedCalls } = store.snapshot;
    assert.deepEqual([callHistory.length, missedCalls.length, callHistory[0]?.callId, callHistory.at(-1)?.callId], [100, 100, 'call-129', 'call-30']);
    logCalls(store, [{ seen: 'even' }]);
    assert.deepEqual([store.snapshot.missedCalls.length, store.snapshot.callHistory.length], [50, 100]);
    logCalls(store, [{ seen: undefined }]);
    assert.deepEqual([store.snapshot.missedCalls.length, store.snapshot.callHistory.length], [0, 100]);
  });

  it('is kept later where its code could not be fetched at once', async () => {
    let tries = 0;
    world.loadWatch = async () => {
      if (++tries === 1) throw new Error('no such file');
      return watching(() => {}, logCalls)();
    };
    const bob = await world.joined('Bob', { storageKey: 'bob' });
    world.loadWatch = undefined;
    const ana = await world.joined('Ana', { storageKey: 'ana' });
    await until(bob.session, () => shown(bob).members.length === 2);
    for (const count of [0, 2]) {
      await ana.session.call(idOf(bob));
      await inState(bob, 'incoming');
      bob.session.reject();
      await inState(ana, 'ended');
      ana.session.dismissEnded();
      if (count > 0) await logged(bob, count);
    }
    assert.deepEqual(shown(bob).callHistory.map(({ reason }) => reason), ['rejected', 'rejected']);
  });
});

function someCall(n: number): CallInfo {
  const peer = toMember({ id: n % 2 ? 'odd' : 'even', nickname: 'Ana', since: 0 });
  return { callId: `call-${n}`, state: 'ended', peer, direction: 'incoming', media: { audio: true, video: true }, ringing: true, createdAt: n, endedAt: n, reason: 'missed' };
}
