import type { IncomingMessage } from 'node:http';
import { Hub } from '../hub/hub.js';
import { MemoryCallStore } from '../hub/memory-call-store.js';
import { MemoryPresenceStore } from '../hub/memory-presence-store.js';
import type { HubClock, HubFact, HubOptions } from '../hub/ports.js';
import type { Member } from '../protocol/codes.js';
import { toMember } from '../protocol/member.js';
import { AddressLimits, isLoopback } from './address-limits.js';
import { createHookCheck, openRooms, type AuthorizeHook } from './auth.js';
import { clientAddress } from './client-address.js';
import { nicknameKeys } from './confusables.js';
import { Gateway } from './gateway.js';
import { createLogger, describeFailure, type ServerLogger } from './logger.js';
import { createMayCall, type MayCallHook } from './may-call.js';
import { Metrics } from './metrics.js';
import { createOriginPolicy } from './origins.js';
import { createSeal } from './seal.js';
import { sessionSecrets } from './session-secret.js';
import { parseSettings, type Settings, type SettingsInput } from './settings.js';
import type { SignalingEngine } from './signaling-route.js';
import { createTokenCheck } from './token-check.js';
import { createIceServers, type IceServersHook } from './turn.js';
import { createRandomId } from './random-id.js';

// Joins hub, gateway, hooks, log and figures: signaling as such, on no http server yet.

/** Options of {@link createSignalingServer} and {@link attachSignaling}: the settings, and hooks. */
export interface SignalingServerOptions extends SettingsInput {
  /** Who may enter, and as whom; wins over `authSecret`. Default: as a token says (`authSecret`), else rooms are open to anybody who knows their name. */
  readonly authorize?: AuthorizeHook;
  readonly iceServers?: IceServersHook;
  /** Who may call whom. Default: everybody everybody. */
  readonly mayCall?: MayCallHook;
  /** Default: pino to standard output. */
  readonly logger?: ServerLogger;
}

/** By the type of the event. Times are epoch milliseconds, durations milliseconds. */
export type SignalingEvents = { readonly [T in HubFact['type']]: HubFact & { readonly type: T } };

/** What the operator's program can ask of running signaling. */
export interface SignalingControl {
  /** Everyone listed in the room, those included whose grace time runs. */
  members(room: string): Promise<Member[]>;
  /** Removes a member; false if there is none. Its user stays out of the room for `banSeconds` (default 3600; 0: may come back at once). */
  kick(room: string, memberId: string, options?: { banSeconds?: number }): Promise<boolean>;
  /** Ends a call with the reason `server` on both sides; false if there is none running. */
  endCall(callId: string): Promise<boolean>;
  /** Listens to what happens in rooms; the result stops it. What a listener throws is logged. */
  on<T extends keyof SignalingEvents>(type: T, listener: (event: SignalingEvents[T]) => void): () => void;
}

/** Clients are told to come back within this, each at its own moment. */
const DRAIN_SPREAD_MS = 3_000;
/** Requests in progress and what is on its way out get this long each when the server stops. */
const SETTLE_MS = 2_000;
const MAX_NAMED_ORIGINS = 100;
const DEFAULT_INVITES_PER_MINUTE = 6;

const clock: HubClock = {
  now: () => Date.now(),
  setTimer(delayMs, run) {
    const timer = setTimeout(run, delayMs).unref();
    return () => clearTimeout(timer);
  },
};

export class Signaling implements SignalingControl {
  readonly settings: Settings;
  readonly log: ServerLogger;
  readonly #gateway: Gateway;
  readonly #hub: Hub;
  readonly #metrics = new Metrics();
  readonly #listeners = new Map<string, Set<(fact: never) => void>>();
  #draining = false;
  #closed: Promise<void> | null = null;

