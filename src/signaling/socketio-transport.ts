// Statically over socket.io-client, and itself imported dynamically (create-transport.ts): both come in one fetch, not one after the other.
import { Manager, NodeWebSocket, type Socket } from 'socket.io-client';
import { importAgain } from '../base/import-again.js';
import type { Transport, TransportFailure, TransportHandlers } from './transport.js';

/** One try; shorter than a person's patience, longer than a slow network's handshakes. */
const CONNECT_TIMEOUT_MS = 8_000;
/** The chunk for polling is not to be had from a network that is down, which may say so minutes later only. */
const FALLBACK_TIMEOUT_MS = 2_000;

function failureOf(error: Error & { data?: unknown }): TransportFailure {
  const data = error.data;
  const code = typeof data === 'object' && data !== null && 'code' in data ? data.code : null;
  return code === 'origin-refused' || code === 'version-mismatch' ? code : 'unreachable';
}

/**
 * A new socket for every try: what socket.io buffered for a link that died goes with it (it would come out on the next one, late and perhaps twice), and its
 * own reconnection and recovery are not used: signaling-client.ts asks again, numbers and resumes.
 */
class SocketIoTransport implements Transport {
  readonly #origin: string;
  readonly #path: string;
  readonly #handlers: TransportHandlers;
  readonly #unanswered = new Set<(error: Error) => void>();
  #socket: Socket | null = null;
  #closed = false;
  /**
   * WebSocket alone until it has failed: polling is for the few networks that let nothing else through, and a chunk of its own. The names are those of Node,
   * where tests run; the package's own `browser` map puts the browser's in their place.
   */
  #implementations: (typeof NodeWebSocket | typeof import('socket.io-client').NodeXHR)[] = [NodeWebSocket];

  constructor(origin: string, path: string, handlers: TransportHandlers) {
    this.#origin = origin;
    this.#path = path;
    this.#handlers = handlers;
  }

  connect(): void {
    if (!this.#socket && !this.#closed) this.#open();
  }

  #open(): void {
    const { hostname, port, protocol } = new URL(this.#origin);
    const socket = (this.#socket = new Manager({
      // An IPv6 address: the brackets are put back around it.
      hostname: hostname.replace(/[[\]]/g, ''),
      port,
      secure: protocol === 'https:',
      path: this.#path,
      transportImplementations: this.#implementations,
      tryAllTransports: true,
      reconnection: false,
      autoConnect: false,
      timeout: CONNECT_TIMEOUT_MS,
    }).socket('/'));
    socket
      .on('connect', () => this.#handlers.onUp())
      .on('connect_error', (error) => void this.#refused(failureOf(error), socket))
      .on('disconnect', () => this.#lose('unreachable'))
      .on('e', (data: unknown) => this.#handlers.onEvent(data))
      .connect();
  }

  /** The first failure may be WebSocket's alone: the same try goes on with polling, if that chunk can be had (where the server is down it cannot, and is not needed). */
  async #refused(failure: TransportFailure, socket: Socket): Promise<void> {
    if (failure === 'unreachable' && this.#implementations.length === 1) {
      const tooLate = new Promise<null>((resolve) => setTimeout(resolve, FALLBACK_TIMEOUT_MS, null));
      const fallback = await Promise.race([importAgain(() => import('./polling-fallback.js')).catch(() => null), tooLate]);
      if (this.#socket !== socket) return;
      if (fallback) {
        this.#implementations = [NodeWebSocket, fallback.NodeXHR];
        socket.off();
        return this.#open();
      }
    }
    this.#lose(failure);
  }

  request(data: unknown, timeoutMs: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const socket = this.#socket;
      if (!socket?.connected) return reject(new Error('link down'));
      this.#unanswered.add(reject);
      socket.timeout(timeoutMs).emit('q', data, (error: Error | null, reply: unknown) => {
        this.#unanswered.delete(reject);
        if (error) reject(error);
        else resolve(reply);
      });
    });
  }

  drop(): void {
    const socket = this.#socket;
    // Where it is connected not `disconnect()`, which would say goodbye. On a half-open link the engine waits for its writes; nobody waits for it.
    if (socket?.connected) socket.io.engine.close();
    else socket?.disconnect();
    this.#lose('unreachable');
  }

  strand(): void {
    const transport = this.#socket?.io.engine.transport;
    // Its close, too, would reach the other end.
    if (transport) Object.assign(transport.off('packet'), { send() {}, close() {} });
  }

  close(): void {
    this.#closed = true;
    this.#release()?.disconnect();
  }

  #lose(failure: TransportFailure): void {
    if (this.#release()) this.#handlers.onDown(failure);
  }

  #release(): Socket | null {
    const socket = this.#socket;
    this.#socket = null;
    socket?.off();
    for (const reject of this.#unanswered) reject(new Error('link down'));
    this.#unanswered.clear();
    return socket;
  }
}

export function createSocketIoTransport(origin: string, path: string, handlers: TransportHandlers): Transport {
  return new SocketIoTransport(origin, path, handlers);
}
