import { expect } from '@open-wc/testing';
import type { RtcError } from '../../../src/base/rtc-error.js';
import type { RtcSession, RtcVerificationDetail } from '../../../src/session/public.js';
import { until } from '../../support/until.js';
import { connect, open, two } from './sessions.js';

// Verification and “this is recorded” between two sessions of one page, over the real server.

async function inCall(): Promise<[RtcSession, RtcSession]> {
  const [ana, ben] = await two();
  await connect(ana, ben);
  return [ana, ben];
}
const stateOf = (session: RtcSession): string => session.getSnapshot().verification.state;
const emojiOf = (session: RtcSession): string => session.getSnapshot().verification.emoji.join('');
const bothShow = (...sessions: RtcSession[]) => Promise.all(sessions.map((session) => until(session, () => emojiOf(session) !== '')));

describe('two people in a call', () => {
  it('read the same seven emoji, verify each other, and are verified in the next call; another identity is not', async () => {
    const [ana, ben] = await inCall();
    const told: RtcVerificationDetail[] = [];
    ana.on('rtc-verification', ({ detail }) => void told.push(detail));
    await bothShow(ana, ben);
    expect(emojiOf(ana)).to.equal(emojiOf(ben));
    expect(told).to.deep.equal([ana.getSnapshot().verification]);
    await ana.verify(true);
    expect([stateOf(ana), stateOf(ben)]).to.deep.equal(['verified', 'unverified']);
    ana.hangup();
    await until(ben, () => ben.getSnapshot().callState === 'ended');
    expect([ana, ben].map(stateOf)).to.deep.equal(['unavailable', 'unavailable']);

    await connect(ben, ana);
    await bothShow(ana, ben);
    expect(emojiOf(ana)).to.equal(emojiOf(ben));
    expect([stateOf(ana), stateOf(ben)]).to.deep.equal(['verified', 'unverified']);
    ben.hangup();
    await until(ana, () => ana.getSnapshot().callState === 'ended');

    await ben.resetIdentity();
    await connect(ana, ben);
    await bothShow(ana, ben);
    expect(stateOf(ana)).to.equal('unverified');
  }).timeout(60_000);

  it('read them anew, and stay verified, when the connection is renewed', async () => {
    const [ana, ben] = await inCall();
    await bothShow(ana, ben);
    await ana.verify(true);
    const before = emojiOf(ana);
    await ana.simulate('ice-fail');
    await until(ana, () => emojiOf(ana) !== '' && emojiOf(ana) !== before);
    await until(ben, () => emojiOf(ben) === emojiOf(ana));
    expect([stateOf(ana), stateOf(ben)]).to.deep.equal(['verified', 'unverified']);
  }).timeout(60_000);

  it('have nothing to confirm before the emoji are there, or without a call', async () => {
    const codes: string[] = [];
    const refused = (session: RtcSession) => session.verify(true).catch((error: RtcError) => void codes.push(error.code));
    const room = `session-${Math.random()}`;
    const alone = open({ room });
    await refused(alone);
    await alone.join({ nickname: 'Ana' });
    await refused(alone);
    expect(codes).to.deep.equal(['call-not-found', 'unavailable']);
  });

  it('are told within a second that the other records, until the other stops', async () => {
    const [ana, ben] = await inCall();
    const at = performance.now();
    ana.announceRecording(true);
    expect(ana.getSnapshot().recording).to.equal(true);
    await until(ben, () => ben.getSnapshot().remoteMedia.recording === true);
    expect(performance.now() - at).to.be.below(1000);
    expect(ana.getSnapshot().remoteMedia.recording).to.equal(undefined);
    // What else is said of the media takes nothing away.
    await ana.toggleMicrophone(false);
    await until(ben, () => !ben.getSnapshot().remoteMedia.audio);
    expect(ben.getSnapshot().remoteMedia.recording).to.equal(true);
    ana.announceRecording(false);
    await until(ben, () => !ben.getSnapshot().remoteMedia.recording);
  }).timeout(30_000);

  it('are told so on a renewed connection too; the next call begins without', async () => {
    const [ana, ben] = await inCall();
    ana.announceRecording(true);
    await until(ben, () => ben.getSnapshot().remoteMedia.recording === true);
    const shown: unknown[] = [];
    ben.subscribe(() => void shown.push(ben.getSnapshot().remoteMedia.recording));
    const first = ben.peerConnection;
    await ana.simulate('ice-fail');
    await until(ben, () => ben.peerConnection !== null && ben.peerConnection !== first && ben.getSnapshot().callState === 'active' && ben.getSnapshot().remoteStream !== null);
    expect(ben.getSnapshot().remoteMedia.recording).to.equal(true);
    // All the while.
    expect(new Set(shown)).to.deep.equal(new Set([true]));
    ana.hangup();
    await until(ben, () => ben.getSnapshot().callState === 'ended');
    expect([ana.getSnapshot().recording, ben.getSnapshot().remoteMedia.recording]).to.deep.equal([false, undefined]);
    ana.announceRecording(true);
    expect(ana.getSnapshot().recording).to.equal(false);
    await connect(ana, ben);
    await bothShow(ana, ben);
    expect(ben.getSnapshot().remoteMedia.recording).to.equal(undefined);
  }).timeout(60_000);
});
