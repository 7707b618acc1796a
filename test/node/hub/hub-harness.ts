import assert from 'node:assert/strict';
import { applyDelta, applySnapshot, EMPTY_ROSTER, type Roster } from '../../../src/call/roster.js';
import { Hub } from '../../../src/hub/hub.js';
import { openSeal } from '../../../src/hub/tickets.js';
import { MemoryCallStore } from '../../../src/hub/memory-call-store.js';
import { MemoryPresenceStore } from '../../../src/hub/memory-presence-store.js';
import type { HubFact, HubLinks, HubOptions } from '../../../src/hub/ports.js';
import type { EventOf, OkReply, Reply, RequestFields, RequestType, RoomSnapshot, ServerEvent, WireCall, Welcome } from '../../../src/protocol/messages.js';
import { parseEvent, parseReply } from '../../../src/protocol/parse.js';
import { parseRequest } from '../../../src/protocol/parse-request.js';
import { VirtualClock } from './virtual-clock.js';

export const MEDIA = { audio: true, video: true };
let made = 0;
/** As clients make them. */
export const madeId = (prefix = 'id'): string => `${prefix}-${String(++made).padStart(16, '0')}`;

/** Connections without a network: what was sent to each, who listens, what was closed and why. */
class RecordingLinks implements HubLinks {
  readonly clients = new Map<string, Client>();
  readonly audiences = new Map<string, Set<string>>();
  readonly closed: { readonly connectionId: string; readonly why: string }[] = [];
  broadcasts = 0;

  send(connectionId: string, event: ServerEvent): void {
    this.clients.get(connectionId)?.hear(connectionId, event);
  }
  broadcast(audience: string, event: ServerEvent): void {
    this.broadcasts++;
    for (const id of this.audiences.get(audience) ?? []) this.clients.get(id)?.hear(id, event);
  }
  subscribe(connectionId: string, audience: string): void {
    this.audiences.set(audience, (this.audiences.get(audience) ?? new Set()).add(connectionId));
  }
  unsubscribe(connectionId: string, audience: string): void {
    this.audiences.get(audience)?.delete(connectionId);
  }
  close(connectionId: string, why: string): void {
    this.closed.push({ connectionId, why });
    this.drop(connectionId);
  }
  drop(connectionId: string): void {
    this.clients.delete(connectionId);
    for (const audience of this.audiences.values()) audience.delete(connectionId);
  }
}

let ids = 0;

export class HubHarness {
  readonly clock = new VirtualClock();
  readonly links = new RecordingLinks();
  readonly facts: HubFact[] = [];
  readonly failures: string[] = [];
  readonly options: HubOptions;
  readonly hub: Hub;

  constructor(options: Partial<HubOptions> = {}) {
    this.options = {
      presence: new MemoryPresenceStore(),
      calls: new MemoryCallStore(),
      links: this.links,
      clock: this.clock,
      seal: openSeal,
      randomId: (bytes) => `r${bytes}-${++ids}`,
      authorize: async () => ({ ok: true, identity: null }),
      iceServers: async () => ({ iceServers: [], hasTurn: false }),
      onFact: (fact) => this.facts.push(fact),
      onFailure: (_error, doing) => this.failures.push(doing),
      ...options,
    };
    this.hub = new Hub(this.options);
  }

  client(): Client {
    return new Client(this);
  }

  /** A client that is in the room and has heard all there is to hear. */
  async join(nickname: string, fields: Partial<RequestFields<'hello'>> = {}): Promise<Client> {
    const client = this.client();
    client.connect();
    const reply = await client.hello({ nickname, ...fields });
    assert.ok(reply.ok, JSON.stringify(reply));
    await this.clock.advance(0);
    return client;
  }

  joinAll(...nicknames: string[]): Promise<Client[]> {
    return Promise.all(nicknames.map((nickname) => this.join(nickname)));
  }

  factsOf(callId: string): string[] {
    return this.facts.flatMap((fact) => ('callId' in fact && fact.callId === callId ? [fact.type] : []));
  }
}

/** A page as far as the wire goes: everything it sends and hears passes the schemas, its list is kept by the real roster. */
export class Client {
  harness: HubHarness;
  connectionId = '';
  welcome: Welcome | null = null;
  roster: Roster = EMPTY_ROSTER;
  lastSeq = 0;
  /** Applied directed events, in order. */
  events: ServerEvent[] = [];
  /** The newest view of each call. */
  readonly calls = new Map<string, WireCall>();
  needsSync = false;
  #early: ServerEvent[] | null = null;

  constructor(harness: HubHarness) {
    this.harness = harness;
  }

  get id(): string {
    return this.welcome?.memberId ?? '';
  }

  connect(): void {
    this.connectionId = madeId('link');
    this.harness.links.clients.set(this.connectionId, this);
    this.harness.hub.connected(this.connectionId);
    this.#early = [];
  }

  /** The link breaks: the hub notices at once, or later by `disconnected`. */
  cut({ unnoticed = false } = {}): void {
    this.harness.links.drop(this.connectionId);
    if (!unnoticed) this.harness.hub.disconnected(this.connectionId);
  }

