import { isIPv6 } from 'node:net';

/** What browsers take for the address of a STUN server or a relay (RFC 7064, RFC 7065). One that they do not take costs everybody all of their calls. */
export function isIceUrl(url: string): boolean {
  const parts = /^(?:stuns?:(?!.*\?)|turns?:)(?:\[([^\]]+)\]|[^\s?#/@,:[\]]+)(?::(\d{1,5}))?(?:\?transport=(?:udp|tcp))?$/.exec(url);
  if (!parts) return false;
  const [, ipv6, port] = parts;
  return (ipv6 === undefined || isIPv6(ipv6)) && (port === undefined || (Number(port) > 0 && Number(port) <= 65_535));
}
