import { createServer, type RequestListener, type Server as HttpServer } from 'node:http';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { describeRooms } from './auth.js';
import { createMetricsPages, createPages } from './http.js';
import { describeFailure } from './logger.js';
import type { MetricsAccess } from './metrics-route.js';
import { findPackageFiles, type PackageFiles } from './package-files.js';
import type { Settings } from './settings.js';
import { routeSignaling } from './signaling-route.js';
import { Signaling, type SignalingControl, type SignalingServerOptions } from './signaling-server.js';

export type { AuthorizeHook, JoinRequest } from './auth.js';
export type { ServerLogger } from './logger.js';
export type { SignalingControl, SignalingEvents, SignalingServerOptions } from './signaling-server.js';
export type { MayCallHook } from './may-call.js';
export type { IceServersHook, TimedIceServers } from './turn.js';
export type { Identity } from '../hub/ports.js';
export type { Member } from '../protocol/codes.js';
export type { IceServer } from '../protocol/messages.js';
export { SettingsError, type SettingMistake, type SettingsInput } from './settings.js';

/** Signaling on an http server. */
export interface SignalingServer extends SignalingControl {
  /** Starts to listen (`createSignalingServer`), or waits until the host's server does (`attachSignaling`). Rejects with Node's error, such as `EADDRINUSE`. */
  listen(): Promise<{ port: number; url: string }>;
  /** Takes nobody new, tells clients when to come back, and answers what is in progress; `/readyz` says 503 from now on. At most 2 s. */
  drain(): Promise<void>;
  /**
   * Closes every connection after what was sent has left; an own http server too, a host's never. Final; at most 4 s.
   * Without `drain()` before, all clients come back at once.
   */
  close(): Promise<void>;
}

/** Connections that outlive the goodbye are cut after this. */
const LINGER_MS = 1_000;

function addressOf(server: HttpServer, { host, publicUrl }: Settings): { port: number; url: string } {
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const named = !host || /^(?:0\.0\.0\.0|::1?|127\.0\.0\.1)$/.test(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return { port, url: publicUrl?.href ?? `http://${named}:${port}` };
}

async function listen(server: HttpServer, port: number, host: string | undefined): Promise<void> {
  server.listen({ port, ...(host ? { host } : {}) });
  await once(server, 'listening');
}

/** An http server that can be closed for good: Node's waits for connections that have become WebSockets as long as these please. */
function createOwnServer(handle: RequestListener): { server: HttpServer; close: () => Promise<void> } {
  const server = createServer(handle);
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const close = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeIdleConnections();
    const timer = setTimeout(() => sockets.forEach((socket) => socket.destroy()), LINGER_MS);
    await closed;
    clearTimeout(timer);
  };
  return { server, close };
}

function controlOf(signaling: Signaling): SignalingControl & Pick<SignalingServer, 'drain'> {
  return {
    members: (room) => signaling.members(room),
    kick: (room, memberId, options) => signaling.kick(room, memberId, options),
    endCall: (callId) => signaling.endCall(callId),
    on: (type, listener) => signaling.on(type, listener),
    drain: () => signaling.drain(),
  };
}

/**
 * Signaling with an http server of its own, which also serves the bundle (`/rtc-elements.js`), the demo, `/healthz`, `/readyz` and `/metrics`.
 * Nothing happens before `listen()`.
 *
 * @throws {SettingsError} naming every option that is wrong.
 */
export function createSignalingServer(options: SignalingServerOptions = {}): SignalingServer {
  return createServerWithFiles(options, findPackageFiles());
}

/** @internal The same with other files, for tests. */
export function createServerWithFiles(options: SignalingServerOptions, files: PackageFiles): SignalingServer {
  const signaling = new Signaling(options);
  const { settings, log } = signaling;
  const { metricsToken, metricsPort, demo, port, host } = settings;
  const onFailure = (error: unknown): void => log.error(describeFailure(error), 'page failed');
  const access = (open: MetricsAccess): MetricsAccess => (metricsToken === undefined ? open : { token: metricsToken });
  const render = (): string => signaling.renderMetrics();
  const pages = createPages({
    files,
    demo,
    prefix: signaling.prefix,
    isReady: () => !signaling.draining,
    metrics: metricsPort === undefined ? { render, access: access('loopback') } : null,
    onFailure,
  });
  const own = createOwnServer(pages.callback());
  const figures = metricsPort === undefined ? null : createOwnServer(createMetricsPages({ render, access: access('anybody') }, onFailure).callback());
  routeSignaling(own.server, { paths: signaling.paths, engine: signaling.engine, alone: true });
  return {
    ...controlOf(signaling),
    async listen() {
      if (figures) await listen(figures.server, metricsPort ?? 0, host);
      await listen(own.server, port, host).catch(async (error: unknown) => {
        await figures?.close();
        throw error;
      });
      const address = addressOf(own.server, settings);
      log.info({
        ...address,
        rooms: describeRooms(settings, options.authorize),
        ice: options.iceServers || settings.stunUrls.length + settings.turnUrls.length > 0 ? 'given' : 'none: calls work inside one network only',
      }, 'listening');
      return address;
    },
    async close() {
      await signaling.close();
      await Promise.all([own.close(), figures?.close()]);
    },
  };
}

/**
 * Signaling beside your own routes and your own socket.io on your http server, under `signalingPath`. Attach after your request listener is in place.
 * The bundle and pages are yours to serve.
 *
 * @throws {SettingsError} naming every option that is wrong.
 */
export function attachSignaling(httpServer: HttpServer, options: SignalingServerOptions = {}): SignalingServer {
  const signaling = new Signaling(options);
  signaling.log.info({ rooms: describeRooms(signaling.settings, options.authorize) }, 'attached');
  const detach = routeSignaling(httpServer, { paths: signaling.paths, engine: signaling.engine, alone: false });
  const close = async (): Promise<void> => {
    await signaling.close();
    detach();
  };
  httpServer.once('close', () => void close());
  return {
    ...controlOf(signaling),
    async listen() {
      if (!httpServer.listening) await once(httpServer, 'listening');
      return addressOf(httpServer, signaling.settings);
    },
    close,
  };
}
