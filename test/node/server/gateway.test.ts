import assert from 'node:assert/strict';
import { createServer, request as httpRequest } from 'node:http';
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { MAX_MESSAGE_BYTES } from '../../../src/protocol/limits.js';
import type { ClientRequest, Reply } from '../../../src/protocol/messages.js';
import { AddressLimits } from '../../../src/server/address-limits.js';
import { Gateway, type GatewayOptions, type RequestHandler } from '../../../src/server/gateway.js';
import { routeSignaling } from '../../../src/server/signaling-route.js';
import { MemoryLog } from './memory-log.js';
import { newId, SocketClient, type ClientOptions } from './socket-client.js';

// The hub is a fake here: what counts is what reaches it, and what does not.

class RecordingHandler implements RequestHandler {
  readonly requests: { readonly connectionId: string; readonly request: ClientRequest }[] = [];
  readonly gone: string[] = [];
  readonly here: string[] = [];
  answer: (connectionId: string, request: ClientRequest) => Promise<Reply> = () => Promise.resolve({ ok: true });

  connected(connectionId: string): void {
    this.here.push(connectionId);
  }

  request(connectionId: string, request: ClientRequest): Promise<Reply> {
    this.requests.push({ connectionId, request });
    return this.answer(connectionId, request);
  }

  disconnected(connectionId: string): void {
    this.gone.push(connectionId);
  }
}

const leave = () => ({ v: 1, id: newId(), t: 'leave' });
const signal = () => ({ v: 1, id: newId(), t: 'signal', callId: newId(), n: 0 });

