import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { RtcRoom } from '../../../src/index.js';
import type { Peer } from '../rig/peer.js';
import { NetworkStage } from './network-stage.js';
import { statesSince } from './network-watch.js';

// Packets are lost on the way to one side (iptables in its namespace), until the picture that causes most of them is held back.

let stage: NetworkStage;
before(async () => {
  stage = await NetworkStage.start();
  await stage.startServer();
});
after(() => stage.close());

const reason = (peer: Peer, wanted: string, isThere: boolean, timeoutMs: number): Promise<void> =>
  peer.until(`${wanted} ${isThere ? 'among' : 'gone from'} the reasons`, (name, there) => {
    const { level, reasons } = (rig.find('rtc-room') as RtcRoom).session.getSnapshot().quality;
    return level !== 'unknown' && reasons.some((each) => each === name) === (there === 'true');
  }, [wanted, String(isThere)], timeoutMs);
const level = (peer: Peer, wanted: readonly string[], timeoutMs: number): Promise<void> =>
  peer.until(`the quality to be ${wanted.join(' or ')}`, (levels) => levels!.split(' ').includes(rig.view().getAttribute('quality') ?? ''), [wanted.join(' ')], timeoutMs);
const banner = (peer: Peer) => peer.page.evaluate(() => rig.part('banner')?.innerText ?? '');
const isPictureShown = (peer: Peer) => peer.page.evaluate(() => getComputedStyle(rig.video('remote-video')!).visibility === 'visible');

describe('A call over a network that loses a third of the packets one way', () => {
  it('holds the picture back on that way, says why on both sides, keeps the sound, and brings the picture back by itself', async (t) => {
    const [ana, ben] = await stage.inCall('Ana', 'Ben');
    await Promise.all([ana, ben].map(({ peer }) => level(peer, ['excellent', 'good'], 20_000)));
    const from = Date.now();
    ana.host.lose(0.35);
    await level(ana.peer, ['poor'], 20_000);
    const noticed = Date.now() - from;
    await Promise.all([reason(ben.peer, 'video-paused', true, 60_000), reason(ana.peer, 'remote-video-paused', true, 60_000)]);
    const paused = Date.now() - from;
    assert.equal(await isPictureShown(ana.peer), false);
    assert.match(await banner(ana.peer), /Ben’s video is paused/);
    assert.match(await banner(ben.peer), /your video comes back by itself/);
    await Promise.all([ana.peer.hearsSound(), ben.peer.hearsSound(), ben.peer.seesMovingFrames()]);
    assert.equal(await isPictureShown(ben.peer), true);
    // What the camera shows is still Ben's to switch.
    assert.equal(await ben.peer.page.evaluate(() => rig.view().toggleCamera(false)), false);
    await ana.peer.until('no camera at the other side', () => !(rig.find('rtc-room') as RtcRoom).session.getSnapshot().remoteMedia.video);
    assert.equal(await banner(ana.peer), '');
    assert.equal(await ben.peer.page.evaluate(() => rig.view().toggleCamera(true)), true);
    await reason(ana.peer, 'remote-video-paused', true, 20_000);

    ana.host.lose(0);
    const to = Date.now();
    await Promise.all([reason(ben.peer, 'video-paused', false, 60_000), reason(ana.peer, 'remote-video-paused', false, 60_000)]);
    await ana.peer.seesMovingFrames();
    const back = Date.now() - to;
    assert.equal(await isPictureShown(ana.peer), true);
    assert.equal(await banner(ana.peer), '');
    await Promise.all([ana, ben].map(({ peer }) => level(peer, ['excellent', 'good'], 40_000)));
    t.diagnostic(`35 % lost: poor after ${noticed} ms, picture paused after ${paused} ms; lossless again: picture back after ${back} ms`);
    for (const { peer } of [ana, ben]) {
      // With a third of them lost, so are several of ICE's own checks in a row now and then.
      const states = await statesSince(peer, from);
      assert.ok(states.every((state) => state === 'reconnecting' || state === 'active') && (states.at(-1) ?? 'active') === 'active', states.join(' '));
      const events = (await peer.events('rtc-quality')).map(({ detail }) => JSON.stringify([detail['level'], detail['reasons']]));
      assert.deepEqual(events.filter((event, index) => event === events[index - 1]), [], 'never the same twice');
      assert.ok(events.length < 20, `${events.length} events: ${events.join(' ')}`);
      assert.deepEqual(peer.problems, []);
    }
  });
});
