import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { RtcError } from '../../../src/base/rtc-error.js';
import type { CallTarget, SessionOptions } from '../../../src/session/public.js';
import { connect, idOf, inState, until, World } from './session-harness.js';

// What pages hand over by mistake, from code without types.

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => {
  mock.restoreAll();
  world.close();
});

const code = (expected: string) => (error: unknown): boolean => error instanceof RtcError && error.code === expected;

describe('null', () => {
  it('is no options: of joining, calling, accepting, kicking', async () => {
    const [ana, bob] = [world.enter({ nickname: 'Ana' }), world.enter({ nickname: 'Bob' })];
    await Promise.all([ana, bob].map(({ session }) => session.join(null)));
    await until(ana.session, () => ana.session.getSnapshot().members.length === 2);
    const info = await ana.session.call(idOf(bob), null);
    assert.deepEqual(info.media, { audio: true, video: true });
    await inState(bob, 'incoming');
    await bob.session.accept(null);
    await inState(ana, 'active');
    await assert.rejects(ana.session.kick(idOf(bob), null), code('unauthorized'));
    await assert.rejects(ana.session.kick(idOf(bob), { banSeconds: null }), code('unauthorized'));
  });

  it('is the default of every option, also of one that was set', async () => {
    const nothing = { media: null, iceServers: null, constraints: null, facingMode: null, ringTimeout: null, endedTimeout: null, tokenProvider: null, iceTransportPolicy: null, server: null };
    const [ana, bob] = await world.two([nothing as unknown as SessionOptions]);
    await connect(world, ana, bob);
    await until(ana.session, () => ana.session.getSnapshot().camera.state === 'on');
    assert.deepEqual(world.network.peers[0]?.options.iceServers, []);
    ana.session.configure({ media: 'audio' });
    assert.equal(ana.session.getSnapshot().camera.state, 'unused');
    ana.session.configure({ media: null } as unknown as SessionOptions);
    assert.equal(ana.session.getSnapshot().camera.state, 'on');
    ana.session.configure(null as unknown as SessionOptions);
  });
});

describe('what a call is made with', () => {
  it('is yes or no, whatever the page says', async () => {
    const [ana, bob] = await world.two();
    const odd = { audio: null, video: 1 } as unknown as { audio: boolean; video: boolean };
    assert.deepEqual((await ana.session.call(idOf(bob), odd)).media, { audio: true, video: true });
    await inState(bob, 'incoming');
    await bob.session.accept({ audio: 'yes', video: null } as unknown as typeof odd);
    await inState(ana, 'active');
    await until(bob.session, () => bob.session.getSnapshot().camera.state === 'on');
  });

  it('is a list of what may be captured, also with commas, or as a list of the language', async () => {
    for (const media of ['audio, video', ['audio', 'video']]) {
      const ana = await world.joined('Ana', { media } as unknown as SessionOptions);
      assert.deepEqual([ana.session.getSnapshot().microphone.state, ana.session.getSnapshot().camera.state], ['off', 'off']);
    }
  });
});

describe('words that no option knows', () => {
  it('are told once in the console, as soon as a call is made with them', async () => {
    const warn = mock.method(console, 'warn', () => {});
    let watched = (): void => {};
    world.loadWatch = async () => {
      const { watchCall, logCalls } = await import('../../../src/session/call-watch.js');
      return { logCalls, watchCall: (...call) => (watchCall(...call), watched()) };
    };
    const [ana, bob] = await world.two([{ media: 'Audio', facingMode: 'front' }, { media: '' }]);
    for (let round = 0; round < 2; round++) {
      let sides = 0;
      const both = new Promise<void>((resolve) => (watched = () => ++sides === 2 && resolve()));
      await connect(world, ana, bob);
      await both;
      ana.session.hangup();
      await Promise.all([inState(ana, 'ended'), inState(bob, 'ended')]);
    }
    assert.deepEqual(warn.mock.calls.map(({ arguments: [text] }) => String(text)).sort(), [
      '[rtc-elements] facingMode="front": expected user, environment, left, right',
      '[rtc-elements] media="": expected audio, video, none',
      '[rtc-elements] media="Audio": expected audio, video, none',
    ]);
  });
});

it('blocks nobody by what is no id, and comes back all the same', async () => {
  const [ana, bob] = await world.two();
  const bobs = idOf(bob);
  for (const id of [undefined, null, '', NaN, 5, {}, bob.session.getSnapshot().localMember, 'x'.repeat(1000)]) await assert.rejects(ana.session.block(id as unknown as string), code('member-not-found'));
  await ana.session.block(bobs);
  ana.cut();
  await until(ana.session, () => ana.session.getSnapshot().roomState === 'reconnecting');
  await until(ana.session, () => ana.session.getSnapshot().roomState !== 'reconnecting');
  assert.equal(ana.session.getSnapshot().roomState, 'joined');
});

it('calls nobody by what is no target', async () => {
  const [ana] = await world.two();
  for (const target of [NaN, '', [], {}, () => {}, { userId: '' }, { userId: 5 }, Symbol('x')]) await assert.rejects(ana.session.call(target as unknown as CallTarget), code('member-not-found'));
});

it('goes on where the page’s own drawing throws, and says so where errors are said', async () => {
  const uncaught: unknown[] = [];
  // The runner’s own would count it as a failure of the test.
  const others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException').on('uncaughtException', (error) => uncaught.push(error));
  try {
    const own = new TypeError('cannot draw');
    const [ana, bob] = [world.enter(), world.enter()];
    let drawn = 0;
    const stop = ana.session.subscribe(() => {
      throw own;
    });
    ana.session.subscribe(() => void drawn++);
    await Promise.all([ana.session.join({ nickname: 'Ana' }), bob.session.join({ nickname: 'Bob' })]);
    await until(bob.session, () => bob.session.getSnapshot().members.length === 2);
    await connect(world, bob, ana);
    bob.session.hangup();
    await inState(ana, 'ended');
    stop();
    await new Promise(setImmediate);
    assert.ok(drawn > 5);
    assert.ok(uncaught.length > 5 && uncaught.every((error) => error === own));
  } finally {
    process.removeAllListeners('uncaughtException');
    for (const other of others) process.on('uncaughtException', other);
  }
});
