import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { RtcError } from '../../../src/base/rtc-error.js';
import { connect, idOf, inState, until, World } from './session-harness.js';

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.close());

const code = (expected: string) => (error: unknown): boolean => error instanceof RtcError && error.code === expected;

describe('joining', () => {
  it('resolves with oneself and tells the states', async () => {
    const ana = world.enter();
    const member = await ana.session.join({ nickname: '  Ana ' });
    assert.equal(member.nickname, 'Ana');
    assert.deepEqual(ana.heard.filter(({ name }) => name === 'rtc-room-state').map(({ detail }) => detail['state']), ['joining', 'joined']);
    assert.deepEqual(ana.session.getSnapshot().members, [member]);
  });

  it('is one joining however often it is asked for', async () => {
    const ana = world.enter({ nickname: 'Ana' });
    const [first, second] = await Promise.all([ana.session.join(), ana.session.join()]);
    assert.equal(first, second);
  });

  it('gives a taken nickname a visible suffix', async () => {
    await world.joined('Ana');
    const second = await world.joined('Ana');
    assert.equal(second.session.getSnapshot().localMember?.nickname, 'Ana #2');
  });

  for (const [what, options, expected] of [
    ['a nickname of spaces', { nickname: '   ' }, 'nickname-invalid'],
    ['a nickname with bidi controls', { nickname: 'a\u202eb' }, 'nickname-invalid'],
    ['a nickname of 65 characters', { nickname: 'x'.repeat(65) }, 'nickname-invalid'],
    ['no room', { nickname: 'Ana', room: '' }, 'room-invalid'],
  ] as const) {
    it(`refuses ${what} with ${expected}, as rejection, state and event`, async () => {
      const ana = world.enter(options);
      await assert.rejects(ana.session.join(), code(expected));
      assert.equal(ana.session.getSnapshot().roomState, 'failed');
      assert.equal(ana.heard.filter(({ name, detail }) => name === 'rtc-error' && detail['code'] === expected).length, 1);
    });
  }

  it('is seen by those who are there, and so is leaving', async () => {
    const [ana, bob] = await world.two();
    await bob.session.leave();
    await until(ana.session, () => ana.session.getSnapshot().members.length === 1);
    assert.equal(bob.session.getSnapshot().roomState, 'idle');
    const last = ana.heard.filter(({ name }) => name === 'rtc-members').at(-1);
    assert.equal((last?.detail['left'] as unknown[]).length, 1);
  });

  it('comes back after a lost link as the same member', async () => {
    const [ana, bob] = await world.two();
    const id = idOf(bob);
    bob.cut();
    await until(bob.session, () => bob.session.getSnapshot().roomState === 'reconnecting');
    await until(bob.session, () => bob.session.getSnapshot().roomState === 'joined');
    assert.equal(idOf(bob), id);
    assert.equal(ana.session.getSnapshot().members.length, 2);
  });
});

