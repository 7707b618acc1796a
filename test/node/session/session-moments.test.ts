import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { RtcError } from '../../../src/base/rtc-error.js';
import { PRESENCE_BATCH_MS } from '../../../src/protocol/hub-limits.js';
import { connect, idOf, inState, until, World, type Someone } from './session-harness.js';

// What happens between two steps: a listener that acts at once, somebody who has only just come, two who ask for the same.

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.close());

const code = (expected: string) => (error: unknown): boolean => error instanceof RtcError && error.code === expected;
const errorsOf = ({ heard }: Someone): unknown[] => heard.filter(({ name }) => name === 'rtc-error').map(({ detail }) => detail['code']);

describe('calling somebody who has only just come', () => {
  beforeEach(() => {
    world.close();
    world = new World({ presenceBatchMs: PRESENCE_BATCH_MS });
  });

  it('waits until they are on the own list', async () => {
    const ana = await world.joined('Ana');
    const bob = await world.joined('Bob');
    assert.equal(ana.session.getSnapshot().members.length, 1);
    const info = await ana.session.call(idOf(bob));
    assert.equal(info.peer.nickname, 'Bob');
    assert.deepEqual(errorsOf(ana), []);
  });

  it('dials once, however often it is asked for', async () => {
    const ana = await world.joined('Ana');
    const bob = await world.joined('Bob');
    const [first, second] = [ana.session.call(idOf(bob)), ana.session.call(idOf(bob))];
    await assert.rejects(second, code('unavailable'));
    assert.equal((await first).state, 'outgoing');
    await inState(bob, 'incoming');
    assert.equal(bob.heard.filter(({ name }) => name === 'rtc-call-incoming').length, 1);
    assert.equal(world.network.peers.filter((peer) => peer.state !== 'closed').length, 2, 'one connection each');
  });

  it('refuses whoever does not come, after a moment, and whoever leaves meanwhile is not joined', async () => {
    const ana = await world.joined('Ana');
    await assert.rejects(ana.session.call('nobody'), code('member-not-found'));
    assert.deepEqual(errorsOf(ana), ['member-not-found']);
    const asked = ana.session.call('nobody');
    await ana.session.leave();
    await assert.rejects(asked, code('not-joined'));
  });
});

describe('the options', () => {
  it('are those of the room that is left until it is left', async () => {
    const ana = await world.joined('Ana');
    const seen: unknown[] = [];
    ana.session.on('rtc-room-state', ({ detail }) => seen.push([detail.state, ana.session.options.room, ana.session.getSnapshot().room]));
    ana.session.configure({ room: 'parlour' });
    await until(ana.session, () => ana.session.getSnapshot().roomState === 'joined');
    assert.deepEqual(seen, [['idle', 'lobby', 'lobby'], ['joining', 'parlour', 'parlour'], ['joined', 'parlour', 'parlour']]);
  });

  it('are drawn at once, and those who draw told once', async () => {
    const ana = await world.joined('Ana');
    let told = 0;
    ana.session.subscribe(() => told++);
    ana.session.configure({ media: 'audio' });
    assert.equal(ana.session.getSnapshot().camera.state, 'unused');
    assert.equal(told, 1);
  });

  it('darken the camera of a call that becomes one of voices', async () => {
    const [ana, bob] = await world.two();
    await connect(world, ana, bob);
    await until(ana.session, () => ana.session.getSnapshot().camera.state === 'on');
    ana.session.configure({ audioOnly: true });
    assert.deepEqual(ana.media.tracks.map(({ kind, readyState }) => [kind, readyState]), [['audio', 'live'], ['video', 'ended']]);
    await until(bob.session, () => !bob.session.getSnapshot().remoteMedia.video);
  });

  it('light it again when it becomes one of pictures again, and only whose was on; the other side knows throughout what is wanted', async () => {
    const [ana, bob] = await world.two();
    await connect(world, ana, bob);
    for (const on of [true, false]) {
      await ana.session.toggleCamera(on);
      ana.session.configure({ audioOnly: true });
      await until(bob.session, () => bob.session.getSnapshot().remoteMedia.audioOnly === true);
      assert.equal(ana.session.getSnapshot().camera.state, 'unused');
      ana.session.configure({ audioOnly: false });
      await until(bob.session, () => !bob.session.getSnapshot().remoteMedia.audioOnly && bob.session.getSnapshot().remoteMedia.video === on);
      assert.equal(ana.session.getSnapshot().camera.state, on ? 'on' : 'off');
    }
  });
});

