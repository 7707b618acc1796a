import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { RtcError } from '../../../src/base/rtc-error.js';
import { deferred } from '../../../src/base/deferred.js';
import type { SasMessage } from '../../../src/media/peer-port.js';
import type { VerifiedCalls, WatchCall } from '../../../src/session/call-parts.js';
import { NO_VERIFICATION } from '../../../src/session/session-snapshot.js';
import { connect, inState, until, watching, World } from './session-harness.js';

// What a session does for verification, whose own code is tested with real connections (test/browser/session/verification.test.ts); and the word that a call is recorded.

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.close());

const say = (value: string): SasMessage => ({ t: 'sas', step: 'commit', value });

/** Ana has a verifier, Bob none. */
async function watched() {
  const handed = deferred<{ callId: string; store: Parameters<WatchCall>[1]; calls: VerifiedCalls }>();
  world.loadWatch = watching((callId, store, calls) => handed.resolve({ callId, store, calls }));
  const ana = await world.joined('Ana');
  world.loadWatch = undefined;
  const bob = await world.joined('Bob');
  await until(ana.session, () => ana.session.getSnapshot().members.length === 2);
  await connect(world, ana, bob);
  const bobs = world.network.peers.at(-1)!;
  return { ana, bob, bobs, handed: handed.promise };
}

describe('a session and what verifies its calls', () => {
  it('keeps what the other side says to it before it is there, a little of it', async () => {
    const { bobs, handed } = await watched();
    for (let each = 0; each < 50; each++) bobs.sendControl(say(`early ${each}`));
    const { calls } = await handed;
    assert.deepEqual(calls.earlySas.map(({ value }) => value), ['early 0', 'early 1', 'early 2', 'early 3']);
  });

  it('hands over what comes then, and says when a connection opens', async () => {
    const { bobs, handed } = await watched();
    const { calls } = await handed;
    const heard = deferred<string[]>();
    const values: string[] = [];
    calls.verifier = { opened: () => void values.push('opened'), heard: ({ value }) => (values.push(value), values.length === 2 && heard.resolve(values)), confirm: async () => {} };
    world.network.peers[0]!.become('connected');
    bobs.sendControl(say('late'));
    assert.deepEqual(await heard.promise, ['opened', 'late']);
    assert.deepEqual(calls.earlySas, []);
  });

  it('shows nothing of a connection that is gone, and forgets what was said on it', async () => {
    const { ana, bob, bobs, handed } = await watched();
    const { calls, store } = await handed;
    store.show({ verification: { emoji: ['🐶'], words: ['Dog'], state: 'verified' } });
    bobs.sendControl(say('early'));
    bob.session.hangup();
    await inState(ana, 'ended');
    assert.equal(ana.session.getSnapshot().verification, NO_VERIFICATION);
    assert.deepEqual(calls.earlySas, []);
  });

  it('passes the person’s word on, or says that there is nothing to confirm', async () => {
    const { ana, bob, handed } = await watched();
    const words: boolean[] = [];
    (await handed).calls.verifier = { opened() {}, heard() {}, confirm: async (matches) => void words.push(matches) };
    await ana.session.verify(true);
    await ana.session.verify(false);
    assert.deepEqual(words, [true, false]);
    assert.equal(await bob.session.verify(true).then(() => null, (error: RtcError) => error.code), 'unavailable');
    assert.equal(await world.enter().session.verify(true).then(() => null, (error: RtcError) => error.code), 'call-not-found');
  });

  it('resets the identity of a browser in a room', async () => {
    let resets = 0;
    world.resetIdentity = async () => void resets++;
    const ana = world.enter();
    assert.equal(await ana.session.resetIdentity().then(() => null, (error: RtcError) => error.code), 'not-joined');
    await ana.session.join({ nickname: 'Ana' });
    await ana.session.resetIdentity();
    assert.equal(resets, 1);
  });
});

describe('a session whose call is recorded', () => {
  it('tells the other side, on another connection too, until it is over; the next call begins without', async () => {
    const [ana, bob] = await world.two();
    ana.session.announceRecording(true);
    assert.equal(ana.session.getSnapshot().recording, false);
    await connect(world, ana, bob);
    const theirs = () => bob.session.getSnapshot().remoteMedia;
    assert.equal(theirs().recording, undefined);
    ana.session.announceRecording(true);
    await until(bob.session, () => theirs().recording === true);
    assert.deepEqual([ana.session.getSnapshot().recording, bob.session.getSnapshot().recording], [true, false]);
    // Said again whenever the channel opens; what else is said takes nothing away.
    await ana.session.toggleMicrophone(false);
    await until(bob.session, () => !theirs().audio);
    assert.equal(theirs().recording, true);
    const said = new Promise<void>((resolve) => bob.session.subscribe(() => resolve()));
    world.network.peers[0]!.become('connected');
    await said;
    assert.equal(theirs().recording, true);
    ana.session.announceRecording(false);
    await until(bob.session, () => !theirs().recording);
    ana.session.announceRecording(true);
    await until(bob.session, () => theirs().recording === true);
    ana.session.hangup();
    await inState(bob, 'ended');
    assert.deepEqual([ana.session.getSnapshot().recording, theirs().recording], [false, undefined]);
    await connect(world, bob, ana);
    assert.deepEqual([ana.session.getSnapshot().recording, theirs().recording], [false, undefined]);
  });

  it('believes a page that was loaded anew: nothing is recorded any more', async () => {
    const [ana, bob] = await world.two();
    await connect(world, ana, bob);
    ana.session.announceRecording(true);
    await until(bob.session, () => bob.session.getSnapshot().remoteMedia.recording === true);
    // What a fresh page says when its channel opens.
    world.network.peers[0]!.sendControl({ t: 'media', audio: true, video: true, screen: false });
    await until(bob.session, () => !bob.session.getSnapshot().remoteMedia.recording);
  });
});
