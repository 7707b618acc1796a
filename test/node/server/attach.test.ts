import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { afterEach, describe, it } from 'node:test';
import { Server as SocketServer } from 'socket.io';
import { io, type Socket } from 'socket.io-client';
import { attachSignaling, type SignalingServerOptions } from '../../../src/server/index.js';
import { MemoryLog } from './memory-log.js';
import { SocketClient } from './socket-client.js';

describe('signaling attached to somebody’s http server', () => {
  const ends: (() => Promise<unknown> | void)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  /** Their routes and their socket.io on its default path, ours before or after it. */
  async function startHost(order: 'ours first' | 'theirs first') {
    const host = createServer((request, response) => {
      response.writeHead(request.url === '/theirs' ? 200 : 404).end('theirs');
    });
    const attach = () => attachSignaling(host, { logger: new MemoryLog() });
    const early = order === 'ours first' ? attach() : null;
    const their = new SocketServer(host);
    their.on('connection', (socket) => socket.on('echo', (text: string, acknowledge: (text: string) => void) => acknowledge(text)));
    const signaling = early ?? attach();
    host.listen(0, '127.0.0.1');
    const { port } = await signaling.listen();
    ends.push(
      () => their.close(),
      () => signaling.close(),
    );
    return { host, signaling, base: `http://127.0.0.1:${port}` };
  }

  async function theirClient(base: string, transport: string): Promise<Socket> {
    const client = io(base, { transports: [transport], forceNew: true, reconnection: false });
    ends.push(() => {
      client.close();
    });
    await once(client as never, 'connect');
    return client;
  }

  async function ourClient(base: string, transport: 'websocket' | 'polling'): Promise<SocketClient> {
    const client = new SocketClient(base, { transport });
    ends.push(() => client.close());
    return client.connect();
  }

  it('says who may come in', async () => {
    const authSecret = 'the-key-of-the-tokens-0123456789abcdef';
    const cases: [options: SignalingServerOptions, said: RegExp][] = [
      [{}, /^open: anybody/],
      [{ authSecret }, /^token required/],
      [{ authSecret, authMode: 'optional' }, /^token optional: guests/],
      [{ authSecret, authorize: () => null }, /hook decides/],
    ];
    for (const [options, said] of cases) {
      const log = new MemoryLog();
      const signaling = attachSignaling(createServer(), { sessionSecret: 'a secret of this test', logger: log, ...options });
      ends.push(() => signaling.close());
      const [line] = log.lines;
      assert.match((line?.fields as { rooms: string }).rooms, said);
      assert.ok(!log.text.includes(authSecret));
    }
  });

  for (const order of ['ours first', 'theirs first'] as const) {
    for (const transport of ['websocket', 'polling'] as const) {
      it(`works beside routes and another socket.io (${order}, ${transport})`, async () => {
        const { base, signaling } = await startHost(order);
        assert.equal(await (await fetch(`${base}/theirs`)).text(), 'theirs');
        assert.equal((await fetch(`${base}/rtc-elements.js`)).status, 404, 'pages are theirs');
        const [their, ours] = [await theirClient(base, transport), await ourClient(base, transport)];
        await ours.join('lobby', 'Ana');
        assert.equal(await their.emitWithAck('echo', 'hello'), 'hello');
        assert.equal((await signaling.members('lobby')).length, 1);
      });
    }

    it(`leaves all of theirs running when it closes (${order})`, async () => {
      const { base, signaling, host } = await startHost(order);
      const [their, ours] = [await theirClient(base, 'websocket'), await ourClient(base, 'websocket')];
      const down = ours.down();
      await signaling.close();
      await down;
      assert.equal(host.listening, true);
      assert.equal(await their.emitWithAck('echo', 'still here'), 'still here');
      assert.equal(await (await fetch(`${base}/theirs`)).text(), 'theirs');
      assert.equal((await fetch(`${base}/rtc-signaling/?EIO=4&transport=polling`)).status, 404, 'its path is theirs again');
    });
  }
});
