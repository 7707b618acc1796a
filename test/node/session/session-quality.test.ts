import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { WatchCall } from '../../../src/session/call-parts.js';
import { deferred } from '../../../src/base/deferred.js';
import { connect, inState, until, watching, World } from './session-harness.js';

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.close());

type Watching = Parameters<WatchCall>;

describe('a session and what watches its network', () => {
  it('hands over each call once it is active, and once only', async () => {
    const seen: Watching[] = [];
    const second = deferred<null>();
    world.loadWatch = watching((...call) => void (seen.push(call) === 4 && second.resolve(null)));
    const [ana, bob] = await world.two();
    const callIds: (string | undefined)[] = [];
    for (let each = 0; each < 2; each++) {
      await connect(world, ana, bob);
      callIds.push(ana.session.getSnapshot().currentCall?.callId);
      world.network.peers.at(-1)!.become('disconnected');
      world.network.peers.at(-1)!.become('connected');
      if (each === 0) await until(ana.session, () => ana.session.getSnapshot().callState === 'active');
      while (seen.length < (each + 1) * 2) await new Promise((resolve) => setTimeout(resolve, 20));
      ana.session.hangup();
      await inState(bob, 'ended');
    }
    await second.promise;
    assert.deepEqual(seen.map(([callId]) => callId), [callIds[0], callIds[0], callIds[1], callIds[1]]);
  });

  it('goes on with a call when its code cannot be fetched, and tries again when the connection is back', async () => {
    let tries = 0;
    const again = deferred<null>();
    world.loadWatch = async () => {
      if (++tries <= 2) throw new Error('no such file');
      again.resolve(null);
      return watching(() => {})();
    };
    const [ana, bob] = await world.two();
    await connect(world, ana, bob);
    while (tries < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual([ana, bob].map(({ session }) => session.getSnapshot().callState), ['active', 'active']);
    assert.deepEqual([ana, bob].flatMap(({ heard }) => heard.filter(({ name }) => name === 'rtc-error')), []);
    const [peer] = world.network.peers;
    peer!.become('disconnected');
    peer!.become('connected');
    await again.promise;
  });

  it('tells the other side that the picture is held back, who then shows none, until it is back', async () => {
    const holder = deferred<Watching[3]>();
    world.loadWatch = watching((_callId, _store, _calls, media) => holder.resolve(media));
    const ana = await world.joined('Ana');
    world.loadWatch = undefined;
    const bob = await world.joined('Bob');
    await until(ana.session, () => ana.session.getSnapshot().members.length === 2);
    await connect(world, ana, bob);
    const media = await holder.promise;
    const theirs = () => bob.session.getSnapshot().remoteMedia;
    const shown = () => world.network.peers.at(-1)!.videoShown;
    assert.deepEqual([theirs(), shown()], [{ audio: true, video: true, screen: false }, true]);
    media.holdVideo(true);
    await until(bob.session, () => theirs().paused === true);
    assert.equal(shown(), false);
    // What else is said meanwhile does not lift it.
    await ana.session.toggleMicrophone(false);
    await until(bob.session, () => !theirs().audio);
    assert.deepEqual([theirs(), shown()], [{ audio: false, video: true, screen: false, paused: true }, false]);
    media.holdVideo(false);
    await until(bob.session, () => !theirs().paused);
    assert.equal(shown(), true);
    // The camera was on all the time.
    assert.deepEqual(bob.heard.filter(({ name, detail }) => name === 'rtc-media' && detail['source'] === 'remote' && detail['kind'] === 'video').length, 1);
  });
});
