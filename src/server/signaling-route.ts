import type { IncomingMessage, RequestListener, Server as HttpServer } from 'node:http';
import type { Duplex } from 'node:stream';

// Puts signaling on an http server beside whatever is there: our paths go to the engine, the rest to the listeners found there, untouched.

/** The part of engine.io's server that takes requests. */
export interface SignalingEngine {
  handleRequest(request: IncomingMessage, response: Parameters<RequestListener>[1]): void;
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

export interface SignalingRoute {
  readonly paths: readonly string[];
  readonly engine: SignalingEngine;
  /** Upgrades to other paths are nobody's: cut off. Beside others they are left to those. */
  readonly alone: boolean;
}

function isUnder(paths: readonly string[], url = ''): boolean {
  const path = url.split('?', 1)[0] ?? '';
  return paths.some((one) => path === one || path.startsWith(`${one}/`));
}

/** The result takes it off again. Listeners added to the server afterwards see our requests too, as with any socket.io. */
export function routeSignaling(server: HttpServer, { paths, engine, alone }: SignalingRoute): () => void {
  const others = server.listeners('request');
  let open = true;
  const onRequest: RequestListener = (request, response) => {
    if (open && isUnder(paths, request.url)) engine.handleRequest(request, response);
    else for (const listener of others) Reflect.apply(listener, server, [request, response]);
  };
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    if (isUnder(paths, request.url)) engine.handleUpgrade(request, socket, head);
    else if (alone) socket.on('error', () => socket.destroy()).destroy();
  };
  server.removeAllListeners('request');
  server.on('request', onRequest);
  server.on('upgrade', onUpgrade);
  return () => {
    // Somebody who came after us may hold on to `onRequest`, so it stays, as a mere passage.
    open = false;
    server.off('upgrade', onUpgrade);
  };
}