describe('a listener that acts at once', () => {
  it('accepts from the event and is answered when the call is active', async () => {
    const [ana, bob] = await world.two([{}, { autoAccept: true }]);
    let accepted: Promise<string> | undefined;
    bob.session.on('rtc-call-incoming', ({ detail }) => (accepted = detail.accept().then(() => bob.session.getSnapshot().callState)));
    await ana.session.call(idOf(bob));
    await inState(bob, 'active');
    assert.equal(await accepted, 'active');
  });

  it('calls again from the end of a call and is answered about the new one', async () => {
    const [ana, bob] = await world.two();
    await ana.session.call(idOf(bob));
    const first = ana.session.getSnapshot().currentCall?.callId;
    const again = new Promise<string>((resolve) => {
      ana.session.on('rtc-call-state', ({ detail }) => {
        if (detail.state === 'ended' && detail.callId === first) void ana.session.call(idOf(bob)).then(({ callId }) => resolve(callId));
      });
    });
    await inState(bob, 'incoming');
    bob.session.reject();
    const second = await again;
    assert.notEqual(second, first);
    assert.equal(ana.session.getSnapshot().currentCall?.callId, second);
  });

  it('sees every step whole: no call without its stream and no stream without its call', async () => {
    const [ana, bob] = await world.two();
    const seen = new Set<string>();
    await connect(world, ana, bob);
    await until(ana.session, () => ana.session.getSnapshot().localStream !== null);
    ana.session.subscribe(() => {
      const { callState, localStream } = ana.session.getSnapshot();
      seen.add(`${callState}:${localStream !== null}`);
    });
    ana.session.hangup();
    await inState(ana, 'ended');
    assert.deepEqual([...seen], ['ended:false']);
  });
});

describe('what is told', () => {
  it('on dismissing: from ended to idle', async () => {
    const [ana, bob] = await world.two();
    await connect(world, ana, bob);
    ana.session.hangup();
    await inState(ana, 'ended');
    ana.session.dismissEnded();
    const { detail } = ana.heard.findLast(({ name }) => name === 'rtc-call-state')!;
    assert.deepEqual([detail['previous'], detail['state']], ['ended', 'idle']);
  });

  it('once, of a connection that cannot even be made', async () => {
    const [ana, bob] = await world.two();
    world.network.refuses = new RtcError('too-many-connections');
    await assert.rejects(ana.session.call(idOf(bob)), code('too-many-connections'));
    await inState(ana, 'ended');
    assert.deepEqual(errorsOf(ana), ['too-many-connections']);
  });

  it('for as long as it holds: what the page lacks beyond joining, an outage of more than a moment until it is over', async (t) => {
    world.problem = new RtcError('insecure-context');
    const ana = await world.joined('Ana');
    assert.equal(ana.session.getSnapshot().notice?.code, 'insecure-context');
    ana.session.dismissNotice();
    ana.cut();
    await until(ana.session, () => ana.session.getSnapshot().roomState === 'joined');
    assert.deepEqual(errorsOf(ana), ['insecure-context']);
    t.mock.timers.enable({ apis: ['setTimeout'] });
    ana.cut();
    t.mock.timers.tick(10_000);
    t.mock.timers.reset();
    assert.equal(ana.session.getSnapshot().notice?.code, 'server-unreachable');
    await until(ana.session, () => ana.session.getSnapshot().roomState === 'joined');
    assert.equal(ana.session.getSnapshot().notice, null);
    assert.deepEqual(errorsOf(ana), ['insecure-context', 'server-unreachable']);
  });
});
