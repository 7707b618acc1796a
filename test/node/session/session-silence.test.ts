import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { FakePeer } from './fake-media.js';
import { connect, inState, until, World, type Someone } from './session-harness.js';

const worlds: World[] = [];
afterEach(() => {
  for (const world of worlds.splice(0)) world.close();
});

/** A connection that counts as connected; `arrives` says whether anything still comes. */
function watched(peer: FakePeer) {
  const line = { arrives: true, bytes: 100, looks: 0 };
  const report = async () => new Map([['in', { type: 'inbound-rtp', bytesReceived: (line.looks++, (line.bytes += line.arrives ? 100 : 0)) }]]);
  peer.connection = { connectionState: 'connected', getStats: report } as unknown as RTCPeerConnection;
  return line;
}

async function inCall(): Promise<{ ana: Someone; bob: Someone; line: ReturnType<typeof watched>; peer: FakePeer }> {
  const world = new World();
  worlds.push(world);
  const [ana, bob] = await world.two();
  await connect(world, ana, bob);
  await until(ana.session, () => ana.session.getSnapshot().remoteMedia.audio);
  const peer = world.network.peers[0]!;
  return { ana, bob, line: watched(peer), peer };
}
const cause = ({ session }: Someone): string | null => session.getSnapshot().reconnectCause;

describe('A call whose other side the server has lost', () => {
  it('is covered as soon as nothing comes any more, says that it is them, and goes on when something comes again', async () => {
    const { ana, bob, line } = await inCall();
    line.arrives = false;
    bob.vanish();
    await inState(ana, 'reconnecting');
    assert.equal(cause(ana), 'peer-lost');
    line.arrives = true;
    await inState(ana, 'active');
    assert.deepEqual(ana.states().slice(-3), ['active', 'reconnecting', 'active']);
  });

  it('is no alarm while sound and picture come', async () => {
    const { ana, bob, peer } = await inCall();
    let looks = 0;
    const getStats = peer.connection!.getStats.bind(peer.connection);
    peer.connection!.getStats = () => (looks++, getStats());
    const looked = new Promise<void>((resolve) => {
      const timer = setInterval(() => looks >= 2 && (clearInterval(timer), resolve()), 20);
    });
    bob.vanish();
    await looked;
    await new Promise(setImmediate);
    assert.equal(ana.session.getSnapshot().callState, 'active');
  });

  it('is no alarm where they send nothing at all', async () => {
    const { ana, bob, line } = await inCall();
    await bob.session.toggleMicrophone(false);
    await bob.session.toggleCamera(false);
    await until(ana.session, () => !ana.session.getSnapshot().remoteMedia.audio && !ana.session.getSnapshot().remoteMedia.video);
    line.arrives = false;
    const before = line.bytes;
    bob.vanish();
    await until(ana.session, () => ana.session.getSnapshot().members.some(({ online }) => !online));
    await new Promise(setImmediate);
    assert.equal(line.bytes, before);
    assert.equal(ana.session.getSnapshot().callState, 'active');
  });
});

describe('A call whose own link to the server comes back', () => {
  const looked = (line: ReturnType<typeof watched>): Promise<void> => new Promise((resolve) => {
    const timer = setInterval(() => line.looks >= 2 && (clearInterval(timer), setImmediate(resolve)), 20);
  });
  const restarted = (peer: FakePeer): Promise<void> => new Promise((resolve) => {
    const timer = setInterval(() => peer.restarts > 0 && (clearInterval(timer), resolve()), 20);
  });

  it('restarts ICE where nothing comes any more', async () => {
    const { ana, line, peer } = await inCall();
    line.arrives = false;
    ana.cut();
    await restarted(peer);
  });

  it('leaves the connection alone where nothing ever came: they have neither microphone nor camera', async () => {
    const { ana, line, peer } = await inCall();
    Object.assign(line, { arrives: false, bytes: 0 });
    ana.cut();
    await looked(line);
    assert.equal(peer.restarts, 0);
  });
});

describe('Between browsers that cannot restart ICE with each other', () => {
  it('a call gets another connection on both sides instead, the own first, and one where both ask at once', async () => {
    const { ana, bob } = await inCall();
    const { network } = worlds[0]!;
    const first = [...network.peers];
    for (const peer of first) peer.cannotRestart = true;
    await Promise.all([ana.session.restartIce(), bob.session.restartIce()]);
    await Promise.all([ana, bob].map((each) => inState(each, 'active')));
    await until(ana.session, () => network.peers.length === first.length + 2);
    assert.ok(first.every(({ state, restarts }) => state === 'closed' && restarts === 0));
    assert.equal(network.peers.length, first.length + 2);
  });

  it('it gets it when the server is back, and keeps the one it has until then', async () => {
    const { ana, bob, peer } = await inCall();
    const { network } = worlds[0]!;
    for (const each of network.peers) each.cannotRestart = true;
    ana.cut();
    const asked = ana.session.restartIce();
    assert.equal(peer.state, 'connected');
    await asked;
    await until(ana.session, () => network.peers.length === 4);
    await Promise.all([ana, bob].map((each) => inState(each, 'active')));
    assert.equal(peer.state, 'closed');
  });
});
