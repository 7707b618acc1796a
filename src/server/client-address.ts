import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { Settings, TrustedProxies } from './settings.js';

// Where a request comes from: the connection's other end, or, where that is a trusted proxy, whom it names. Each proxy appends whom it heard to
// `X-Forwarded-For`, so the list is read from its end, and what lies before the first address that is no trusted proxy is the visitor's own invention.

/** In one spelling: a dual-stack socket shows IPv4 mapped into IPv6, some proxies add a port. Null: no address. */
function toAddress(entry: string): string | null {
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(entry)?.[1] ?? /^([\d.]+):\d+$/.exec(entry)?.[1] ?? entry;
  const address = bare.toLowerCase().replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/, '');
  return isIP(address) > 0 ? address : null;
}

const isTrusted = (address: string, place: number, proxies: TrustedProxies): boolean =>
  'hops' in proxies ? place < proxies.hops : proxies.addresses.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** From the connection outwards: proxies that are trusted, and last whom the outermost of them heard. Empty for a connection that is gone. */
function way(request: IncomingMessage, proxies: TrustedProxies): readonly string[] {
  const found: string[] = [];
  const named = String(request.headers['x-forwarded-for'] ?? '').split(',').map((entry) => entry.trim()).reverse();
  for (const entry of [request.socket.remoteAddress ?? '', ...named]) {
    const address = toAddress(entry);
    if (address === null) break;
    found.push(address);
    if (!isTrusted(address, found.length - 1, proxies)) break;
  }
  return found;
}

/** The visitor's address (IPv4 never mapped into IPv6) for limits; never for a log. `''` for a connection that is gone: those share one limit. */
export function clientAddress(request: IncomingMessage, { trustProxy }: Pick<Settings, 'trustProxy'>): string {
  return way(request, trustProxy).at(-1) ?? '';
}

/** How many proxies that are trusted the request has come through: so many values at the end of each forwarded header count. */
export function proxiesPassed(request: IncomingMessage, proxies: TrustedProxies): number {
  return 'hops' in proxies ? proxies.hops : way(request, proxies).filter((address, place) => isTrusted(address, place, proxies)).length;
}
