import { expect } from '@open-wc/testing';
import { applyLimits, sendsVideo } from '../../../src/media/sender-limits.js';
import { readTotals, toSample, type StatsTotals } from '../../../src/media/call-stats.js';
import { IDLE, type Call } from '../../../src/call/call-state.js';
import { watchQuality } from '../../../src/session/quality-watch.js';
import { NO_QUALITY } from '../../../src/session/session-snapshot.js';
import { SessionStore } from '../../../src/session/session-store.js';
import type { RtcQualityDetail } from '../../../src/session/public.js';
import { openCanvasMedia, openMicrophone, type CanvasMedia } from '../media/canvas-media.js';
import { closeAll, connect, connected, inbound, pair, until, type Watched } from '../media/two-peers.js';
import { callWith, member } from '../../support/fake-session.js';

// What is said of a real connection, and what is done to it.

let media: CanvasMedia | null = null;
let microphone: MediaStreamTrack | null = null;
let both: { caller: Watched; callee: Watched };

beforeEach(async () => {
  media = openCanvasMedia();
  microphone = await openMicrophone();
  both = pair();
  for (const { peer } of [both.caller, both.callee]) {
    void peer.setTrack('audio', microphone);
    void peer.setTrack('video', media.video);
  }
  await connect(both);
  await connected(both.caller, both.callee);
});
afterEach(() => {
  closeAll();
  media?.stop();
  microphone?.stop();
});

const encodingOf = ({ peer }: Watched, kind: string) =>
  peer.connection!.getSenders().find(({ track }) => track?.kind === kind)!.getParameters().encodings[0]!;

/** The quality of the caller's call as a session tells it. */
function watched() {
  const { callId, peer, direction, media: wanted, ringing, createdAt } = callWith(member('Ana'));
  const call: Call = { phase: 'active', callId, peer, direction, media: wanted, ringing, createdAt, rev: 1, generation: 0, connectedAt: 0 };
  const store = new SessionStore({});
  const calls: { call: Call; peer: typeof both.caller.peer | null } = { call, peer: both.caller.peer };
  const told: RtcQualityDetail[] = [];
  const held: boolean[] = [];
  store.show({ callState: 'active', remoteMedia: { audio: true, video: true, screen: false }, camera: { state: 'on', error: null } });
  store.on('rtc-quality', ({ detail }) => void told.push(detail));
  watchQuality(callId, store, calls, { holdVideo: (paused) => void held.push(paused) });
  const end = () => {
    calls.call = IDLE;
    calls.peer = null;
    store.emit('rtc-call-state', { state: 'ended', previous: 'active', callId, peer, direction, ringing });
  };
  return { store, told, held, end };
}

