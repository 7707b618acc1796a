import { importAgain } from '../base/import-again.js';
import type { ServerAddress } from './server-url.js';
import type { CreateTransport } from './transport.js';

/** How to reach this server. Its code is fetched when a transport is made, and not before; a failure to fetch it rejects, and may be tried again. */
export function createTransportFor(server: ServerAddress): CreateTransport {
  return server.kind === 'local'
    ? async (handlers) => (await importAgain(() => import('./local-transport.js'))).createLocalTransport(server.name, handlers)
    : async (handlers) => (await importAgain(() => import('./socketio-transport.js'))).createSocketIoTransport(server.origin, server.path, handlers);
}
