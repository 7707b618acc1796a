import { BlockList, isIP } from 'node:net';
import * as v from 'valibot';
import { MAX_RING_TIMEOUT_MS, MAX_ROOM_MEMBERS, MIN_RING_TIMEOUT_MS, RING_TIMEOUT_MS } from '../protocol/hub-limits.js';
import { isIceUrl } from './ice-url.js';
import { MIN_AUTH_SECRET_LENGTH } from './token-claims.js';

// What an operator can set, checked once at start. The same table serves the library's options (numbers, lists) and the environment (text only).

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The settings as a library option, or as the text of an environment variable (`RING_TIMEOUT_S` for `ringTimeoutS`). Absent or empty: the default. */
export interface SettingsInput {
  /** TCP port, 0 = any free one. Default 3000. */
  readonly port?: number | string | undefined;
  /** Address to listen on. Default: all. */
  readonly host?: string | undefined;
  /** Default `info`: one line per join, leave and step of a call, with ids only. */
  readonly logLevel?: LogLevel | (string & {}) | undefined;
  /** Default `json`; the command line's is `pretty` on a terminal. */
  readonly logFormat?: 'json' | 'pretty' | (string & {}) | undefined;
  /** Whether `/` and the demo pages are served. Default `on`. */
  readonly demo?: 'on' | 'off' | (string & {}) | undefined;
  /** What the world calls this server: its origin is accepted, its path is a prefix that the proxy may strip or leave. */
  readonly publicUrl?: string | undefined;
  /** The path of signaling under `publicUrl`. Default `rtc-signaling`. */
  readonly signalingPath?: string | undefined;
  /** Exact origins whose pages may use signaling, or `*`. Default: that of `publicUrl`, the request's own, and localhost. */
  readonly allowedOrigins?: readonly string[] | string | undefined;
  /** How many proxies stand in front, or their addresses (CIDR): their `X-Forwarded-For`, `-Proto` and `-Host` count. Default 0. */
  readonly trustProxy?: number | readonly string[] | string | undefined;
  /** How long a call rings unanswered, in seconds. Default 45. */
  readonly ringTimeoutS?: number | string | undefined;
  /** Default 1000. */
  readonly maxRoomMembers?: number | string | undefined;
  /** Open connections from one address (an IPv6 network of 64 bits counts as one). Default 50, from this machine any number; set, it counts there too. */
  readonly maxConnectionsPerAddress?: number | string | undefined;
  /** New members a minute from one address. Default 30, from this machine any number; set, it counts there too. */
  readonly maxJoinsPerMinute?: number | string | undefined;
  /** Calls a minute that one member may make and nobody takes, after some more at once. Default 6, from this machine any number; set, it counts there too; 0 = any number, and whoever is rejected again and again need not wait. */
  readonly maxInvitesPerMinute?: number | string | undefined;
  /** Signs what lets members and calls outlive a restart of the server. At least 16 characters. Default: derived from `authSecret`, else made once and kept in `stateDir`. */
  readonly sessionSecret?: string | undefined;
  /** Key of the room tokens (HS256), at least 32 characters; several (rotation): each is accepted, make new tokens with the first. Default: none, rooms are open. */
  readonly authSecret?: readonly string[] | string | undefined;
  /** With `authSecret`: whether who brings no token stays outside (`required`, the default) or is a guest (`optional`). */
  readonly authMode?: 'required' | 'optional' | (string & {}) | undefined;
  /** Folder for what the server itself must keep. Default: `rtc-elements` in the user's state folder (`$XDG_STATE_HOME`, `~/.local/state`). */
  readonly stateDir?: string | undefined;
  /** `stun:host:port`. Default: none, calls work inside one network only. */
  readonly stunUrls?: readonly string[] | string | undefined;
  /** `turn:host:port`, `turns:host:port`, each with `?transport=udp` or `tcp`: relays whose credentials are made from `turnSecret`. Default: none. */
  readonly turnUrls?: readonly string[] | string | undefined;
  /**
   * Shared with the relays (coturn: `static-auth-secret`), never with a page. At least 16 characters: whoever has credentials can try guesses at it.
   */
  readonly turnSecret?: string | undefined;
  /** How long credentials are good, in seconds; at most 3600, and more is taken for that. Default 3600. */
  readonly turnTtlS?: number | string | undefined;
  /** Asked for as `Authorization: Bearer …` at `/metrics`, which then answers everybody who has it. At least 8 characters. */
  readonly metricsToken?: string | undefined;
  /** Serves `/metrics` on a port of its own, and there only. */
  readonly metricsPort?: number | string | undefined;
}

