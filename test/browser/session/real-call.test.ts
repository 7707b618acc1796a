import { expect } from '@open-wc/testing';
import type { RtcSession } from '../../../src/session/session-api.js';
import { until } from '../../support/until.js';
import { connect, seesFrames, two } from './sessions.js';

// Two people in one page.

async function received(session: RtcSession, kind: 'audio' | 'video'): Promise<number> {
  let packets = 0;
  (await session.getStats())?.forEach((stat: { type: string; kind?: string; packetsReceived?: number }) => {
    if (stat.type === 'inbound-rtp' && stat.kind === kind) packets += stat.packetsReceived ?? 0;
  });
  return packets;
}

describe('two sessions on one page over a real server', () => {
  it('see and hear each other, and every track ends with the call', async () => {
    const [ana, ben] = await two();
    await connect(ana, ben);
    await Promise.all([seesFrames(ana), seesFrames(ben)]);
    for (const session of [ana, ben]) while ((await received(session, 'audio')) === 0) await new Promise(requestAnimationFrame);
    const tracks = [ana, ben].flatMap((session) => session.getSnapshot().localStream?.getTracks() ?? []);
    expect(tracks).to.have.length(4);
    ana.hangup();
    await until(ben, () => ben.getSnapshot().callState === 'ended');
    expect([ana, ben].map((session) => session.getSnapshot().endReason)).to.deep.equal(['hangup', 'remote-hangup']);
    expect(tracks.map((track) => track.readyState)).to.deep.equal(['ended', 'ended', 'ended', 'ended']);
  }).timeout(30_000);

  it('that call each other at the same moment are connected', async () => {
    const [ana, ben] = await two();
    const [anasId, bensId] = [ana, ben].map((session) => session.getSnapshot().localMember!.id) as [string, string];
    await Promise.all([ana.call(bensId), ben.call(anasId)]);
    await Promise.all([ana, ben].map((session) => until(session, () => session.getSnapshot().callState === 'active')));
    await Promise.all([seesFrames(ana), seesFrames(ben)]);
  }).timeout(30_000);

  it('can reject ten rings in a row and take the eleventh, on the connection that was prepared for the first', async () => {
    const [ana, ben] = await two();
    for (let ring = 0; ring < 10; ring++) {
      await ana.call(ben.getSnapshot().localMember!.id);
      await until(ben, () => ben.getSnapshot().callState === 'incoming');
      ben.reject();
      await until(ana, () => ana.getSnapshot().callState === 'ended');
      expect(ana.getSnapshot().endReason).to.equal('rejected');
    }
    await connect(ana, ben);
    await Promise.all([seesFrames(ana), seesFrames(ben)]);
  }).timeout(60_000);

  it('let somebody who only receives call and watch', async () => {
    const [ana, ben] = await two({}, { media: 'none' });
    await connect(ben, ana);
    await seesFrames(ben);
    expect(ben.getSnapshot().localStream).to.equal(null);
    expect(await received(ana, 'video')).to.equal(0);
  }).timeout(30_000);

  it('add video to a voice call without negotiating again', async () => {
    const [ana, ben] = await two();
    await ana.call(ben.getSnapshot().localMember!.id, { video: false });
    await until(ben, () => ben.getSnapshot().callState === 'incoming');
    await ben.accept();
    await until(ana, () => ana.getSnapshot().callState === 'active');
    const before = ana.peerConnection!.localDescription!.sdp;
    expect(ana.getSnapshot().remoteStream?.getVideoTracks() ?? []).to.have.length(0);
    expect(await ben.toggleCamera()).to.equal(true);
    await until(ana, () => ana.getSnapshot().remoteMedia.video);
    await seesFrames(ana);
    expect(ana.peerConnection!.localDescription!.sdp).to.equal(before);
  }).timeout(30_000);
});