describe('the quality of a real call', () => {
  it('is known of sound, picture, path and round trip', async () => {
    const { peer } = both.caller;
    let first: StatsTotals | null = null;
    // Of what is sent nobody knows anything before the other side has reported twice.
    await until(async () => (first = readTotals(await peer.connection!.getStats())).reported.size === 2);
    // Loopback, too, loses a packet where the machine is busy.
    const isLittle = (loss: number | null): boolean => loss !== null && loss < 0.1;
    await until(async () => {
      const sample = toSample(first!, readTotals(await peer.connection!.getStats(), first), true);
      return sample.arrived > 50 && isLittle(sample.receivingLoss) && isLittle(sample.sendingLoss) && sample.rttMs !== null && sample.rttMs < 500 && sample.isRelayed === false;
    });
  });

  it('is told once, not with every sample, is in the snapshot, and unknown again after the call', async () => {
    const { store, told, end } = watched();
    let looks = 0;
    const connection = both.caller.peer.connection!;
    const getStats = connection.getStats.bind(connection);
    connection.getStats = () => (looks++, getStats());
    await until(() => told.length > 0);
    expect(told[0]!.level).to.be.oneOf(['excellent', 'good']);
    expect(told[0]!.reasons).to.include('direct');
    expect(store.snapshot.quality).to.equal(told[0]);
    const looked = looks;
    await until(() => looks >= looked + 3);
    // A busy machine may have changed its mind: then that is another verdict, never the same one again.
    for (const [index, detail] of told.entries()) expect(`${detail.level} ${detail.reasons}`).to.not.equal(`${told[index - 1]?.level} ${told[index - 1]?.reasons}`);
    expect(told.length).to.be.lessThan(looks - 1);
    end();
    expect(store.snapshot.quality).to.equal(NO_QUALITY);
    // Longer than between two looks: there is none any more.
    const atEnd = looks;
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(looks).to.equal(atEnd);
  }).timeout(40_000);

  it('is lost when nothing arrives any more', async () => {
    const { store, end } = watched();
    await until(() => store.snapshot.quality.level !== 'unknown');
    both.callee.peer.close();
    await until(() => store.snapshot.quality.level === 'lost');
    expect(store.snapshot.quality.reasons).to.include('nothing-arrives');
    end();
  }).timeout(40_000);

  it('says that the other’s picture is paused', async () => {
    const { store, end } = watched();
    await until(() => store.snapshot.quality.level !== 'unknown');
    store.show({ remoteMedia: { audio: true, video: true, screen: false, paused: true } });
    await until(() => store.snapshot.quality.reasons.includes('remote-video-paused'));
    expect(store.snapshot.quality.level).to.equal('poor');
    end();
  }).timeout(40_000);
});

describe('limits of what is sent', () => {
  it('are taken by a running sender, and taken back whole', async () => {
    const { caller } = both;
    await applyLimits(caller.peer.connection!, { videoBps: 100_000, scaleDownBy: 4, framesPerSecond: 10, audioBps: 16_000 });
    const { maxBitrate, scaleResolutionDownBy, maxFramerate } = encodingOf(caller, 'video');
    expect({ maxBitrate, scaleResolutionDownBy, maxFramerate }).to.deep.equal({ maxBitrate: 100_000, scaleResolutionDownBy: 4, maxFramerate: 10 });
    expect(encodingOf(caller, 'audio').maxBitrate).to.equal(16_000);
    await applyLimits(caller.peer.connection!, {});
    expect(encodingOf(caller, 'video').maxBitrate).to.equal(undefined);
    expect(encodingOf(caller, 'video').maxFramerate).to.equal(undefined);
    expect(encodingOf(caller, 'video').scaleResolutionDownBy).to.equal(1);
    expect(encodingOf(caller, 'audio').maxBitrate).to.equal(undefined);
  });

  it('stop the picture and not the sound, and start it again, with nothing negotiated', async () => {
    const { caller, callee } = both;
    await until(async () => (await inbound(callee.peer, 'video', 'framesDecoded')) > 5);
    const descriptions = caller.descriptions.length;
    await applyLimits(caller.peer.connection!, { isPaused: true });
    let frames = -1;
    await until(async () => {
      const before = frames;
      frames = await inbound(callee.peer, 'video', 'framesDecoded');
      await new Promise((resolve) => setTimeout(resolve, 300));
      return before === frames;
    });
    const sound = await inbound(callee.peer, 'audio', 'packetsReceived');
    await until(async () => (await inbound(callee.peer, 'audio', 'packetsReceived')) > sound + 20);
    expect(await inbound(callee.peer, 'video', 'framesDecoded')).to.equal(frames);
    await applyLimits(caller.peer.connection!, {});
    await until(async () => (await inbound(callee.peer, 'video', 'framesDecoded')) > frames + 5);
    expect(caller.descriptions.length).to.equal(descriptions);
  });

  it('concern a picture only where there is one', async () => {
    const { peer } = both.caller;
    expect(sendsVideo(peer.connection!)).to.equal(true);
    await peer.setTrack('video', null);
    expect(sendsVideo(peer.connection!)).to.equal(false);
  });
});
