import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createSignalingServer } from '../../../src/server/index.js';
import { startRelay, type Relay } from './network-relay.js';
import { NetworkStage } from './network-stage.js';
import { elapse, firstFrameAfter, stateAfter, statesSince } from './network-watch.js';

// Media through a relay alone, which stops while signaling goes on: nobody is away, and yet nothing arrives.

const TTL_S = 15;

let stage: NetworkStage;
before(async () => {
  stage = await NetworkStage.start();
});
after(() => stage.close());

/** A relay, and a server that hands out credentials for it; `issued`: every one so far. */
async function relayed(): Promise<{ relay: Relay; server: string; issued: { username: string; at: number }[] }> {
  const relay = await startRelay(stage.lan.address);
  stage.atEnd(() => relay.close());
  const issued: { username: string; at: number }[] = [];
  const server = createSignalingServer({
    port: 0,
    host: stage.lan.address,
    allowedOrigins: [stage.origin],
    logLevel: 'error',
    iceServers({ id }) {
      const credentials = relay.credentials(id, TTL_S);
      issued.push({ username: credentials.username, at: Date.now() });
      return [{ urls: relay.url, ...credentials }];
    },
  });
  stage.atEnd(() => server.close());
  return { relay, server: (await server.listen()).url, issued };
}

describe('A call through a relay', { concurrency: true }, () => {
  it('that stops until the credentials have expired goes on with fresh ones', async (t) => {
    const { relay, server, issued } = await relayed();
    const [ana, ben] = await stage.inCallHere('Ana', 'Ben', { server, attributes: 'ice-transport-policy="relay"' });
    const callId = await ana.page.evaluate(() => rig.room().currentCall?.callId);
    const expiry = Math.max(...issued.map(({ username }) => Number(username.split(':')[0]))) * 1000;
    await elapse(expiry + 1_500 - Date.now());
    const used = issued.length;

    const from = Date.now();
    relay.freeze();
    // Beyond `failed`: what comes back then does so by an ICE restart, which has to ask the relay for a new place.
    await elapse(20_000);
    relay.thaw();
    const to = Date.now();
    const back = (await Promise.all([ana, ben].map((peer) => firstFrameAfter(peer, to, 30_000)))).map((at) => at - to);
    await Promise.all([ana, ben].map((peer) => peer.waitForCall('active')));
    t.diagnostic(`relay stopped for 20 s, credentials ${TTL_S} s: picture back after ${back.join(' and ')} ms`);
    assert.equal(await ana.page.evaluate(() => rig.room().currentCall?.callId), callId);
    for (const peer of [ana, ben]) assert.deepEqual(await statesSince(peer, from), ['reconnecting', 'active']);
    const taken = (username: string) => relay.log().includes(`user <${username}>: incoming packet ALLOCATE processed, success`);
    assert.ok(issued.slice(used).some(({ username }) => taken(username)), 'the relay took credentials issued during the outage');
    assert.ok(Math.max(...back) <= 3_000, `picture back after ${back.join(' and ')} ms`);
  });

  it('that stops for good is given up 30 s after it was noticed, by both, as connection-lost', async (t) => {
    const { relay, server } = await relayed();
    const [ana, ben] = await stage.inCallHere('Cleo', 'Dan', { server, attributes: 'ice-transport-policy="relay"' });
    const from = Date.now();
    relay.freeze();
    const noticed = await Promise.all([ana, ben].map((peer) => stateAfter(peer, 'reconnecting', from, 10_000)));
    const ends = await Promise.all([ana, ben].map((peer) => stateAfter(peer, 'ended', from, 45_000)));
    t.diagnostic(`relay stopped for good: reconnecting after ${noticed.map(({ at }) => at - from).join(' and ')} ms, over after ${ends.map(({ at }) => at - from).join(' and ')} ms`);
    assert.deepEqual(ends.map(({ reason }) => reason), ['connection-lost', 'connection-lost']);
    const first = Math.min(...noticed.map(({ at }) => at));
    for (const { at } of ends) assert.ok(at - first >= 29_000 && at - first <= 31_500, `given up after ${at - first} ms`);
    await Promise.all([ana.releasesDevices(), ben.releasesDevices()]);
    for (const peer of [ana, ben]) await peer.until('nobody to be busy', () => rig.room().members.length === 2 && rig.room().members.every(({ busy }) => !busy));
  });
});
