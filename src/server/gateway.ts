import { createServer, IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Server, type Socket } from 'socket.io';
import type { HubLinks } from '../hub/ports.js';
import { PING_INTERVAL_MS, PING_TIMEOUT_MS } from '../protocol/hub-limits.js';
import { MAX_MESSAGE_BYTES } from '../protocol/limits.js';
import type { ErrorCode } from '../protocol/codes.js';
import type { ClientRequest, ErrorReply, Reply, RequestOf, ServerEvent } from '../protocol/messages.js';
import { parseRequest } from '../protocol/parse-request.js';
import { describeFailure, type ServerLogger } from './logger.js';
import type { RequestOutcome } from './metrics.js';
import type { AddressLimits } from './address-limits.js';
import { RequestRate, type RequestKind } from './rate-limit.js';

// socket.io on one side, the hub on the other. Parses and limits what comes in, carries out what the hub says. Nothing that a client sends can throw past here.

/** A link that has opened but not said a word in socket.io's protocol (a refused one among them) is closed after this. */
const CONNECT_TIMEOUT_MS = 5_000;
/** A link told to close that does not is cut off after this. */
const GOODBYE_MS = 2_000;

/** What the gateway hands on; the hub is one. */
export interface RequestHandler {
  connected(connectionId: string): void;
  request(connectionId: string, request: ClientRequest): Promise<Reply>;
  disconnected(connectionId: string): void;
}

export interface GatewayOptions {
  readonly mayConnect: (request: IncomingMessage) => boolean;
  readonly limits: AddressLimits;
  /** The visitor's, behind proxies too. */
  readonly addressOf: (request: IncomingMessage) => string;
  /** Whether this hello shows that whoever sends it was a member before. */
  readonly isReturn: (hello: RequestOf<'hello'>) => boolean;
  readonly onOutcome: (outcome: RequestOutcome) => void;
  readonly log: ServerLogger;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

type FromClient = { q: (data: unknown, acknowledge?: (reply: Reply) => void, ...more: readonly unknown[]) => void };
type ToClient = { e: (event: ServerEvent) => void };
type Link = { readonly socket: Socket<FromClient, ToClient>; readonly rate: RequestRate; readonly address: string; pending: number; closing: boolean };
/** One connection of the engine, beneath the link. */
type Connection = Socket['conn'];

const refusal = (code: ErrorCode, more: Partial<ErrorReply> = {}): ErrorReply => ({ ok: false, code, ...more });

/** socket.io keeps a room for each socket under its id: ours must not be mistaken for one, whatever users call theirs. */
const roomOf = (audience: string): string => `audience ${audience}`;

/** Only which bucket pays; the schema judges the rest. */
function kindOf(data: unknown): RequestKind {
  const type = typeof data === 'object' && data !== null && 't' in data ? data.t : null;
  return type === 'signal' || type === 'sync' ? type : 'request';
}

/**
 * One message of each WebSocket in one turn of the event loop, and none read from its connection meanwhile. By default all of a chunk are: hundreds of a
 * flooder's in one go, and everybody else waits (measured with 100 flooders: 99 % of answers within 300 ms before). engine.io hands no such option on.
 */
function takeTurns(engine: Server['engine']): void {
  const { options } = (engine as unknown as { readonly ws: { readonly options: { allowSynchronousEvents?: boolean } } }).ws;
  options.allowSynchronousEvents = false;
}

/** Polling has nothing that stays open. */
const webSocketOf = ({ transport }: Connection) => (transport as { readonly socket?: { readonly readyState: number; readonly CLOSED: number; terminate(): void; once(event: 'close', heard: () => void): void } }).socket;

/** Ends a WebSocket without waiting for its other end to agree. */
function cutOff(connection: Connection): void {
  webSocketOf(connection)?.terminate();
}

export class Gateway implements HubLinks {
  readonly #io: Server<FromClient, ToClient>;
  readonly #links = new Map<string, Link>();
  readonly #connections = new WeakMap<Connection, { readonly rate: RequestRate; readonly address: string; used: boolean }>();
  readonly #options: GatewayOptions;
  #handler: RequestHandler | null = null;
  #draining = false;
  #pending = 0;
  #whenIdle: (() => void)[] = [];

