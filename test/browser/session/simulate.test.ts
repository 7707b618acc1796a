import { expect } from '@open-wc/testing';
import { RtcError } from '../../../src/base/rtc-error.js';
import type { RtcSession, SimulatedFault } from '../../../src/session/session-api.js';
import { until } from '../../support/until.js';
import { connect, open, seesFrames, two } from './sessions.js';

// Every lever of `simulate()` on one of two sessions of a page, over a real server and a real connection.

interface Call {
  readonly ana: RtcSession;
  readonly ben: RtcSession;
  readonly callId: string;
}

async function inCall(): Promise<Call> {
  const [ana, ben] = await two({ endedTimeout: 0 });
  return { ana, ben, callId: await connect(ana, ben) };
}

/** What the room and the call go through from now on, from both sides. */
function watch(...people: RtcSession[]): string[][] {
  return people.map((session) => {
    const seen: string[] = [];
    session.on('rtc-room-state', ({ detail }) => seen.push(`room ${detail.state}`));
    session.on('rtc-call-state', ({ detail }) => seen.push(detail.reason ? `${detail.state}: ${detail.reason}` : detail.state));
    return seen;
  });
}

async function goesOn({ ana, ben, callId }: Call): Promise<void> {
  for (const session of [ana, ben]) {
    await until(session, () => session.getSnapshot().callState === 'active');
    expect(session.getSnapshot().currentCall?.callId).to.equal(callId);
  }
  await Promise.all([seesFrames(ana), seesFrames(ben)]);
  // The server, too, still knows of it: a hang-up reaches the other side, and nobody is busy.
  ana.hangup();
  await until(ben, () => ben.getSnapshot().callState === 'ended');
  expect(ben.getSnapshot().endReason).to.equal('remote-hangup');
  await until(ben, () => ben.getSnapshot().members.every(({ busy }) => !busy));
}

const roomIs = (session: RtcSession, state: string): Promise<void> => until(session, () => session.getSnapshot().roomState === state);

async function outage(fault: SimulatedFault, withinMs: number): Promise<void> {
  const call = await inCall();
  const { ana, ben } = call;
  const connection = ana.peerConnection;
  const id = ana.getSnapshot().localMember?.id;
  const seen = watch(ana, ben);
  const begun = performance.now();
  const back = roomIs(ana, 'reconnecting').then(() => roomIs(ana, 'joined'));
  await ana.simulate(fault);
  await back;
  expect(performance.now() - begun).to.be.below(withinMs);
  expect(ana.getSnapshot().localMember?.id).to.equal(id);
  expect(seen).to.deep.equal([['room reconnecting', 'room joined'], []]);
  expect(ana.peerConnection).to.equal(connection);
  await goesOn(call);
}

describe('simulate()', () => {
  it('drop-signaling: the room reconnects as the same member, and the call does not notice', () => outage('drop-signaling', 5_000)).timeout(30_000);

  it('server-drain: the link is left and taken up again, and the call does not notice', () => outage('server-drain', 8_000)).timeout(30_000);

  it('half-open: nobody is told, the heartbeat notices, and the call goes on', () => outage('half-open', 20_000)).timeout(45_000);

  it('half-open: a request that stays unanswered notices before the heartbeat', async () => {
    const { ana, ben } = await inCall();
    await Promise.all([seesFrames(ana), seesFrames(ben)]);
    const back = roomIs(ana, 'reconnecting').then(() => roomIs(ana, 'joined'));
    await ana.simulate('half-open');
    // By the data channel at once; the server hears of it on the next link.
    ana.hangup();
    await until(ben, () => ben.getSnapshot().callState === 'ended');
    expect(ben.getSnapshot().endReason).to.equal('remote-hangup');
    expect(ana.getSnapshot().roomState).to.equal('joined');
    await back;
    await until(ben, () => ben.getSnapshot().members.every(({ busy, online }) => !busy && online));
    expect(ben.getSnapshot().members.length).to.equal(2);
  }).timeout(45_000);

  it('ice-fail: the dead connection is given up for another in the same call', async () => {
    const call = await inCall();
    const { ana, ben } = call;
    const before = [ana.peerConnection, ben.peerConnection];
    const [anas, bens] = watch(ana, ben);
    await ana.simulate('ice-fail');
    expect(ana.getSnapshot().callState).to.equal('reconnecting');
    await until(ana, () => ana.getSnapshot().callState === 'active');
    await until(ben, () => bens!.includes('active'));
    expect([anas, bens]).to.deep.equal([['reconnecting', 'active'], ['reconnecting', 'active']]);
    expect(before).not.to.include(ana.peerConnection);
    expect(before).not.to.include(ben.peerConnection);
    await goesOn(call);
  }).timeout(60_000);

  it('peer-unload: the other side reads that the page was left, until it is back in the same call', async () => {
    const call = await inCall();
    const { ana, ben } = call;
    await ana.simulate('peer-unload');
    await until(ben, () => ben.getSnapshot().callState === 'reconnecting');
    expect(ben.getSnapshot().reconnectCause).to.equal('peer-unload');
    await until(ben, () => ben.getSnapshot().callState === 'active');
    await goesOn(call);
  }).timeout(45_000);

  it('lose-session: back as a new member, the call over at once for lack of its connection, and for the other side when the server gives the old member up', async () => {
    const { ana, ben } = await inCall();
    const old = ana.getSnapshot().localMember?.id;
    await ana.simulate('lose-session');
    await until(ana, () => ana.getSnapshot().roomState === 'joined' && ana.getSnapshot().localMember?.id !== old);
    await until(ana, () => ana.getSnapshot().callState === 'ended');
    expect(ana.getSnapshot().endReason).to.equal('connection-lost');
    await until(ben, () => ben.getSnapshot().callState === 'ended');
    expect(ben.getSnapshot().endReason).to.equal('peer-lost');
  }).timeout(45_000);

  it('refuses what is no fault, and what there is nothing to do to', async () => {
    const idle = open({ room: `session-${Math.random()}`, storageKey: 'idle' });
    const refusal = (session: RtcSession, fault: string): Promise<RtcError> => session.simulate(fault as SimulatedFault).then(() => expect.fail('was not refused'), (error: RtcError) => error);
    for (const name of ['earthquake', 'toString', '']) {
      const error = await refusal(idle, name);
      expect(error).to.be.instanceOf(RtcError);
      expect(error.code).to.equal('unavailable');
      expect(error.message).to.include(`“${name}”`).and.include('drop-signaling, half-open');
    }
    expect((await refusal(idle, 'drop-signaling')).code).to.equal('not-joined');
    await idle.join({ nickname: 'Ana' });
    expect((await refusal(idle, 'ice-fail')).code).to.equal('call-not-found');
  }).timeout(20_000);
});
