import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo, Socket as NetSocket } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { Server, type ServerOptions } from 'socket.io';
import { attachSignaling, type ServerLogger } from '../../../src/server/index.js';
import { createTransportFor } from '../../../src/signaling/create-transport.js';
import { parseServer } from '../../../src/signaling/server-url.js';
import type { CreateTransport } from '../../../src/signaling/transport.js';
import { TransportProbe } from '../../conformance/transport-probe.js';
import { examineTransport, type TransportRig } from '../../conformance/transport-suite.js';

const silent: ServerLogger = { error() {}, warn() {}, info() {}, debug() {} };

interface Listening {
  readonly server: HttpServer;
  readonly url: string;
  /** Breaks every TCP connection. */
  cut(): void;
  close(): Promise<void>;
}

async function listen(): Promise<Listening> {
  const server = createServer((_request, response) => response.writeHead(404).end());
  const sockets = new Set<NetSocket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const cut = (): void => sockets.forEach((socket) => socket.destroy());
  return {
    server,
    url: `http://127.0.0.1:${port}`,
    cut,
    async close() {
      server.close();
      cut();
      if (server.listening) await once(server, 'close');
    },
  };
}

function transportsTo(server: string): CreateTransport {
  const address = parseServer(server, 'about:blank');
  assert.ok(address);
  return createTransportFor(address);
}

async function makeRig(): Promise<TransportRig> {
  const http = await listen();
  const signaling = attachSignaling(http.server, { logger: silent, sessionSecret: 'a secret of this test that is long enough' });
  return {
    create: transportsTo(http.url),
    async cut() {
      http.cut();
    },
    async stop() {
      await signaling.close();
      await http.close();
    },
  };
}

describe('the socket.io transport', () => {
  examineTransport(it, makeRig);
});

describe('the socket.io transport with servers of other kinds', () => {
  async function probeOf(t: TestContext, create: CreateTransport): Promise<TransportProbe> {
    const probe = await TransportProbe.create(create);
    t.after(() => probe.transport.close());
    return probe;
  }

  /** A bare socket.io server on the path that `folder` leads to. */
  async function bare(t: TestContext, folder: string, options: Partial<ServerOptions> = {}): Promise<{ url: string; io: Server }> {
    const http = await listen();
    const io = new Server(http.server, { path: `${folder}/rtc-signaling`, serveClient: false, ...options });
    t.after(() => io.close());
    t.after(() => http.cut());
    return { url: http.url + folder, io };
  }

  it('says unreachable when nothing listens, as often as it is asked to try', async (t) => {
    const http = await listen();
    await http.close();
    const probe = await probeOf(t, transportsTo(http.url));
    for (const before of [0, 1]) {
      probe.transport.connect();
      assert.equal(await probe.down(before), 'unreachable');
    }
    assert.equal(probe.count('up'), 0);
  });

  it('says unreachable when another program answers', async (t) => {
    const http = await listen();
    t.after(() => http.close());
    const probe = await probeOf(t, transportsTo(http.url));
    probe.transport.connect();
    assert.equal(await probe.down(0), 'unreachable');
  });

  for (const code of ['origin-refused', 'version-mismatch'] as const) {
    it(`hands on a refusal as ${code}`, async (t) => {
      const { url, io } = await bare(t, '');
      io.use((_socket, next) => next(Object.assign(new Error('refused'), { data: { code } })));
      const probe = await probeOf(t, transportsTo(url));
      probe.transport.connect();
      assert.equal(await probe.down(0), code);
    });
  }

  it('takes any other refusal for a server that is not there now', async (t) => {
    const { url, io } = await bare(t, '');
    io.use((_socket, next) => next(Object.assign(new Error('refused'), { data: { code: 'unavailable' } })));
    const probe = await probeOf(t, transportsTo(url));
    probe.transport.connect();
    assert.equal(await probe.down(0), 'unreachable');
  });

  it('finds a server in a folder', async (t) => {
    const { url, io } = await bare(t, '/calls');
    io.on('connection', (socket) => socket.on('q', (data, acknowledge) => acknowledge({ echo: data })));
    const probe = await probeOf(t, transportsTo(url));
    await probe.connect();
    assert.deepEqual(await probe.transport.request({ n: 1 }, 5_000), { echo: { n: 1 } });
  });

  it('falls back to polling where WebSockets do not get through', async (t) => {
    const { url, io } = await bare(t, '', { transports: ['polling'] });
    io.on('connection', (socket) => socket.on('q', (_data, acknowledge) => acknowledge(socket.conn.transport.name)));
    const probe = await probeOf(t, transportsTo(url));
    await probe.connect();
    assert.equal(await probe.transport.request(null, 5_000), 'polling');
  });

  it('rejects a request that is not acknowledged in time, and stays up', async (t) => {
    const { url, io } = await bare(t, '');
    io.on('connection', (socket) => socket.on('q', (data, acknowledge) => data === 'answer' && acknowledge('here')));
    const probe = await probeOf(t, transportsTo(url));
    await probe.connect();
    await assert.rejects(probe.transport.request('silence', 20));
    assert.equal(await probe.transport.request('answer', 5_000), 'here');
    assert.equal(probe.count('down'), 0);
  });

  it('fails what was asked in the moment it is dropped, not when the socket is gone', async (t) => {
    const { url } = await bare(t, '');
    const probe = await probeOf(t, transportsTo(url));
    await probe.connect();
    let failed = false;
    probe.transport.request('silence', 60_000).catch(() => (failed = true));
    probe.transport.drop();
    // Promises only: the socket itself still waits for its writes.
    for (let turns = 0; turns < 5; turns++) await null;
    assert.ok(failed);
  });

  it('dropping says no goodbye, closing does', async (t) => {
    const { url, io } = await bare(t, '');
    const reasons: string[] = [];
    const probe = await probeOf(t, transportsTo(url));
    const ended = (): Promise<void> =>
      new Promise((resolve) => {
        io.once('connection', (socket) =>
          socket.once('disconnect', (reason) => {
            reasons.push(reason);
            resolve();
          }),
        );
      });
    let end = ended();
    await probe.connect();
    probe.transport.drop();
    await end;
    end = ended();
    await probe.connect();
    probe.transport.close();
    await end;
    assert.deepEqual(reasons, ['transport close', 'client namespace disconnect']);
  });
});

describe('the local transport outside a browser', () => {
  it('can be loaded and says that this is no place for it', async (t) => {
    const probe = await TransportProbe.create(transportsTo('local:'));
    t.after(() => probe.transport.close());
    probe.transport.connect();
    assert.equal(await probe.down(0), 'insecure-context');
  });
});
