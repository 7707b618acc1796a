import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { createSignalingServer, type SignalingServerOptions } from '../../../src/server/index.js';
import { MemoryLog } from './memory-log.js';
import { newId, SocketClient, type ClientOptions } from './socket-client.js';

// The limits as an operator meets them: the real server, its defaults, and a proxy in front.

const media = { audio: true, video: true };

describe('the limits of the server', () => {
  const ends: (() => Promise<void> | void)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  async function start(options: SignalingServerOptions = {}) {
    const log = new MemoryLog();
    const server = createSignalingServer({ port: 0, host: '127.0.0.1', demo: 'off', logger: log, sessionSecret: 'a secret of this test, long enough', ...options });
    const { url } = await server.listen();
    ends.push(() => server.close());
    const connect = (clientOptions: ClientOptions = {}): Promise<SocketClient> => {
      const client = new SocketClient(url, clientOptions);
      ends.push(() => client.close());
      return client.connect();
    };
    return { log, connect };
  }

  it('hold for each address behind a trusted proxy: 50 connections, and the operator is told what to do, not who it was', async () => {
    const { connect, log } = await start({ trustProxy: 1 });
    for (let count = 0; count < 50; count += 1) await connect({ forwardedFor: '198.51.100.1, 203.0.113.9' });
    for (const forwardedFor of ['203.0.113.9', '192.0.2.1, 203.0.113.9']) await assert.rejects(connect({ forwardedFor }), /rate-limited/, 'whatever it claims to have heard');
    await connect({ forwardedFor: '203.0.113.10' });
    await connect({ forwardedFor: '198.51.100.1' });
    const said = log.lines.filter(({ level }) => level === 'warn');
    assert.equal(said.length, 1);
    assert.match(said[0]?.message ?? '', /MAX_CONNECTIONS_PER_ADDRESS.*TRUST_PROXY/);
    assert.doesNotMatch(log.text, /203\.0\.113|198\.51\.100/);
  });

  it('do not believe in a proxy that nobody trusts: everybody is this machine, which has no limit of its own', async () => {
    const { connect } = await start();
    for (let count = 0; count < 60; count += 1) await (await connect({ forwardedFor: '203.0.113.9' })).join('lobby', `Guest ${count}`);
  });

  it('let 30 people a minute join from an address, and any number of them return', async () => {
    const { connect } = await start({ trustProxy: 1, maxConnectionsPerAddress: 1_000 });
    const from = { forwardedFor: '203.0.113.9' };
    const welcomes = [];
    for (let count = 0; count < 30; count += 1) welcomes.push(await (await connect(from)).join('lobby', `Guest ${count}`));
    const late = await connect(from);
    const down = late.down();
    const reply = await late.ask('hello', { versions: [1], room: 'lobby', nickname: 'Late' });
    assert.ok(!reply.ok && reply.code === 'rate-limited' && (reply.retryAfterMs ?? 0) > 1_000, JSON.stringify(reply));
    assert.equal(await down, 'io server disconnect');
    for (const { sessionId, secret, epoch, ticket } of welcomes) {
      const back = await (await connect(from)).ask('hello', { versions: [1], room: 'lobby', nickname: 'Guest', resume: { sessionId, secret, epoch, lastSeq: 0, ...(ticket !== undefined && { ticket }) } });
      assert.ok(back.ok);
    }
    // A ticket that somebody made up opens no door.
    const forged = { sessionId: 'x', secret: 'y', epoch: 'z', ticket: `${Buffer.from('{}').toString('base64url')}.${'A'.repeat(43)}` };
    const refused = await (await connect(from)).ask('hello', { versions: [1], room: 'lobby', nickname: 'Late', resume: forged });
    assert.ok(!refused.ok && refused.code === 'rate-limited');
    await (await connect({ forwardedFor: '203.0.113.10' })).join('lobby', 'Elsewhere');
  });

  it('are 20 calls at once, and 6 a minute from then on; none for this machine unless it is said', async () => {
    const { connect } = await start({ trustProxy: 1 });
    const from = { forwardedFor: '203.0.113.9' };
    const [ana, bob, cem] = [await connect(from), await connect(from), await connect()];
    await ana.join('lobby', 'Ana');
    const { memberId: to } = await bob.join('lobby', 'Bob');
    const invite = (who = ana) => who.ask('invite', { callId: newId(), to, media, offer: 'v=0' });
    await cem.join('lobby', 'Cem');
    for (let calls = 0; calls < 30; calls += 1) {
      const { call } = (await invite(cem)) as { call: { callId: string } };
      await cem.ask('cancel', { callId: call.callId });
    }
    for (let calls = 0; calls < 20; calls += 1) {
      const { call } = (await invite()) as { call: { callId: string } };
      await ana.ask('cancel', { callId: call.callId });
    }
    const refused = await invite();
    assert.ok(!refused.ok && refused.code === 'rate-limited' && Math.abs((refused.retryAfterMs ?? 0) - 10_000) < 1_000, JSON.stringify(refused));
  });
});
