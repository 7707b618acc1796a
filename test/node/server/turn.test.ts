import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { createSignalingServer, type SignalingServer, type SignalingServerOptions } from '../../../src/server/index.js';
import { MemoryLog } from './memory-log.js';
import { SocketClient } from './socket-client.js';

// Who gets credentials for the relays: over a real socket.

const SECRET = 'a secret of the relays';
const TURN = { turnUrls: ['turn:t.example:3478'], turnSecret: SECRET, turnTtlS: 600 };

let server: SignalingServer;
const clients: SocketClient[] = [];
const log = new MemoryLog();
afterEach(async () => {
  for (const { socket } of clients.splice(0)) socket.disconnect();
  await server.close();
});

async function start(options: SignalingServerOptions = {}): Promise<() => Promise<SocketClient>> {
  server = createSignalingServer({ port: 0, host: '127.0.0.1', sessionSecret: 'a secret of this test', logger: log, ...TURN, ...options });
  const { url } = await server.listen();
  return async () => {
    const client = await new SocketClient(url).connect();
    clients.push(client);
    return client;
  };
}

const hello = (client: SocketClient, nickname: string) => client.ask('hello', { versions: [1], room: 'lobby', nickname });

describe('Credentials for the relays', () => {
  it('are for the member alone that they are given to, at joining and when asked for', async () => {
    const connect = await start();
    const seen = new Set<string>();
    for (const nickname of ['Ana', 'Ben']) {
      const client = await connect();
      const welcome = await hello(client, nickname);
      const asked = await client.ask('ice', {});
      assert.ok(welcome.ok && asked.ok);
      for (const { iceServers, iceTtlMs, hasTurn } of [welcome, asked]) {
        assert.equal(iceServers[0]?.username?.split(':')[1], welcome.memberId);
        assert.deepEqual([iceTtlMs, hasTurn], [600_000, true]);
        assert.ok(!JSON.stringify(iceServers).includes(SECRET));
      }
      seen.add(welcome.iceServers[0]?.credential ?? '');
    }
    assert.equal(seen.size, 2);
    assert.ok(!log.text.includes(SECRET));
    for (const credential of seen) assert.ok(!log.text.includes(credential));
  });

  it('are not given to who has not joined, was not let in, or has left', async () => {
    let admits = false;
    const connect = await start({ authorize: () => (admits ? { userId: 'u1' } : null) });
    const client = await connect();
    const refused = async (who = client): Promise<void> => {
      const answer = await who.emit({ v: 1, id: crypto.randomUUID(), t: 'ice' });
      assert.equal((answer as { code?: string }).code, 'not-joined');
      assert.doesNotMatch(JSON.stringify(answer), /credential/);
    };
    await refused();
    const denied = await client.emit({ v: 1, id: crypto.randomUUID(), t: 'hello', versions: [1], room: 'lobby', nickname: 'Ana' });
    assert.doesNotMatch(JSON.stringify(denied), /credential|iceServers/);
    await refused();
    admits = true;
    assert.equal((await hello(client, 'Ana')).ok, true);
    await client.ask('leave', {});
    // The server has hung up on who has left.
    await refused(await connect());
  });
});
