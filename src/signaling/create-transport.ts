import type { ServerAddress } from './server-url.js';
import type { CreateTransport } from './transport.js';

/** How to reach this server. Its code is fetched when a transport is made, and not before. */
export function createTransportFor(server: ServerAddress): CreateTransport {
  return server.kind === 'local'
    ? async (handlers) => (await import('./local-transport.js')).createLocalTransport(server.name, handlers)
    : async (handlers) => (await import('./socketio-transport.js')).createSocketIoTransport(server.origin, server.path, handlers);
}
