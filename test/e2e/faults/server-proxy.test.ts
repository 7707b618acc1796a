import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { FAKE_SDP, NodeClient } from './server-client.js';
import { MortalServer } from './server-life.js';
import { FaultProxy } from './server-proxy.js';

let server: MortalServer;
let proxy: FaultProxy;
const clients: NodeClient[] = [];

before(async () => {
  server = await MortalServer.start();
  proxy = await FaultProxy.start(server.port);
});
afterEach(async () => {
  proxy.resume();
  proxy.deliverReplies();
  proxy.delayMs = 0;
  await Promise.all(clients.splice(0).map((client) => client.close()));
});
after(async () => {
  await proxy?.close();
  await server?.close();
});

/** One behind the faulty network, one who reaches the server directly. */
async function couple(): Promise<{ far: NodeClient; near: NodeClient }> {
  const room = randomUUID();
  const far = new NodeClient(proxy.url, room, 'Far');
  const near = new NodeClient(server.url, room, 'Near');
  clients.push(far, near);
  await Promise.all([far, near].map((client) => client.until('both in the list', () => client.members.length === 2)));
  return { far, near };
}

const invite = (from: NodeClient, to: NodeClient, callId: string) =>
  from.signaling.request('invite', { callId, to: to.memberId, media: { audio: true, video: true }, offer: FAKE_SDP });

const callId = () => randomUUID().replaceAll('-', '');

describe('A network that cuts, stops, delays and loses', () => {
  it('an invitation whose answer is lost is carried out once, and its answer comes with the next connection', async () => {
    const { far, near } = await couple();
    const lost = proxy.loseReplies();
    const id = callId();
    const asked = invite(far, near, id);
    await lost;
    proxy.cut();
    proxy.deliverReplies();
    const { call } = await asked;
    assert.equal(call.callId, id);
    assert.equal(call.state, 'ringing');
    await near.until('ringing', () => near.call?.callId === id);
    assert.deepEqual(new Set(near.calls.map((each) => each.callId)), new Set([id]), 'one call, not two');
    assert.equal(near.members.length, 2, 'never a second row');
  });

  it('everything said during 50 cuts arrives once and in order', async () => {
    const { far, near } = await couple();
    const id = callId();
    await invite(near, far, id);
    await far.until('ringing', () => far.call?.callId === id);
    await far.signaling.request('accept', { callId: id, media: { audio: true, video: true }, answer: FAKE_SDP });
    const signals = 200;
    const sent: Promise<unknown>[] = [];
    for (let n = 0; n < signals; n += 1) {
      sent.push(near.signaling.request('signal', { callId: id, n, candidates: [{ candidate: `candidate:${n}` }] }));
      if (n % 4 === 3) {
        proxy.cut();
        await sleep(15);
      }
    }
    await Promise.all(sent);
    const heard = () => far.events.flatMap((event) => (event.t === 'signal' ? [event.n] : []));
    await far.until('the last signal', () => heard().length >= signals, 20_000);
    assert.deepEqual(heard(), Array.from({ length: signals }, (_, n) => n));
  });

  it('a stopped network is noticed, the member shown offline within 10 s, and a return resumes the session under the same id', async (test) => {
    const { far, near } = await couple();
    const id = far.memberId;
    const left = () => near.events.some((event) => event.t === 'room' && event.del?.includes(id));
    const stoppedAt = Date.now();
    proxy.pause();
    await near.until('Far offline', () => near.member(id)?.online === false, 10_500);
    const offlineMs = Date.now() - stoppedAt;
    assert.ok(offlineMs <= 10_000, `shown offline after ${offlineMs} ms`);
    proxy.resume();
    proxy.cut();
    await near.until('Far online', () => near.member(id)?.online !== false, 5_000);
    await far.online();
    assert.equal(far.memberId, id);
    assert.ok(!left(), 'no leaving and joining');
    test.diagnostic(`offline after ${offlineMs} ms`);
  });

  it('a resume wins over the old socket that the server still takes for alive', async () => {
    const { far, near } = await couple();
    const id = far.memberId;
    const listedOffline = () => near.events.some((event) => event.t === 'room' && event.put?.some((member) => member.id === id && member.online === false));
    // The old connection stays open towards the server, silent; the client has given it up.
    proxy.strand();
    await far.until('giving up', () => far.signaling.state === 'reconnecting');
    await far.online(5_000);
    assert.equal(far.memberId, id);
    assert.ok(!listedOffline(), 'nobody saw it go');
    assert.equal(near.members.length, 2);
  });

  it('a slow network only makes it slow', async () => {
    proxy.delayMs = 400;
    const { far, near } = await couple();
    const id = callId();
    const asked = performance.now();
    await invite(far, near, id);
    assert.ok(performance.now() - asked >= 800);
    assert.equal(near.calls.filter((call) => call.state === 'ringing').length > 0, true);
  });
});
