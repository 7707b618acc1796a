import { SocketAddress } from 'node:net';

/** The last two groups of an IPv6 address that carries this IPv4 one. */
export function ipv4AsGroups(v4: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = v4.split('.').map(Number);
  return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}

/** The eight groups of an IPv6 address, however it is written: shortened, with a zone, with an IPv4 tail. */
export function ipv6Groups(address: string): readonly number[] {
  // Node's spelling of it has no zone; an IPv4 tail remains one.
  const written = new SocketAddress({ address, family: 'ipv6' }).address.replace(/\d+(?:\.\d+){3}$/, ipv4AsGroups);
  const [front = '', back] = written.split('::');
  const groups = (part: string): number[] => (part === '' ? [] : part.split(':').map((group) => parseInt(group, 16)));
  const [first, last] = [groups(front), groups(back ?? '')];
  return [...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last];
}
