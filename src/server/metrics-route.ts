import { timingSafeEqual, createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type Koa from 'koa';

export interface MetricsRouteOptions {
  readonly render: () => string;
  readonly access: MetricsAccess;
}

/** `loopback`: this machine only; `anybody`: a port of its own guards it; else whoever knows the token. */
export type MetricsAccess = 'loopback' | 'anybody' | { readonly token: string };

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

const isForwarding = (header: string): boolean => header.startsWith('x-forwarded-') || /^(?:forwarded|x-real-ip|via)$/.test(header);

/** A reverse proxy on this machine makes every visitor look local, but says that it forwards. */
function isLocal({ socket, headers }: IncomingMessage): boolean {
  return /^(?:(?:::ffff:)?127\.|::1$)/.test(socket.remoteAddress ?? '') && !Object.keys(headers).some(isForwarding);
}

function mayRead(request: IncomingMessage, access: MetricsAccess): boolean {
  if (access === 'anybody') return true;
  if (access === 'loopback') return isLocal(request);
  return timingSafeEqual(digest(request.headers.authorization ?? ''), digest(`Bearer ${access.token}`));
}

export function createMetricsRoute({ render, access }: MetricsRouteOptions): Koa.Middleware {
  return (ctx, next) => {
    if (ctx.path !== '/metrics') return next();
    ctx.set('Cache-Control', 'no-store');
    if (mayRead(ctx.req, access)) {
      ctx.type = 'text/plain; version=0.0.4; charset=utf-8';
      ctx.body = render();
    } else if (typeof access === 'object') {
      ctx.set('WWW-Authenticate', 'Bearer');
      ctx.status = 401;
    } else ctx.status = 403;
    return undefined;
  };
}
