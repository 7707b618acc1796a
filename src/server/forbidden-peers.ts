import { ipv4AsGroups } from './ipv6.js';

/** Addresses that a relay on the internet must not relay to, each range by its first and last, or by what stands for it. */
export interface ForbiddenRange {
  readonly range: string;
  readonly what: string;
  readonly probes: readonly string[];
  /** The first probe is the relay's own machine. */
  readonly isOwnMachine?: true;
}

const PRIVATE_V4: readonly ForbiddenRange[] = [
  { range: '127.0.0.0/8', what: 'this machine', probes: ['127.0.0.1', '127.255.255.254'], isOwnMachine: true },
  { range: '0.0.0.0/8', what: 'this machine', probes: ['0.0.0.0', '0.0.0.1'], isOwnMachine: true },
  { range: '10.0.0.0/8', what: 'private networks', probes: ['10.0.0.1', '10.255.255.254'] },
  { range: '172.16.0.0/12', what: 'private networks, containers', probes: ['172.16.0.1', '172.31.255.254'] },
  { range: '192.168.0.0/16', what: 'private networks', probes: ['192.168.0.1', '192.168.255.254'] },
  { range: '169.254.0.0/16', what: 'link-local, the metadata of cloud machines', probes: ['169.254.169.254', '169.254.0.1'] },
  { range: '100.64.0.0/10', what: 'carriers and overlay networks', probes: ['100.64.0.1', '100.127.255.254'] },
  { range: '224.0.0.0/4', what: 'multicast', probes: ['224.0.0.1', '239.255.255.250'] },
];

const PRIVATE_V6: readonly ForbiddenRange[] = [
  { range: '::1', what: 'this machine', probes: ['::1'], isOwnMachine: true },
  { range: '::', what: 'this machine', probes: ['::'], isOwnMachine: true },
  { range: 'fc00::/7', what: 'private networks', probes: ['fc00::1', 'fdff:ffff:ffff:ffff::1'] },
  { range: 'fe80::/10', what: 'link-local', probes: ['fe80::1', 'febf:ffff::1'] },
  { range: 'ff00::/8', what: 'multicast', probes: ['ff02::1', 'ff0e::1'] },
];

/** The ways to write an IPv4 address as one of IPv6: a list that names the private IPv4 ranges alone does not see them. */
const EMBEDDINGS: readonly { readonly prefix: string; readonly what: string; readonly write: (v4: string) => string }[] = [
  { prefix: '::ffff:', what: 'mapped into IPv6', write: (v4) => `::ffff:${v4}` },
  { prefix: '::', what: 'in the old compatible form', write: (v4) => `::${v4}` },
  { prefix: '64:ff9b::', what: 'through NAT64', write: (v4) => `64:ff9b::${ipv4AsGroups(v4)}` },
  { prefix: '2002:', what: 'through 6to4', write: (v4) => `2002:${ipv4AsGroups(v4)}::1` },
];

/** Coturn 4.6.1 lets this one through a denied range that begins with `::1` (measured; as if it compared byte by byte). */
const withZero = (v4: string): string => v4.replace(/\d+\.\d+$/, '1.0');

const EMBEDDED: readonly ForbiddenRange[] = EMBEDDINGS.flatMap(({ prefix, what: how, write }) =>
  PRIVATE_V4.map(({ range, what, probes: [first = ''], ...rest }) => ({ ...rest, range: `${prefix}${range}`, what: `${what}, ${how}`, probes: [write(first), write(withZero(first))] })),
);

export const FORBIDDEN_PEERS = { ipv4: PRIVATE_V4, ipv6: [...PRIVATE_V6, ...EMBEDDED] } as const;

/** Somebody whom a relay must reach. Nothing is sent there: only leave to do so is asked for. */
export const PUBLIC_PEERS = { ipv4: '1.1.1.1', ipv6: '2606:4700:4700::1111' } as const;