describe('a call', () => {
  it('connects two who hear every state once, in order', async () => {
    const [ana, bob] = await world.two();
    await connect(world, ana, bob);
    ana.session.hangup();
    await inState(bob, 'ended');
    assert.deepEqual(ana.states().filter((state, index, all) => state !== all[index - 1]), ['outgoing', 'connecting', 'active', 'ended:hangup']);
    assert.deepEqual(bob.states(), ['incoming', 'connecting', 'active', 'ended:remote-hangup']);
    assert.equal(bob.heard.filter(({ name }) => name === 'rtc-call-incoming').length, 1);
  });

  it('stops every local track on both sides when it ends', async () => {
    const [ana, bob] = await world.two();
    await connect(world, ana, bob);
    await until(bob.session, () => bob.session.getSnapshot().camera.state === 'on');
    bob.session.hangup();
    await inState(ana, 'ended');
    for (const { media } of [ana, bob]) {
      assert.ok(media.tracks.length >= 2);
      assert.ok(media.tracks.every((track) => track.readyState === 'ended'));
    }
  });

  it('asks no device of the callee before it accepts', async () => {
    const [ana, bob] = await world.two();
    await ana.session.call(idOf(bob));
    await inState(bob, 'incoming');
    assert.equal(bob.media.asked.length, 0);
    assert.deepEqual(world.network.peers.map((peer) => peer.state), ['new', 'new']);
  });

  it('tells the caller that it rings', async () => {
    const [ana, bob] = await world.two();
    const info = await ana.session.call(idOf(bob));
    assert.equal(info.state, 'outgoing');
    await until(ana.session, () => ana.session.getSnapshot().currentCall?.ringing === true);
  });

  it('answers voice with voice and lets either add video', async () => {
    const [ana, bob] = await world.two();
    await ana.session.call(idOf(bob), { video: false });
    await inState(bob, 'incoming');
    await bob.session.accept();
    await inState(ana, 'active');
    await until(bob.session, () => bob.session.getSnapshot().microphone.state === 'on');
    for (const { media } of [ana, bob]) assert.ok(media.tracks.every((track) => track.kind === 'audio'));
    // A picture that never comes would hold the sound back.
    assert.deepEqual(world.network.peers.map((peer) => peer.videoShown), [false, false]);
    assert.equal(await bob.session.toggleCamera(), true);
    await until(ana.session, () => ana.session.getSnapshot().remoteMedia.video);
    assert.deepEqual(world.network.peers.map((peer) => peer.videoShown), [true, false]);
  });

  it('can be accepted without camera', async () => {
    const [ana, bob] = await world.two();
    await ana.session.call(idOf(bob));
    await inState(bob, 'incoming');
    await bob.session.accept({ video: false });
    await until(bob.session, () => bob.session.getSnapshot().microphone.state === 'on');
    assert.ok(bob.media.tracks.every((track) => track.kind === 'audio'));
  });

  it('lets somebody who only receives call and watch', async () => {
    const [ana, bob] = await world.two([{}, { media: 'none' }]);
    await bob.session.call(idOf(ana));
    await inState(ana, 'incoming');
    await ana.session.accept();
    await until(bob.session, () => bob.session.getSnapshot().remoteMedia.video);
    assert.equal(bob.media.tracks.length, 0);
    assert.equal(bob.session.getSnapshot().camera.state, 'unused');
  });

  it('goes on without a camera that is missing, says so once, and takes it when it appears', async () => {
    const [ana, bob] = await world.two();
    bob.media.missing.video = 'device-not-found';
    await connect(world, ana, bob);
    await until(bob.session, () => bob.session.getSnapshot().camera.state === 'blocked');
    assert.equal(bob.session.getSnapshot().callState, 'active');
    assert.equal(bob.session.getSnapshot().notice?.code, 'device-not-found');
    assert.equal(bob.heard.filter(({ name, detail }) => name === 'rtc-error' && detail['code'] === 'device-not-found').length, 1);
    delete bob.media.missing.video;
    bob.media.onDevices?.();
    await until(bob.session, () => bob.session.getSnapshot().camera.state === 'on');
    await until(ana.session, () => ana.session.getSnapshot().remoteMedia.video);
  });

  it('mutes without giving the microphone back, and darkens the camera', async () => {
    const [ana, bob] = await world.two();
    await connect(world, ana, bob);
    await until(ana.session, () => ana.session.getSnapshot().camera.state === 'on');
    assert.equal(await ana.session.toggleMicrophone(), false);
    assert.equal(await ana.session.toggleCamera(), false);
    const [audio, video] = ana.media.tracks;
    assert.deepEqual([audio?.readyState, audio?.enabled, video?.readyState], ['live', false, 'ended']);
    await until(bob.session, () => !bob.session.getSnapshot().remoteMedia.audio && !bob.session.getSnapshot().remoteMedia.video);
  });

  it('stops a camera that opens after the call is over', async () => {
    const [ana, bob] = await world.two();
    let open = (): void => {};
    ana.media.gate = new Promise((resolve) => (open = resolve));
    await ana.session.call(idOf(bob));
    ana.session.hangup();
    await inState(ana, 'ended');
    open();
    await ana.media.gate;
    await Promise.resolve();
    assert.ok(ana.media.tracks.every((track) => track.readyState === 'ended'));
    assert.equal(ana.session.getSnapshot().localStream, null);
  });
});