  async hello(fields: Partial<RequestFields<'hello'>> = {}, id?: string): Promise<Reply<'hello'>> {
    const { connectionId } = this;
    const reply = await this.request('hello', { versions: [1], room: 'lobby', nickname: 'Ana', ...fields }, id);
    if (!reply.ok || connectionId !== this.connectionId) return reply;
    this.welcome = reply;
    if (!reply.resumed) this.lastSeq = reply.seq;
    if (reply.room) this.#snapshot(reply.room);
    if (reply.call) this.tell(reply.call);
    const early = this.#early ?? [];
    this.#early = null;
    for (const event of early) this.#apply(event);
    return reply;
  }

  async resume(fields: Partial<RequestFields<'hello'>> = {}): Promise<Reply<'hello'>> {
    assert.ok(this.welcome);
    const { sessionId, secret, epoch, ticket } = this.welcome;
    this.connect();
    const reply = await this.hello({ resume: { sessionId, secret, epoch, lastSeq: this.lastSeq, rev: this.roster.rev, ticket }, ...fields });
    await this.harness.clock.advance(0);
    return reply;
  }

  /** Comes back to another hub, with what the one before has given it; `callId`: the call it believes to be in. */
  async moveTo(harness: HubHarness, callId?: string, fields: Partial<RequestFields<'hello'>> = {}): Promise<OkReply<'hello'>> {
    this.harness = harness;
    const callTicket = callId === undefined ? undefined : this.calls.get(callId)?.ticket;
    const reply = await this.resume({ nickname: this.welcome?.nickname, ...(callTicket !== undefined && { callTicket }), ...fields });
    assert.ok(reply.ok, JSON.stringify(reply));
    return reply;
  }

  async request<T extends RequestType>(t: T, fields: RequestFields<T>, id = madeId('req')): Promise<Reply<T>> {
    const request = parseRequest({ ...fields, v: 1, id, t, a: this.lastSeq });
    assert.ok(request.ok, JSON.stringify(request));
    const raw = await this.harness.hub.request(this.connectionId, request.value);
    const reply = parseReply(t, JSON.parse(JSON.stringify(raw)));
    assert.ok(reply.ok, `${t}: ${JSON.stringify(reply)}`);
    return reply.value;
  }

  /** A request that must be granted. */
  async ask<T extends RequestType>(t: T, fields: RequestFields<T>): Promise<OkReply<T>> {
    const reply = await this.request(t, fields);
    assert.ok(reply.ok, `${t} was refused: ${JSON.stringify(reply)}`);
    return reply as OkReply<T>;
  }

  async refused<T extends RequestType>(t: T, fields: RequestFields<T>): Promise<{ code: string; call?: WireCall | undefined }> {
    const reply = await this.request(t, fields);
    assert.ok(!reply.ok, `${t} was granted: ${JSON.stringify(reply)}`);
    return reply;
  }

  /** Invites, and returns the call's id once it rings. */
  async call(to: Client, fields: Partial<RequestFields<'invite'>> = {}): Promise<string> {
    const { call } = await this.ask('invite', { callId: madeId('call'), to: to.id, media: MEDIA, offer: 'offer', ...fields });
    assert.equal(call.state, 'ringing');
    await this.harness.clock.advance(0);
    return call.callId;
  }

  /** A call from here to there, up to `active`. */
  async talk(to: Client): Promise<string> {
    const callId = await this.call(to);
    await to.ask('accept', { callId, media: MEDIA, answer: 'answer' });
    await this.ask('connected', { callId });
    await this.harness.clock.advance(0);
    return callId;
  }

  async sync(): Promise<OkReply<'sync'>> {
    this.needsSync = false;
    const reply = await this.ask('sync', { rev: this.roster.rev });
    if (reply.room) this.#snapshot(reply.room);
    if (reply.call) this.tell(reply.call);
    return reply;
  }

  hear(connectionId: string, sent: ServerEvent): void {
    const event = parseEvent(JSON.parse(JSON.stringify(sent)));
    assert.ok(event.ok, JSON.stringify(event));
    if (connectionId !== this.connectionId) return void this.events.push(event.value);
    if (this.#early) this.#early.push(event.value);
    else this.#apply(event.value);
  }

  /** The events of one kind, oldest first. */
  heard<T extends ServerEvent['t']>(t: T): EventOf<T>[] {
    return this.events.filter((event): event is EventOf<T> => event.t === t);
  }

  /** How the call stands for this client: its state, and the reason once it is over. */
  stateOf(callId: string): string {
    const call = this.calls.get(callId);
    return call ? (call.reason ?? call.state) : 'unknown';
  }

  tell(call: WireCall): void {
    const known = this.calls.get(call.callId);
    if (!known || call.rev > known.rev) this.calls.set(call.callId, call);
  }

  #snapshot(room: RoomSnapshot): void {
    this.roster = applySnapshot(this.roster, room).roster;
  }

  #apply(event: ServerEvent): void {
    if (event.t === 'room') {
      const change = applyDelta(this.roster, event);
      if (change) this.roster = change.roster;
      else this.needsSync = true;
      return;
    }
    if (event.t !== 'replaced' && event.t !== 'kicked') {
      if (event.s <= this.lastSeq) return;
      assert.equal(event.s, this.lastSeq + 1, 'directed events come without gaps');
      this.lastSeq = event.s;
    }
    this.events.push(event);
    if (event.t === 'call') this.tell(event.call);
  }
}
