import { parseArgs } from 'node:util';
import { readConfiguration } from './config.js';
import { FORBIDDEN_PEERS, PUBLIC_PEERS, type ForbiddenRange } from './forbidden-peers.js';
import { turnCredentials } from './turn.js';
import type { Endpoint } from './stun-message.js';
import { TurnClient, TurnRefusal, type TurnLogin } from './turn-client.js';
import { openTurnLink, parseTurnAddress, type TurnAddress } from './turn-link.js';

// `rtc-elements-server turn-check`: asks a relay, as any member could, for leave to reach where it must not, and tells the operator what it said. Nothing is sent
// there, but for a STUN question to the relay's own port on its own machine where leave was given.

const USAGE = `turn-check turn:host[:port][?transport=udp|tcp] [--secret S | --username U --credential C]
Without them the secret is that of the settings: TURN_SECRET, or TURN_SECRET_FILE.`;

/** The version since which coturn judges mapped addresses by what they stand for (CVE-2026-27624). */
const COTURN_MENDED = [4, 9, 0];
const LOGIN_LIFE_S = 600;
const REACH_MS = 500;
/** RFC 8656: channels are numbered from here to 0x4fff. */
const FIRST_CHANNEL = 0x4000;

type Family = keyof typeof FORBIDDEN_PEERS;

export interface TurnReport {
  readonly lines: readonly string[];
  /** Nothing that must be refused was granted, and calls can work. */
  readonly ok: boolean;
}

interface Finding {
  /** `granted`: it would relay; `answered`: it did, and something spoke back. */
  readonly verdict: 'refused' | 'granted' | 'answered' | 'silent';
  readonly how: string;
}

async function ask(question: Promise<unknown>): Promise<Finding> {
  try {
    await question;
    return { verdict: 'granted', how: '' };
  } catch (error) {
    if (!(error instanceof TurnRefusal)) throw error;
    return error.code === 0 ? { verdict: 'silent', how: 'no answer' } : { verdict: 'refused', how: `${error.code} ${error.message}`.trim() };
  }
}

/** By both ways there are to ask: a relay may check one and forget the other. */
async function judge(client: TurnClient, peer: Endpoint, channel: number): Promise<Finding> {
  const permission = await ask(client.createPermission(peer));
  if (permission.verdict === 'granted') return { ...permission, how: 'permission given' };
  const bound = await ask(client.bindChannel(peer, channel));
  return bound.verdict === 'granted' ? { ...bound, how: 'channel given' } : permission;
}

class Check {
  readonly lines: string[] = [];
  readonly #where: TurnAddress;
  readonly #login: TurnLogin;
  #channel = FIRST_CHANNEL;
  #open = 0;
  #usable = false;
  #software: string | null = null;

  constructor(where: TurnAddress, login: TurnLogin) {
    this.#where = where;
    this.#login = login;
  }