describe('outcomes', () => {
  it('rejected: both are told the same and the prepared connection serves the next ring', async () => {
    const [ana, bob] = await world.two();
    await ana.session.call(idOf(bob));
    await inState(bob, 'incoming');
    bob.session.reject();
    await inState(ana, 'ended');
    assert.equal(ana.session.getSnapshot().endReason, 'rejected');
    assert.equal(bob.session.getSnapshot().endReason, 'rejected');
    const before = world.network.peers.length;
    await connect(world, ana, bob);
    assert.equal(world.network.peers.length, before + 1);
    assert.equal(world.network.peers[1]?.rollbacks, 1);
  });

  it('busy: the third is told, the call is not disturbed', async () => {
    const [ana, bob] = await world.two();
    const cy = await world.joined('Cy');
    await connect(world, ana, bob);
    const info = await cy.session.call(idOf(bob));
    assert.equal(info.reason, 'busy');
    assert.equal(bob.session.getSnapshot().callState, 'active');
  });

  it('cancelled: the callee stops ringing', async () => {
    const [ana, bob] = await world.two();
    await ana.session.call(idOf(bob));
    await inState(bob, 'incoming');
    ana.session.hangup();
    await inState(bob, 'ended');
    await inState(ana, 'ended');
    assert.deepEqual([ana, bob].map(({ session }) => session.getSnapshot().endReason), ['cancelled', 'cancelled']);
  });

  it('no answer: after the ring time, missed at the callee', async () => {
    const [ana, bob] = await world.two([{ ringTimeout: 2 }]);
    await ana.session.call(idOf(bob));
    await inState(ana, 'ended');
    await inState(bob, 'ended');
    assert.deepEqual([ana, bob].map(({ session }) => session.getSnapshot().endReason), ['no-answer', 'missed']);
  });

  it('counts down to accepting where auto-accept is set while it rings, and not where it is taken back', async () => {
    const [ana, bob] = await world.two();
    await ana.session.call(idOf(bob));
    await inState(bob, 'incoming');
    bob.session.configure({ autoAccept: true });
    await until(bob.session, () => bob.session.getSnapshot().autoAcceptAt !== null);
    bob.session.configure({ autoAccept: false });
    await until(bob.session, () => bob.session.getSnapshot().autoAcceptAt === null);
    assert.equal(bob.session.getSnapshot().callState, 'incoming');
  });

  it('peer left: when the other leaves the room', async () => {
    const [ana, bob] = await world.two();
    await connect(world, ana, bob);
    await bob.session.leave();
    await inState(ana, 'ended');
    assert.deepEqual([ana, bob].map(({ session }) => session.getSnapshot().endReason), ['peer-left', 'hangup']);
  });

  it('two who call each other at once are connected, and nobody sees busy', async () => {
    const [ana, bob] = await world.two();
    await Promise.all([ana.session.call(idOf(bob)), bob.session.call(idOf(ana))]);
    await Promise.all([inState(ana, 'active'), inState(bob, 'active')]);
    const ids = [ana, bob].map(({ session }) => session.getSnapshot().currentCall?.callId);
    assert.equal(ids[0], ids[1]);
    assert.ok(![...ana.states(), ...bob.states()].some((state) => state.startsWith('ended')));
    // The second inviter has closed its own connection and answered on a fresh one.
    assert.deepEqual(world.network.peers.map((peer) => peer.state).sort(), ['closed', 'connected', 'connected']);
  });

  it('accept against cancel: one winner, both told the same', async () => {
    const [ana, bob] = await world.two();
    for (let round = 0; round < 20; round++) {
      await ana.session.call(idOf(bob));
      await inState(bob, 'incoming');
      const accepted = bob.session.accept().catch(() => {});
      ana.session.hangup();
      await Promise.all([accepted, inState(ana, 'ended'), inState(bob, 'ended')]);
      const reasons = [ana, bob].map(({ session }) => session.getSnapshot().endReason).join();
      assert.match(reasons, /^(cancelled,cancelled|hangup,remote-hangup)$/);
    }
  });

  it('never connected: both are told why in honest words', async () => {
    const [ana, bob] = await world.two();
    world.network.open = false;
    await ana.session.call(idOf(bob));
    await inState(bob, 'incoming');
    const accepted = bob.session.accept();
    await inState(ana, 'connecting');
    for (const peer of world.network.peers) peer.become('failed');
    await assert.rejects(accepted, code('ice-failed-no-turn'));
    await inState(ana, 'ended');
    assert.deepEqual([ana, bob].map(({ session }) => session.getSnapshot().endReason), ['connect-failed', 'connect-failed']);
  });
});