/** Whose `X-Forwarded-…` headers count: so many hops, or whoever has one of these addresses. */
export type TrustedProxies = { readonly hops: number } | { readonly addresses: BlockList };

const integer = (minimum: number, maximum: number) => {
  const problem = `expected a whole number from ${minimum} to ${maximum}`;
  return v.pipe(
    v.union([v.number(), v.pipe(v.string(), v.trim(), v.regex(/^\d{1,15}$/), v.transform(Number))], problem),
    v.integer(problem),
    v.minValue(minimum, problem),
    v.maxValue(maximum, problem),
  );
};

const choice = <const T extends readonly string[]>(options: T) => v.picklist(options, `expected ${options.join(' or ')}`);

const text = (problem: string, minimum = 1) => v.pipe(v.string(problem), v.minLength(minimum, problem));

/** A list, or one text with commas. */
const list = <T extends v.GenericSchema<string, unknown>>(item: T, problem: string) =>
  v.pipe(
    v.union([v.string(), v.array(v.string())], problem),
    v.transform((value) => (typeof value === 'string' ? value.split(',') : value).map((entry) => entry.trim()).filter((entry) => entry !== '')),
    v.array(item),
    v.readonly(),
  );

function parseOrigin(entry: string): string | null {
  if (entry === '*' || entry === 'null') return entry;
  if (!URL.canParse(entry)) return null;
  const { origin, protocol, pathname, search, hash, username } = new URL(entry);
  return /^https?:$/.test(protocol) && pathname === '/' && !(search || hash || username) && !/[?#]$/.test(entry) ? origin : null;
}

/** Valid input becomes `T`; `parse` says null for the rest. */
const parsed = <T>(parse: (entry: string) => T | null, problem: string) =>
  v.pipe(
    v.string(problem),
    v.rawTransform<string, T>(({ dataset, addIssue, NEVER }) => {
      const value = parse(dataset.value);
      if (value !== null) return value;
      addIssue({ message: problem });
      return NEVER;
    }),
  );

function parsePublicUrl(entry: string): URL | null {
  if (!URL.canParse(entry)) return null;
  const url = new URL(entry);
  return /^https?:$/.test(url.protocol) && !(url.search || url.hash || url.username || url.password) ? url : null;
}

function parseProxies(entry: string): TrustedProxies | null {
  if (/^\d{1,2}$/.test(entry)) return { hops: Number(entry) };
  const addresses = new BlockList();
  for (const range of entry.split(',').map((part) => part.trim())) {
    const [address = '', bits] = range.split('/');
    const version = isIP(address);
    const most = version === 6 ? 128 : 32;
    if (version === 0 || (bits !== undefined && !(/^\d{1,3}$/.test(bits) && Number(bits) <= most))) return null;
    addresses.addSubnet(address, Number(bits ?? most), version === 6 ? 'ipv6' : 'ipv4');
  }
  return { addresses };
}

const ORIGIN = 'expected origins such as https://example.com, without a path, or *';
const PROXIES = 'expected a number of proxies, or their addresses such as 10.0.0.0/8';
/** TURN credentials that leak are worth something for so long at most. */
const MAX_TURN_TTL_S = 3600;

const STUN = 'expected STUN addresses such as stun:stun.example.com:3478';
const AUTH_SECRET = `expected at least ${MIN_AUTH_SECRET_LENGTH} characters (256 bits: RFC 7518, 3.2)`;
const TURN = 'expected TURN addresses such as turn:turn.example.com:3478?transport=udp';
const PUBLIC_URL = 'expected an address such as https://example.com/calls';
const SIGNALING_PATH = 'expected a path such as rtc-signaling, of letters, digits, dots and dashes';

const schema = v.object({
  port: v.optional(integer(0, 65_535), 3000),
  host: v.optional(text('expected an address to listen on')),
  logLevel: v.optional(choice(LOG_LEVELS), 'info'),
  logFormat: v.optional(choice(['json', 'pretty'])),
  demo: v.pipe(
    v.optional(choice(['on', 'off']), 'on'),
    v.transform((value) => value === 'on'),
  ),
  publicUrl: v.optional(parsed(parsePublicUrl, PUBLIC_URL)),
  signalingPath: v.optional(
    parsed((entry) => /^\/?([a-z\d_-][\w.-]*(?:\/[a-z\d_-][\w.-]*)*)\/?$/i.exec(entry)?.[1] ?? null, SIGNALING_PATH),
    'rtc-signaling',
  ),
  allowedOrigins: v.optional(list(parsed(parseOrigin, ORIGIN), ORIGIN)),
  trustProxy: v.optional(v.pipe(v.union([v.number(), v.string(), v.array(v.string())], PROXIES), v.transform(String), parsed(parseProxies, PROXIES)), '0'),
  ringTimeoutS: v.optional(integer(MIN_RING_TIMEOUT_MS / 1000, MAX_RING_TIMEOUT_MS / 1000), RING_TIMEOUT_MS / 1000),
  maxRoomMembers: v.optional(integer(2, 100_000), MAX_ROOM_MEMBERS),
  maxConnectionsPerAddress: v.optional(integer(1, 1_000_000)),
  maxJoinsPerMinute: v.optional(integer(1, 1_000_000)),
  maxInvitesPerMinute: v.optional(integer(0, 1_000_000)),
  sessionSecret: v.optional(text('expected at least 16 characters', 16)),
  authSecret: v.optional(v.pipe(list(text(AUTH_SECRET, MIN_AUTH_SECRET_LENGTH), AUTH_SECRET), v.minLength(1, AUTH_SECRET))),
  authMode: v.optional(choice(['required', 'optional'])),
  stateDir: v.optional(text('expected a folder')),
  stunUrls: v.optional(list(v.pipe(v.string(), v.check((url) => url.startsWith('stun') && isIceUrl(url), STUN)), STUN), []),
  turnUrls: v.optional(list(v.pipe(v.string(), v.check((url) => url.startsWith('turn') && isIceUrl(url), TURN)), TURN), []),
  turnSecret: v.optional(text('expected at least 16 characters', 16)),
  turnTtlS: v.pipe(
    v.optional(integer(10, 1e9), MAX_TURN_TTL_S),
    v.transform((value) => Math.min(value, MAX_TURN_TTL_S)),
  ),
  metricsToken: v.optional(text('expected at least 8 characters', 8)),
  metricsPort: v.optional(integer(0, 65_535)),
});
export type Settings = v.InferOutput<typeof schema>;

export const SETTING_NAMES = Object.keys(schema.entries) as readonly (keyof SettingsInput)[];
const SECRETS: ReadonlySet<string> = new Set<keyof SettingsInput>(['sessionSecret', 'authSecret', 'turnSecret', 'metricsToken']);

/** One thing wrong with one setting. Secrets are never repeated in `problem`. */
export interface SettingMistake {
  readonly setting: keyof SettingsInput;
  readonly problem: string;
}

/** Thrown by the library's functions when an option is wrong: one line for each mistake, all of them at once. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly mistakes: readonly SettingMistake[];

  constructor(mistakes: readonly SettingMistake[]) {
    super(mistakes.map(({ setting, problem }) => `${setting}: ${problem}`).join('\n'));
    this.mistakes = mistakes;
  }
}

function toMistake(issue: v.BaseIssue<unknown>): SettingMistake {
  const setting = String(issue.path?.[0]?.key) as keyof SettingsInput;
  const got = SECRETS.has(setting) ? '' : `, got ${JSON.stringify(issue.input)?.slice(0, 100)}`;
  return { setting, problem: issue.message + got };
}

/** Checks all settings. @throws {SettingsError} naming every mistake. */
export function parseSettings(input: SettingsInput): Settings {
  // An empty variable is an unset one: compose files pass those.
  const given = Object.fromEntries(SETTING_NAMES.map((name) => [name, input[name] === '' ? undefined : input[name]]));
  const result = v.safeParse(schema, given);
  if (!result.success) throw new SettingsError(result.issues.map(toMistake));
  const { port, metricsPort, authMode, authSecret, turnUrls, turnSecret } = result.output;
  if (authMode && !authSecret) throw new SettingsError([{ setting: 'authMode', problem: 'expected authSecret (AUTH_SECRET) beside it' }]);
  if (turnUrls.length > 0 && turnSecret === undefined) throw new SettingsError([{ setting: 'turnSecret', problem: 'expected the secret of the relays in turnUrls' }]);
  if (turnUrls.length === 0 && turnSecret !== undefined) throw new SettingsError([{ setting: 'turnUrls', problem: 'expected the relays that turnSecret belongs to' }]);
  if (metricsPort && metricsPort === port) throw new SettingsError([{ setting: 'metricsPort', problem: 'expected another port than that of the server' }]);
  return result.output;
}
