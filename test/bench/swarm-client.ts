import { randomBytes } from 'node:crypto';
import WebSocket from 'ws';
import type { ServerName } from './child-server.js';

// One member of a swarm, speaking engine.io 4 / socket.io 5 over a bare WebSocket, so that 800 of them weigh little beside the server they load.

interface Dialect {
  readonly path: string;
  join(room: string, nickname: string): readonly [event: string, body: unknown];
  /** Ids of the members named in a reply or an event. */
  idsIn(body: unknown): string[];
}

const record = (value: unknown) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {});
const idsOf = (members: unknown) => (Array.isArray(members) ? members.map((member) => String(record(member)['id'])) : []);

const DIALECTS: Readonly<Record<Exclude<ServerName, 'peerjs'>, Dialect>> = {
  ours: {
    path: '/rtc-signaling/',
    join: (room, nickname) => ['q', { v: 1, id: randomBytes(16).toString('base64url'), t: 'hello', versions: [1], room, nickname }],
    idsIn: (body) => {
      if (record(body)['ok'] === false) throw new Error(`refused: ${JSON.stringify(body)}`);
      return [...idsOf(record(record(body)['room'])['members']), ...idsOf(record(body)['put'])];
    },
  },
  anchor: {
    path: '/socket.io/',
    join: (room, nickname) => ['join', { room, nickname }],
    idsIn: idsOf,
  },
};

/** WebSocket frame header and payload, server to client. */
const frameBytes = (payload: number) => payload + (payload < 126 ? 2 : payload < 65_536 ? 4 : 10);

export class SwarmClient {
  readonly #socket: WebSocket;
  readonly #dialect: Dialect;
  readonly #known = new Set<string>();
  readonly #waiting: { count: number; resolve: () => void }[] = [];
  /** Bytes received, pings apart. */
  receivedBytes = 0;
  lastReceivedAt = 0;

  private constructor(socket: WebSocket, dialect: Dialect) {
    this.#socket = socket;
    this.#dialect = dialect;
  }

  /** Connected on both protocol levels, in no room yet. */
  static async connect(server: Exclude<ServerName, 'peerjs'>, port: number): Promise<SwarmClient> {
    const dialect = DIALECTS[server];
    const socket = new WebSocket(`ws://127.0.0.1:${port}${dialect.path}?EIO=4&transport=websocket`, { perMessageDeflate: false });
    const client = new SwarmClient(socket, dialect);
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.on('message', (data) => {
        const text = data.toString();
        if (text.startsWith('0')) socket.send('40');
        else if (text === '2') socket.send('3');
        else if (text.startsWith('40')) resolve();
        else if (text.startsWith('44')) reject(new Error(text));
        else client.#receive(text);
      });
    });
    return client;
  }

  #receive(text: string): void {
    this.receivedBytes += frameBytes(Buffer.byteLength(text));
    this.lastReceivedAt = performance.now();
    const packet = /^4[23]\d*/.exec(text)?.[0];
    if (!packet) return;
    const body = JSON.parse(text.slice(packet.length)) as unknown[];
    for (const id of this.#dialect.idsIn(body[packet.startsWith('43') ? 0 : 1])) this.#known.add(id);
    for (const waiter of [...this.#waiting]) {
      if (this.#known.size < waiter.count) continue;
      this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
      waiter.resolve();
    }
  }

  join(room: string, nickname: string): void {
    this.#socket.send(`421${JSON.stringify(this.#dialect.join(room, nickname))}`);
  }

  /** Resolves when this client has heard of so many members, itself included. */
  knows(count: number): Promise<void> {
    if (this.#known.size >= count) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ count, resolve }));
  }

  close(): void {
    this.#socket.terminate();
  }
}