describe('misuse', () => {
  it('is refused with a code: before joining, nobody, oneself, in a call', async () => {
    const stranger = world.enter();
    await assert.rejects(stranger.session.call('x'), code('not-joined'));
    const [ana, bob] = await world.two();
    await assert.rejects(ana.session.call('nobody'), code('member-not-found'));
    await assert.rejects(ana.session.call(idOf(ana)), code('unavailable'));
    await assert.rejects(ana.session.accept(), code('call-not-found'));
    await connect(world, ana, bob);
    await assert.rejects(ana.session.call(idOf(bob)), code('unavailable'));
  });

  it('calls nobody where the page names nobody: what a search did not find, a whole member, the user id that nobody has in an open room', async () => {
    const [ana, bob] = await world.two();
    const cyn = await world.joined('Cyn');
    await until(cyn.session, () => cyn.session.getSnapshot().members.length === 3);
    const member = cyn.session.getSnapshot().members.find(({ id }) => id === idOf(bob))!;
    for (const target of [member, { userId: member.userId }, undefined, null, 5]) await assert.rejects(cyn.session.call(target as never), code('member-not-found'));
    await assert.rejects(cyn.session.call({ role: 'agent' }), code('unavailable'));
    for (const { heard } of [ana, bob]) assert.equal(heard.filter(({ name }) => name === 'rtc-call-incoming').length, 0);
  });

  it('an endless ring time is the longest there is', async () => {
    const [ana, bob] = await world.two([{ ringTimeout: Infinity }]);
    await ana.session.call(idOf(bob));
    await inState(bob, 'incoming');
    const { expiresAt, currentCall } = bob.session.getSnapshot();
    assert.equal(expiresAt! - currentCall!.createdAt, 120_000);
  });

  it('asks for the add-on that would do it, and for a view where one is needed', async () => {
    const { session } = world.enter();
    for (const asked of [session.screenshot(), session.startRecording(), session.stopRecording(), session.sendMessage('hi')]) await assert.rejects(asked, code('addon-missing'));
    for (const asked of [session.requestFullscreen(), session.requestPictureInPicture()]) await assert.rejects(asked, code('unavailable'));
  });

  it('hanging up when nothing runs is harmless', async () => {
    const [ana] = await world.two();
    ana.session.hangup();
    ana.session.reject();
    assert.equal(ana.session.getSnapshot().callState, 'idle');
  });
});

describe('the snapshot', () => {
  it('is the same object until something changes', async () => {
    const [ana, bob] = await world.two();
    const before = ana.session.getSnapshot();
    assert.equal(ana.session.getSnapshot(), before);
    await ana.session.call(idOf(bob));
    assert.notEqual(ana.session.getSnapshot(), before);
    assert.ok(Object.isFrozen(ana.session.getSnapshot()));
  });

  it('notes that the page draws its own card', async () => {
    const [ana, bob] = await world.two();
    bob.session.on('rtc-call-incoming', (event) => event.preventDefault());
    await ana.session.call(idOf(bob));
    await until(bob.session, () => bob.session.getSnapshot().cardPrevented);
  });

  it('carries no notice that the page took over', async () => {
    const [ana, bob] = await world.two();
    bob.session.on('rtc-error', (event) => event.preventDefault());
    bob.media.missing.video = 'permission-denied';
    await connect(world, ana, bob);
    await until(bob.session, () => bob.session.getSnapshot().camera.state === 'blocked');
    assert.equal(bob.session.getSnapshot().notice, null);
  });
});