  constructor(options: SignalingServerOptions) {
    const settings = parseSettings(options);
    this.settings = settings;
    this.log = options.logger ?? createLogger(settings.logLevel, settings.logFormat ?? 'json');
    const seal = createSeal(...sessionSecrets(settings, this.log));
    const gateway = new Gateway({
      mayConnect: this.#createGate(),
      limits: this.#createLimits(),
      addressOf: (request) => clientAddress(request, settings),
      isReturn: ({ resume }) => resume?.ticket !== undefined && seal.open('member', resume.ticket) !== null,
      onOutcome: (outcome) => this.#metrics.countRequest(outcome),
      log: this.log,
      now: () => performance.now(),
    });
    this.#gateway = gateway;
    this.#hub = new Hub({
      presence: new MemoryPresenceStore(nicknameKeys),
      calls: new MemoryCallStore(),
      links: gateway,
      clock,
      randomId: createRandomId(),
      seal,
      authorize: this.#createCheck(options.authorize),
      iceServers: createIceServers(settings, options.iceServers, this.log),
      ...(options.mayCall && { mayCall: createMayCall(options.mayCall, this.log) }),
      onFact: (fact) => this.#publish(fact),
      onFailure: (error, doing) => this.log.error({ ...describeFailure(error), doing }, 'hub failed'),
      maxRoomMembers: settings.maxRoomMembers,
      ringTimeoutMs: settings.ringTimeoutS * 1000,
      invitesPerMinute: settings.maxInvitesPerMinute ?? DEFAULT_INVITES_PER_MINUTE,
      ...(settings.maxInvitesPerMinute === undefined && { mayInviteFreely: (connectionId: string) => this.#isLocal(connectionId) }),
    });
    gateway.start(this.#hub);
  }

  get engine(): SignalingEngine {
    return this.#gateway.engine;
  }

  /** Under the prefix of the public address and without it: a proxy may strip it or not. */
  get paths(): readonly string[] {
    const path = `/${this.settings.signalingPath}`;
    return [...new Set([this.prefix + path, path])];
  }

  /** The path of the public address without its trailing slash. */
  get prefix(): string {
    return this.settings.publicUrl?.pathname.replace(/\/+$/, '') ?? '';
  }

  get draining(): boolean {
    return this.#draining;
  }

  renderMetrics(): string {
    return this.#metrics.render(this.#gateway.connections);
  }

  async members(room: string): Promise<Member[]> {
    return (await this.#hub.members(room)).map(toMember);
  }

  kick(room: string, memberId: string, { banSeconds }: { banSeconds?: number } = {}): Promise<boolean> {
    return this.#hub.kick(room, memberId, banSeconds);
  }

  endCall(callId: string): Promise<boolean> {
    return this.#hub.endCall(callId);
  }

  on<T extends keyof SignalingEvents>(type: T, listener: (event: SignalingEvents[T]) => void): () => void {
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  async drain(): Promise<void> {
    if (this.#draining) return;
    this.#draining = true;
    this.log.info({}, 'draining');
    this.#hub.drain(DRAIN_SPREAD_MS);
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([this.#gateway.drain(), new Promise((resolve) => (timer = setTimeout(resolve, SETTLE_MS)))]);
    clearTimeout(timer);
  }

  close(): Promise<void> {
    this.#draining = true;
    this.#closed ??= this.#end();
    return this.#closed;
  }

  async #end(): Promise<void> {
    // First, so that nobody is told of everybody's leaving.
    this.#hub.close();
    await this.#gateway.shutDown(SETTLE_MS);
    this.log.info({}, 'closed');
  }

  #createCheck(hook: AuthorizeHook | undefined): HubOptions['authorize'] {
    const { authSecret: secrets, authMode: mode = 'required' } = this.settings;
    if (hook) return createHookCheck(hook, (connectionId) => this.#gateway.requestOf(connectionId), (request) => clientAddress(request, this.settings), this.log);
    return secrets ? createTokenCheck({ secrets, mode, log: this.log }) : openRooms;
  }

  /** The origin policy, telling the operator once about each origin it refuses. */
  #createGate(): (request: IncomingMessage) => boolean {
    const isAllowed = createOriginPolicy(this.settings);
    const named = new Set<string>();
    return (request) => {
      if (isAllowed(request)) return true;
      const origin = (request.headers.origin ?? '').slice(0, 200);
      if (!named.has(origin) && named.size < MAX_NAMED_ORIGINS) {
        named.add(origin);
        this.log.warn({ origin }, "origin refused: add it to ALLOWED_ORIGINS; if it is this server's own, set PUBLIC_URL or TRUST_PROXY");
      }
      return false;
    };
  }

  #isLocal(connectionId: string): boolean {
    return isLoopback(this.#gateway.addressOf(connectionId) ?? '');
  }

  #createLimits(): AddressLimits {
    const { maxConnectionsPerAddress: connections, maxJoinsPerMinute: joinsPerMinute } = this.settings;
    const said = new Set<string>();
    const onReached = (limit: 'connections' | 'joins'): void => {
      if (said.has(limit)) return;
      said.add(limit);
      const setting = limit === 'connections' ? 'MAX_CONNECTIONS_PER_ADDRESS' : 'MAX_JOINS_PER_MINUTE';
      this.log.warn({ limit }, `an address has reached its limit: if many people share it, raise ${setting}; if it is that of a proxy, set TRUST_PROXY`);
    };
    return new AddressLimits({ connections, joinsPerMinute, onReached }, () => performance.now());
  }

  #publish(fact: HubFact): void {
    this.#metrics.onFact(fact);
    const { type, room: _room, ...fields } = fact;
    if ('userId' in fields) this.log.info({ memberId: fields.memberId }, type);
    else this.log.info(fields, type);
    for (const listener of this.#listeners.get(type) ?? []) {
      try {
        (listener as (event: HubFact) => void)(fact);
      } catch (error) {
        this.log.error({ ...describeFailure(error), event: type }, 'listener failed');
      }
    }
  }
}