  constructor(options: GatewayOptions) {
    this.#options = options;
    // The http server never listens: requests are routed to the engine (signaling-route.ts), because two paths may lead here, and because socket.io closes its
    // http server with itself, which may be somebody else's.
    this.#io = new Server(createServer(), {
      serveClient: false,
      transports: ['websocket', 'polling'],
      maxHttpBufferSize: MAX_MESSAGE_BYTES,
      perMessageDeflate: false,
      pingInterval: PING_INTERVAL_MS,
      pingTimeout: PING_TIMEOUT_MS,
      connectTimeout: CONNECT_TIMEOUT_MS,
      destroyUpgrade: false,
      allowRequest: (request, decide) => {
        const mayOpen = options.limits.mayOpen(options.addressOf(request));
        decide(mayOpen ? null : 'rate-limited', mayOpen);
      },
      cors: (request, decide) =>
        decide(null, { origin: request instanceof IncomingMessage && options.mayConnect(request), methods: ['GET', 'POST'], maxAge: 600 }),
    });
    takeTurns(this.#io.engine);
    this.#io.engine.on('connection', (connection: Connection) => this.#watch(connection));
    // Refused here and not in `allowRequest`: a browser hides an HTTP error from the page, but shows it this code.
    this.#io.use((socket, next) => {
      const data = this.#refusalOf(socket);
      next(data ? Object.assign(new Error(data.code), { data }) : undefined);
    });
    this.#io.on('connection', (socket) => this.#accept(socket));
  }

  get engine(): Server['engine'] {
    return this.#io.engine;
  }

  get connections(): number {
    return this.#links.size;
  }

  start(handler: RequestHandler): void {
    this.#handler = handler;
  }

  requestOf(connectionId: string): IncomingMessage | undefined {
    return this.#links.get(connectionId)?.socket.request;
  }

  /** Where that came from; undefined once it is gone. */
  addressOf(connectionId: string): string | undefined {
    return this.#links.get(connectionId)?.address;
  }

  // --- What the hub asks for -------------------------------------------------------------------------------------------------------------------

  send(connectionId: string, event: ServerEvent): void {
    this.#links.get(connectionId)?.socket.emit('e', event);
  }

  broadcast(audience: string, event: ServerEvent): void {
    this.#io.to(roomOf(audience)).emit('e', event);
  }

  subscribe(connectionId: string, audience: string): void {
    void this.#links.get(connectionId)?.socket.join(roomOf(audience));
  }

  unsubscribe(connectionId: string, audience: string): void {
    void this.#links.get(connectionId)?.socket.leave(roomOf(audience));
  }

  /** Answers to what it asked are still on their way: they go first. */
  close(connectionId: string): void {
    const link = this.#links.get(connectionId);
    if (!link) return;
    link.closing = true;
    this.#endIfAnswered(link);
  }

  // --- The end -----------------------------------------------------------------------------------------------------------------------------------

  /** Takes nobody new; resolves when every request in progress is answered. */
  async drain(): Promise<void> {
    this.#draining = true;
    if (this.#pending > 0) await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
  }

  /** Closes every link once what was sent has left, or after the deadline. */
  async shutDown(deadlineMs: number): Promise<void> {
    this.#draining = true;
    const closed = [...this.#links.values()].map(({ socket: { conn } }) => once(conn, 'close'));
    this.#io.disconnectSockets();
    await Promise.race([Promise.all(closed), sleep(deadlineMs, undefined, { ref: false })]);
    await this.#io.close();
  }

  // --- One link ----------------------------------------------------------------------------------------------------------------------------------

  /** Counted from the first byte to the last, and cut off in the midst of it. */
  #watch(connection: Connection): void {
    const { limits, addressOf, now } = this.#options;
    const address = addressOf(connection.request);
    const rate = new RequestRate(now());
    const watched = { rate, address, used: false };
    this.#connections.set(connection, watched);
    limits.opened(address);
    connection.on('packet', ({ data }: { readonly data?: string | Buffer }) => {
      if (rate.takePacket(now(), data?.length)) return;
      if (connection.readyState !== 'open') return;
      limits.flooded(address);
      connection.close(true);
      cutOff(connection);
    });
    connection.once('close', () => {
      limits.closed(address, watched.used);
      // Who does not close its own end would be listened to for half a minute more.
      const socket = webSocketOf(connection);
      if (!socket || socket.readyState === socket.CLOSED) return;
      const timer = setTimeout(() => socket.terminate(), GOODBYE_MS).unref();
      // Who does must not be held in memory until then.
      socket.once('close', () => clearTimeout(timer));
    });
  }

  #refusalOf({ conn, request }: Link['socket']): { code: ErrorCode; retryAfterMs?: number } | null {
    const connection = this.#connections.get(conn);
    if (this.#draining || !connection) return { code: 'unavailable' };
    if (!this.#options.mayConnect(request)) return { code: 'origin-refused' };
    // A second link over one connection would come with a fresh allowance.
    if (connection.used) return { code: 'bad-message' };
    const retryAfterMs = this.#options.limits.connect(connection.address);
    connection.used = retryAfterMs === 0;
    return connection.used ? null : { code: 'rate-limited', retryAfterMs };
  }

  #accept(socket: Link['socket']): void {
    const connection = this.#connections.get(socket.conn);
    if (!connection) return;
    const link: Link = { socket, rate: connection.rate, address: connection.address, pending: 0, closing: false };
    this.#links.set(socket.id, link);
    socket.on('q', (data, acknowledge) => void this.#take(link, data, acknowledge));
    socket.on('disconnect', () => {
      this.#links.delete(socket.id);
      this.#guard('disconnected', () => this.#handler?.disconnected(socket.id));
    });
    this.#guard('connected', () => this.#handler?.connected(socket.id));
  }

  async #take(link: Link, data: unknown, acknowledge: unknown): Promise<void> {
    if (link.closing) return;
    link.pending += 1;
    this.#pending += 1;
    try {
      const reply = await this.#answer(link, data);
      // `post()` of the client asks for no answer.
      if (typeof acknowledge === 'function') acknowledge(reply);
    } catch (error) {
      this.#options.log.error(describeFailure(error), 'reply failed');
    } finally {
      link.pending -= 1;
      this.#pending -= 1;
      this.#endIfAnswered(link);
      if (this.#pending === 0) for (const resolve of this.#whenIdle.splice(0)) resolve();
    }
  }

  async #answer(link: Link, data: unknown): Promise<Reply> {
    const verdict = link.rate.take(kindOf(data), this.#options.now());
    if (verdict !== 'pass') {
      link.closing ||= verdict.cutOff;
      return this.#counted('unreadable', refusal('rate-limited', { retryAfterMs: verdict.retryAfterMs }));
    }
    const parsed = parseRequest(data);
    if (!parsed.ok) return this.#counted('unreadable', refusal('bad-message', { message: parsed.problem }));
    const request = parsed.value;
    const retryAfterMs = request.t === 'hello' ? this.#options.limits.join(link.address, this.#options.isReturn(request)) : 0;
    if (retryAfterMs > 0) {
      link.closing = true;
      return this.#counted('hello', refusal('rate-limited', { retryAfterMs }));
    }
    try {
      return this.#counted(request.t, this.#handler ? await this.#handler.request(link.socket.id, request) : refusal('unavailable'));
    } catch (error) {
      this.#options.log.error({ ...describeFailure(error), request: request.t }, 'request failed');
      return this.#counted(request.t, refusal('unavailable'));
    }
  }

  #counted(type: RequestOutcome['type'], reply: Reply): Reply {
    this.#options.onOutcome({ type, code: reply.ok ? 'ok' : reply.code });
    return reply;
  }

  /** The client closes the link on hearing so. If we did, engine.io would wait 30 s for one more request of a polling client that has none to make. */
  #endIfAnswered({ closing, pending, socket }: Link): void {
    if (!closing || pending > 0) return;
    socket.disconnect();
    setTimeout(() => socket.conn.close(true), GOODBYE_MS).unref();
  }

  #guard(doing: string, run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#options.log.error({ ...describeFailure(error), doing }, 'connection failed');
    }
  }
}