  async run(): Promise<TurnReport> {
    for (const family of ['ipv4', 'ipv6'] as const) await this.#checkFamily(family);
    if (this.#software !== null) this.#judgeSoftware(this.#software);
    const ok = this.#open === 0 && this.#usable;
    this.lines.push(
      ok ? 'OK: it relays nowhere that it must not.'
      : this.#open > 0 ? `NOT SAFE: it relays to ${this.#open} of the ranges that it must not. Deny them (README, “A relay of your own”) and check again.`
      : 'NOT USABLE: no call can go through it.',
    );
    return { lines: this.lines, ok };
  }

  async #checkFamily(family: Family): Promise<void> {
    const name = family === 'ipv4' ? 'IPv4' : 'IPv6';
    const client = new TurnClient(await openTurnLink(this.#where), this.#login);
    try {
      const relayed = await client.allocate(family);
      this.lines.push(`${name}: it relays from ${relayed.address}`);
      if (client.anonymous) this.#bad('it asks nobody who they are: whoever finds it may use it');
      await this.#checkPublic(client, family);
      const ranges = FORBIDDEN_PEERS[family];
      const found = await Promise.all(ranges.map(({ probes }) => Promise.all(probes.map((address) => judge(client, this.#at(address), this.#channel++)))));
      for (const [at, range] of ranges.entries()) this.#tell(range, await this.#tryOut(client, range, found[at] ?? []));
      await this.#checkOwn(client, relayed.address);
    } catch (error) {
      if (!(error instanceof TurnRefusal)) throw error;
      if (error.code === 440 && family === 'ipv6') this.lines.push(`${name}: not relayed (440), so nothing is to be feared there`);
      else this.lines.push(`${name}: ${this.#whyNot(error)}`);
    } finally {
      this.#software ??= client.software;
      await client.close();
    }
  }

  #whyNot({ code, message }: TurnRefusal): string {
    if (code === 401) return 'the credentials are refused (401): wrong, or expired by the clock of the relay';
    if (code === 486) return 'too many places taken with these credentials (486): wait, or raise user-quota';
    return code === 0 ? 'no answer' : `refused (${code} ${message})`;
  }

  #bad(line: string): void {
    this.#open++;
    this.lines.push(`  OPEN     ${line}`);
  }

  async #checkPublic(client: TurnClient, family: Family): Promise<void> {
    // Leave is asked for, no packet goes there.
    const { verdict, how } = await ask(client.createPermission(this.#at(PUBLIC_PEERS[family])));
    if (verdict === 'granted') this.#usable = true;
    else this.lines.push(`  UNUSABLE public addresses are refused too (${how}): no call goes through it`);
  }

  #at(address: string): Endpoint {
    return { address, port: this.#where.port };
  }

  /** On its own machine something is known to answer: the relay. One at a time, since what cannot be delivered disturbs what can. */
  async #tryOut(client: TurnClient, { probes: [address = ''], isOwnMachine }: ForbiddenRange, found: readonly Finding[]): Promise<readonly Finding[]> {
    const [first] = found;
    if (!isOwnMachine || first?.verdict !== 'granted' || !(await client.reaches(this.#at(address), REACH_MS))) return found;
    return [{ verdict: 'answered', how: `${first.how}, and an answer came back` }];
  }

  #tell({ range, what, probes }: ForbiddenRange, found: readonly Finding[]): void {
    const worst = found.find(({ verdict }) => verdict === 'answered') ?? found.find(({ verdict }) => verdict === 'granted') ?? found.find(({ verdict }) => verdict === 'silent') ?? found[0];
    const name = `${range} (${what})`;
    if (worst?.verdict === 'refused') this.lines.push(`  refused  ${name}: ${worst.how}`);
    else if (worst?.verdict === 'silent') this.lines.push(`  unclear  ${name}: it does not answer`);
    else this.#bad(`${name}: ${probes.join(', ')}: ${worst?.how ?? ''}`);
  }

  /** Two members who may both use relays only meet on the relay's own address, so it has to be allowed; what else listens there is worth knowing. */
  async #checkOwn(client: TurnClient, address: string): Promise<void> {
    const { verdict } = await judge(client, this.#at(address), this.#channel++);
    this.lines.push(
      verdict === 'refused'
        ? `  note     its own address ${address} is refused: two who use this relay only (ice-transport-policy="relay") cannot call each other; allowed-peer-ip=${address} lets them`
        : `  note     its own address ${address} is relayed to, as two who use this relay only need it: whatever else on that machine listens on UDP can be reached through it`,
    );
  }

  #judgeSoftware(software: string): void {
    const version = /^coturn-(\d+)\.(\d+)\.(\d+)/i.exec(software)?.slice(1).map(Number);
    const difference = version?.map((part, at) => part - (COTURN_MENDED[at] ?? 0)).find((part) => part !== 0) ?? 0;
    const old = version !== undefined && difference < 0 ? ': older than 4.9.0, which takes IPv4 addresses mapped into IPv6 for IPv6 (CVE-2026-27624), so that each such range has to be denied by itself' : '';
    this.lines.unshift(`The relay says it is ${software}${old}`);
  }
}

/** Rejects with Node's error where the relay's host cannot be found or connected to. */
export const checkTurn = (where: TurnAddress, login: TurnLogin): Promise<TurnReport> => new Check(where, login).run();

function readLogin(values: { secret?: string; username?: string; credential?: string }, environment: NodeJS.ProcessEnv): TurnLogin | null {
  const { username, credential } = values;
  if (username !== undefined && credential !== undefined) return { username, password: credential };
  const configured = values.secret === undefined ? readConfiguration(environment) : null;
  const secret = values.secret ?? (configured?.ok ? configured.settings.turnSecret : undefined);
  if (!secret) return null;
  const made = turnCredentials(secret, 'turn-check', Math.floor(Date.now() / 1000) + LOGIN_LIFE_S);
  return { username: made.username, password: made.credential };
}

/** The command. Exit codes: 0 safe, 1 not, 2 asked wrongly. */
export async function turnCheckCommand(args: readonly string[], environment: NodeJS.ProcessEnv, say: (line: string) => void): Promise<0 | 1 | 2> {
  const option = { type: 'string' } as const;
  try {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: { secret: option, username: option, credential: option } });
    const where = parseTurnAddress(positionals[0] ?? '');
    const login = readLogin(values, environment);
    if (!where || !login || positionals.length > 1) {
      say(USAGE);
      return 2;
    }
    const { lines, ok } = await checkTurn(where, login);
    lines.forEach(say);
    return ok ? 0 : 1;
  } catch (error) {
    say(error instanceof TypeError ? USAGE : `The relay cannot be reached: ${error instanceof Error ? error.message : String(error)}`);
    return error instanceof TypeError ? 2 : 1;
  }
}
