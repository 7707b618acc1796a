import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';
import type { TrustedProxies } from './settings.js';

// The origin by which the browser knows us: what the connection itself says, or what a trusted proxy in front says about it.

function isTrusted(request: IncomingMessage, proxies: TrustedProxies): boolean {
  if ('hops' in proxies) return proxies.hops > 0;
  // A dual-stack socket shows IPv4 addresses mapped into IPv6.
  const address = (request.socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/, '');
  return address !== '' && proxies.addresses.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

/** Each proxy appends to the list; the value that the outermost trusted one wrote counts. */
function forwarded(request: IncomingMessage, name: string, proxies: TrustedProxies): string | undefined {
  const header = request.headers[name];
  if (typeof header !== 'string' || !isTrusted(request, proxies)) return undefined;
  const values = header.split(',').map((value) => value.trim());
  return values['hops' in proxies ? Math.max(0, values.length - proxies.hops) : 0] || undefined;
}

/** Null if the request names no usable host. */
export function ownOrigin(request: IncomingMessage, proxies: TrustedProxies): string | null {
  const scheme = forwarded(request, 'x-forwarded-proto', proxies) ?? ('encrypted' in request.socket ? 'https' : 'http');
  const host = forwarded(request, 'x-forwarded-host', proxies) ?? request.headers.host;
  const url = `${scheme}://${host}`;
  return host && /^https?$/.test(scheme) && URL.canParse(url) ? new URL(url).origin : null;
}