describe('the gateway', () => {
  const server = createServer((_request, response) => response.writeHead(404).end());
  let url = '';
  let gateway: Gateway;
  let handler: RecordingHandler;
  let log: MemoryLog;
  let detach: () => void;
  let outcomes: string[];
  let now = 0;
  const clients: SocketClient[] = [];

  before(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  });
  after(() => server.close());

  beforeEach(() => {
    handler = new RecordingHandler();
    log = new MemoryLog();
    outcomes = [];
    detach = () => {};
    start();
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await gateway.shutDown(1000);
    detach();
  });

  function start(more: Partial<GatewayOptions> = {}): void {
    detach();
    gateway = new Gateway({
      mayConnect: ({ headers }) => headers.origin !== 'https://evil.example',
      limits: new AddressLimits({ connections: undefined, joinsPerMinute: undefined, onReached: () => {} }, () => now),
      addressOf: ({ socket }) => socket.remoteAddress ?? '',
      isReturn: () => false,
      onOutcome: ({ type, code }) => outcomes.push(`${type} ${code}`),
      log,
      now: () => now,
      ...more,
    });
    gateway.start(handler);
    detach = routeSignaling(server, { paths: ['/calls/rtc-signaling', '/rtc-signaling'], engine: gateway.engine, alone: true });
  }

  async function connect(options?: ClientOptions): Promise<SocketClient> {
    const client = new SocketClient(url, options);
    clients.push(client);
    return client.connect();
  }
  const idOf = (client: SocketClient): string => client.socket.id ?? assert.fail('not connected');

  it('hands requests to the hub under the id of their connection, and its reply back', async () => {
    handler.answer = (_connectionId, { t }) => Promise.resolve(t === 'leave' ? { ok: true } : { ok: false, code: 'not-joined' });
    const client = await connect();
    assert.deepEqual(await client.ask('leave', {}), { ok: true });
    assert.deepEqual(await client.ask('ice', {}), { ok: false, code: 'not-joined' });
    assert.deepEqual(
      handler.requests.map(({ connectionId, request }) => [connectionId, request.t]),
      [
        [idOf(client), 'leave'],
        [idOf(client), 'ice'],
      ],
    );
    assert.deepEqual(outcomes, ['leave ok', 'ice not-joined']);
  });

  for (const transport of ['websocket', 'polling'] as const) {
    for (const path of ['/rtc-signaling/', '/calls/rtc-signaling/']) {
      it(`is reached by ${transport} at ${path}`, async () => {
        assert.deepEqual(await (await connect({ transport, path })).ask('leave', {}), { ok: true });
      });
    }

    it(`tells a page of a refused origin so, by ${transport}`, async () => {
      await assert.rejects(connect({ transport, origin: 'https://evil.example' }), (error: Error & { data?: unknown }) => {
        assert.equal(error.message, 'origin-refused');
        assert.deepEqual(error.data, { code: 'origin-refused' });
        return true;
      });
      assert.deepEqual([handler.here, gateway.connections], [[], 0]);
    });
  }

  it('lets pages of accepted origins read what polling brings, others not', async () => {
    const ask = (origin: string, method = 'GET') =>
      fetch(`${url}/rtc-signaling/?EIO=4&transport=polling`, { method, headers: { Origin: origin, 'Access-Control-Request-Method': 'POST' } });
    assert.equal((await ask('https://shop.example')).headers.get('access-control-allow-origin'), 'https://shop.example');
    const preflight = await ask('https://shop.example', 'OPTIONS');
    assert.deepEqual([preflight.status, preflight.headers.get('access-control-allow-origin')], [204, 'https://shop.example']);
    assert.equal((await ask('https://evil.example')).headers.get('access-control-allow-origin'), null);
    assert.equal((await ask('https://evil.example', 'OPTIONS')).headers.get('access-control-allow-origin'), null);
    assert.equal((await ask('https://shop.example')).headers.get('access-control-allow-credentials'), null);
  });

  it('answers what it cannot read with the field, never the value, and keeps it from the hub', async () => {
    const client = await connect();
    for (const wrong of [
      null,
      undefined,
      7,
      'leave',
      [],
      {},
      { t: 'leave' },
      { ...leave(), t: 'dance' },
      { ...leave(), v: 2 },
      { ...leave(), id: 'geheim' },
      { ...signal(), n: -1 },
      Buffer.from('x'),
      { ...leave(), id: Buffer.from('x') },
    ]) {
      const reply = (await client.emit(wrong)) as { ok: boolean; code: string; message: string };
      assert.deepEqual([reply.ok, reply.code], [false, 'bad-message'], JSON.stringify(wrong));
      assert.doesNotMatch(reply.message, /geheim|dance/);
    }
    assert.equal(handler.requests.length, 0);
    assert.deepEqual(await client.ask('leave', {}), { ok: true }, 'the connection is as good as before');
  });

  it('ignores unknown channels and reserved names, and does without an acknowledgement', async () => {
    const client = await connect();
    client.socket.emit('x', leave());
    client.socket.emit('e', { t: 'room' });
    client.socket.emit('error', 'x');
    client.socket.emit('__proto__', 'x');
    client.socket.emit('q');
    client.socket.emit('q', leave(), 'not a function');
    client.socket.emit('q', leave());
    assert.deepEqual(await client.emit({ ...leave(), t: 'ice' }), { ok: true });
    assert.deepEqual(
      handler.requests.map(({ request }) => request.t),
      ['leave', 'leave', 'ice'],
    );
    assert.equal(log.lines.length, 0);
  });

  it('closes a link that sends too much at once, and no other', async () => {
    const [sender, bystander] = [await connect(), await connect()];
    const id = idOf(sender);
    const down = sender.down();
    sender.socket.emit('q', { ...leave(), padding: 'x'.repeat(MAX_MESSAGE_BYTES) });
    assert.match(await down, /transport/);
    assert.deepEqual(await bystander.ask('leave', {}), { ok: true });
    assert.deepEqual(handler.gone, [id]);
    assert.equal(gateway.connections, 1);
  });

  it('takes what just fits', async () => {
    const client = await connect();
    const padding = 'x'.repeat(MAX_MESSAGE_BYTES - JSON.stringify(leave()).length - 40);
    assert.deepEqual(await client.emit({ ...leave(), padding }), { ok: true });
  });

  it('closes a link that does not speak the protocol', async () => {
    const client = await connect();
    const down = client.down();
    client.socket.io.engine.write('garbage');
    assert.match(await down, /transport|server/);
    assert.deepEqual(await (await connect()).ask('leave', {}), { ok: true });
  });

  it('slows down who asks too much, by kind, and says when to ask again', async () => {
    const [client, bystander] = [await connect(), await connect()];
    const replies = (await Promise.all(Array.from({ length: 100 }, () => client.emit(leave())))) as Reply[];
    const refused = replies.filter((reply) => !reply.ok);
    assert.equal(refused.length, 40);
    for (const reply of refused) assert.deepEqual(reply, { ok: false, code: 'rate-limited', retryAfterMs: 50 });
    assert.deepEqual(await client.emit(signal()), { ok: true }, 'signals have a bucket of their own');
    const syncs = (await Promise.all(Array.from({ length: 12 }, () => client.emit({ v: 1, id: newId(), t: 'sync', rev: 0 })))) as Reply[];
    assert.deepEqual(syncs.slice(9), [{ ok: true }, ...Array(2).fill({ ok: false, code: 'rate-limited', retryAfterMs: 1_000 })], 'and so has comparing notes');
    assert.deepEqual(await bystander.ask('leave', {}), { ok: true }, 'others are not affected');
  });

  it('cuts off who does not slow down, after an answer to the last request', async () => {
    const client = await connect();
    const down = client.down();
    for (let second = 0; second < 8; second += 1) {
      now += 1000;
      const replies = await Promise.all(Array.from({ length: 175 }, () => client.emit(leave()).catch(() => 'cut off')));
      if (replies.includes('cut off')) break;
    }
    assert.equal(await down, 'io server disconnect');
    assert.equal(gateway.connections, 0);
  });

  for (const [what, packet] of [
    ['requests', '42["q",{}]'],
    ['unknown events', '42["x"]'],
    ['namespaces that are none', '40/x,'],
    ['heartbeats that nobody asked for', '3'],
  ] as const) {
    it(`cuts a link off at once that is flooded with ${what}`, async () => {
      const [flooder, bystander] = [await connect(), await connect()];
      const down = flooder.down();
      // Everything in one go, as no socket.io client would.
      const { ws } = flooder.socket.io.engine.transport as unknown as { ws: { send(text: string): void } };
      for (let sent = 0; sent < 5000; sent += 1) ws.send(packet);
      assert.match(await down, /transport/);
      assert.ok(outcomes.length <= 400, `${outcomes.length} were answered`);
      assert.deepEqual(await bystander.ask('leave', {}), { ok: true });
      assert.equal(gateway.connections, 1);
    });
  }

  it('does not listen for long to a connection that was closed and stays', async () => {
    const socket = connectTcp(Number(new URL(url).port), '127.0.0.1');
    socket.write(`GET /rtc-signaling/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${Buffer.alloc(16, 7).toString('base64')}\r\n\r\n`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    assert.match(answer.toString(), /^HTTP\/1\.1 101/);
    // Not in the engine's protocol, masked with zeros.
    socket.write(Buffer.from([0x81, 0x81, 0, 0, 0, 0, 0x39]));
    socket.resume();
    await once(socket, 'close', { signal: AbortSignal.timeout(4_000) });
  });

  it('gives a connection one link: leaving it and coming again brings no fresh allowance', async () => {
    const client = await connect();
    const { ws } = client.socket.io.engine.transport as unknown as { ws: { send(text: string): void } };
    const refused = once(client.socket as never, 'connect_error', { signal: AbortSignal.timeout(5_000) });
    ws.send('41');
    while (gateway.connections > 0) await new Promise((resolve) => setImmediate(resolve));
    ws.send('40');
    const [error] = (await refused) as [Error];
    assert.equal(error.message, 'bad-message');
    assert.equal(gateway.connections, 0);
  });

  it('takes so many connections from an address, tells the next so, and takes it once one has gone', async () => {
    start({ limits: new AddressLimits({ connections: 2, joinsPerMinute: undefined, onReached: () => {} }, () => now) });
    const [first] = [await connect(), await connect()];
    await assert.rejects(connect(), (error: Error & { data?: unknown }) => {
      assert.deepEqual(error.data, { code: 'rate-limited', retryAfterMs: 5_000 });
      return true;
    });
    clients.at(-1)?.close();
    first?.close();
    while (gateway.engine.clientsCount > 1) await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(await (await connect()).ask('leave', {}), { ok: true });
  });

  it('opens nothing at all for a crowd from one address, and as much as ever for others', async () => {
    start({
      limits: new AddressLimits({ connections: 2, joinsPerMinute: undefined, onReached: () => {} }, () => now),
      addressOf: ({ headers }) => String(headers.origin ?? ''),
    });
    const tries = await Promise.allSettled(Array.from({ length: 20 }, () => connect({ origin: 'https://crowd.example' })));
    assert.equal(tries.filter(({ status }) => status === 'fulfilled').length, 2);
    assert.ok(gateway.engine.clientsCount <= 4, `${gateway.engine.clientsCount} open`);
    assert.deepEqual(await (await connect({ origin: 'https://other.example' })).ask('leave', {}), { ok: true });
  });

  it('lets so many join from an address a minute, sends the next away with the time to wait, and counts who returns apart', async () => {
    start({
      limits: new AddressLimits({ connections: undefined, joinsPerMinute: 2, onReached: () => {} }, () => now),
      isReturn: ({ nickname }) => nickname === 'here before',
    });
    handler.answer = () => Promise.resolve({ ok: false, code: 'room-full' });
    const hello = async (nickname: string) => {
      const client = await connect();
      const down = client.down();
      const reply = await client.ask('hello', { versions: [1], room: 'lobby', nickname });
      return { reply, down };
    };
    for (const name of ['a', 'b']) assert.deepEqual((await hello(name)).reply, { ok: false, code: 'room-full' });
    const refused = await hello('c');
    assert.deepEqual(refused.reply, { ok: false, code: 'rate-limited', retryAfterMs: 30_000 });
    assert.equal(await refused.down, 'io server disconnect');
    for (let returns = 0; returns < 40; returns += 1) assert.deepEqual((await hello('here before')).reply, { ok: false, code: 'room-full' });
    assert.equal(((await hello('here before')).reply as { code: string }).code, 'rate-limited');
    now += 30_000;
    assert.deepEqual((await hello('c')).reply, { ok: false, code: 'room-full' });
    assert.equal(handler.requests.length, 43);
  });

  it('survives a hub that throws or rejects, and tells only that it failed', async () => {
    const client = await connect();
    handler.answer = () => Promise.reject(new Error('secret sdp'));
    assert.deepEqual(await client.ask('leave', {}), { ok: false, code: 'unavailable' });
    handler.answer = () => {
      throw new Error('secret sdp');
    };
    assert.deepEqual(await client.ask('leave', {}), { ok: false, code: 'unavailable' });
    handler.answer = () => Promise.resolve({ ok: true });
    assert.deepEqual(await client.ask('leave', {}), { ok: true });
    assert.equal(log.lines.filter(({ level, message }) => level === 'error' && message === 'request failed').length, 2);
    assert.doesNotMatch(log.text, /secret/);
  });

  it('sends events to one, or to an audience, and to nobody else', async () => {
    const [one, two, three] = [await connect(), await connect(), await connect()];
    // Named like a socket's own room, to show that no name can reach into it.
    const audience = idOf(three);
    gateway.subscribe(idOf(one), audience);
    gateway.subscribe(idOf(two), audience);
    gateway.unsubscribe(idOf(two), audience);
    gateway.broadcast(audience, { t: 'room', fromRev: 1, rev: 2 });
    for (const client of [one, two, three]) gateway.send(idOf(client), { t: 'replaced', s: 1 });
    gateway.send('nobody', { t: 'replaced', s: 1 });
    await Promise.all([one, two, three].map((client) => client.event('replaced')));
    assert.deepEqual(
      [one, two, three].map(({ events }) => events.map(({ t }) => t)),
      [['room', 'replaced'], ['replaced'], ['replaced']],
    );
  });

  for (const transport of ['websocket', 'polling'] as const) {
    it(`closes a link after everything said, the reply in progress included, by ${transport}`, async () => {
      const client = await connect({ transport });
      handler.answer = (connectionId) => {
        gateway.send(connectionId, { t: 'kicked', s: 1 });
        gateway.close(connectionId);
        gateway.close(connectionId);
        return Promise.resolve({ ok: true });
      };
      const down = client.down();
      assert.deepEqual(await client.ask('leave', {}), { ok: true });
      assert.equal(await down, 'io server disconnect');
      assert.deepEqual(
        client.events.map(({ t }) => t),
        ['kicked'],
      );
      assert.equal(handler.gone.length, 1);
    });
  }

  it('drains: answers what is in progress, takes nobody new', async () => {
    const client = await connect();
    let finish = (): void => assert.fail('nothing was asked');
    const asked = new Promise<void>((resolve) => {
      handler.answer = () =>
        new Promise((answer) => {
          finish = () => answer({ ok: true });
          resolve();
        });
    });
    const reply = client.ask('leave', {});
    await asked;
    let drained = false;
    const draining = gateway.drain().then(() => (drained = true));
    await assert.rejects(connect(), /unavailable/);
    assert.equal(drained, false);
    finish();
    assert.deepEqual(await reply, { ok: true });
    await draining;
  });

  it('cuts off upgrades to other paths when it is alone', async () => {
    const request = httpRequest(`${url}/elsewhere`, { headers: { Connection: 'Upgrade', Upgrade: 'websocket' } }).end();
    const [error] = (await once(request, 'error')) as [Error & { code?: string }];
    assert.equal(error.code, 'ECONNRESET');
  });
});
