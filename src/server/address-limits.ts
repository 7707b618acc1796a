import { isIPv6 } from 'node:net';
import { TokenBucket } from '../hub/token-bucket.js';
import { ipv6Groups } from './ipv6.js';

// What one address may ask of the server, whoever sits behind it: an office or a student home shares one, so these are settings.

export interface AddressLimitOptions {
  /** Open at the same time; undefined: the default, from which this machine is exempt. */
  readonly connections: number | undefined;
  /** New members a minute; undefined as above. */
  readonly joinsPerMinute: number | undefined;
  /** The operator learns once what was reached, never by whom. */
  readonly onReached: (limit: 'connections' | 'joins') => void;
}

const DEFAULTS = { connections: 50, joinsPerMinute: 30 };
/** Whoever proves to have been here comes back after an outage, together with all others. */
const RETURNS_PER_JOIN = 20;
/** So many tries of its address a connection costs that had to be cut off: whoever floods is not back at once. */
const CUT_OFF_TRIES = 25;
/** What a refused connection is told. */
const FULL_RETRY_MS = 5_000;
const SWEEP_MS = 60_000;

/** Behind a proxy that nobody told us of (`TRUST_PROXY`) everybody comes from this machine: limited only where the operator says so. */
export const isLoopback = (address: string): boolean => address === '::1' || address.startsWith('127.');

/** Who has one IPv6 address has 2^64 of them: the network counts, written out to its first four groups. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  return ipv6Groups(address).slice(0, 4).map((group) => group.toString(16)).join(':');
}

interface Usage {
  /** Connections, those included that are told to go. */
  open: number;
  /** Those that may be used. */
  used: number;
  /** Connections tried: twice as many as may be open, and as many anew each minute. */
  readonly tries: TokenBucket;
  readonly joins: TokenBucket;
  readonly returns: TokenBucket;
}

export class AddressLimits {
  readonly #connections: number;
  readonly #joins: number;
  readonly #exempt: { readonly connections: boolean; readonly joins: boolean };
  readonly #onReached: AddressLimitOptions['onReached'];
  readonly #now: () => number;
  readonly #usages = new Map<string, Usage>();
  #sweptAt: number;

  /** `now`: monotonic milliseconds. */
  constructor({ connections, joinsPerMinute, onReached }: AddressLimitOptions, now: () => number) {
    this.#connections = connections ?? DEFAULTS.connections;
    this.#joins = joinsPerMinute ?? DEFAULTS.joinsPerMinute;
    this.#exempt = { connections: connections === undefined, joins: joinsPerMinute === undefined };
    this.#onReached = onReached;
    this.#now = now;
    this.#sweptAt = now();
  }

  /** Before anything is spent on a connection: whether to go on with it. One too many may still be told so, politely; a crowd of them may not. */
  mayOpen(address: string): boolean {
    if (this.#exempt.connections && isLoopback(address)) return true;
    const usage = this.#of(address);
    if (usage.open < 2 * this.#connections && usage.tries.take(this.#now()) === 0) return true;
    this.#onReached('connections');
    return false;
  }

  opened(address: string): void {
    this.#of(address).open += 1;
  }

  /** A connection was cut off in the midst of a flood. */
  flooded(address: string): void {
    const { tries } = this.#of(address);
    for (let count = 0; count < CUT_OFF_TRIES; count += 1) tries.take(this.#now());
  }

  /** `used`: it was granted with `connect`. */
  closed(address: string, used: boolean): void {
    const usage = this.#of(address);
    usage.open -= 1;
    if (used) usage.used -= 1;
  }

  /** An open connection wants to be used: 0, or when to come again. */
  connect(address: string): number {
    const usage = this.#of(address);
    if (usage.used >= this.#connections && !(this.#exempt.connections && isLoopback(address))) {
      this.#onReached('connections');
      return FULL_RETRY_MS;
    }
    usage.used += 1;
    return 0;
  }

  /** Somebody wants to join: 0, or the milliseconds until somebody may. */
  join(address: string, isReturn: boolean): number {
    if (this.#exempt.joins && isLoopback(address)) return 0;
    const { joins, returns } = this.#of(address);
    const waitMs = (isReturn ? returns : joins).take(this.#now());
    if (waitMs > 0) this.#onReached('joins');
    return waitMs;
  }

  /** Addresses about which something is remembered. */
  get size(): number {
    return this.#usages.size;
  }

  #of(address: string): Usage {
    const now = this.#now();
    if (now - this.#sweptAt > SWEEP_MS) this.#sweep(now);
    const network = networkOf(address);
    let usage = this.#usages.get(network);
    if (!usage) {
      const pace = (perMinute: number, burst = perMinute) => new TokenBucket({ perSecond: perMinute / 60, burst }, now);
      usage = { open: 0, used: 0, tries: pace(this.#connections, 2 * this.#connections), joins: pace(this.#joins), returns: pace(this.#joins * RETURNS_PER_JOIN) };
      this.#usages.set(network, usage);
    }
    return usage;
  }

  #sweep(now: number): void {
    this.#sweptAt = now;
    for (const [network, { open, tries, joins, returns }] of this.#usages) {
      if (open <= 0 && [tries, joins, returns].every((bucket) => bucket.isFull(now))) this.#usages.delete(network);
    }
  }
}
