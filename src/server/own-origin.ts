import type { IncomingMessage } from 'node:http';
import { proxiesPassed } from './client-address.js';
import type { TrustedProxies } from './settings.js';

// The origin by which the browser knows us: what the connection itself says, or what a trusted proxy in front says about it.

/** Each proxy appends to the list or sets it anew; the value that the outermost trusted one wrote counts. */
function forwarded(request: IncomingMessage, name: string, proxies: number): string | undefined {
  const header = request.headers[name];
  if (typeof header !== 'string' || proxies === 0) return undefined;
  const values = header.split(',').map((value) => value.trim());
  return values[Math.max(0, values.length - proxies)] || undefined;
}

/** Null if the request names no usable host. */
export function ownOrigin(request: IncomingMessage, trusted: TrustedProxies): string | null {
  const proxies = proxiesPassed(request, trusted);
  const scheme = forwarded(request, 'x-forwarded-proto', proxies) ?? ('encrypted' in request.socket ? 'https' : 'http');
  const host = forwarded(request, 'x-forwarded-host', proxies) ?? request.headers.host;
  const url = `${scheme}://${host}`;
  return host && /^https?$/.test(scheme) && URL.canParse(url) ? new URL(url).origin : null;
}
