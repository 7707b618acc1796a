import { Hub } from '../../../src/hub/hub.js';
import { MemoryCallStore } from '../../../src/hub/memory-call-store.js';
import { MemoryPresenceStore } from '../../../src/hub/memory-presence-store.js';
import type { HubOptions } from '../../../src/hub/ports.js';
import { openSeal } from '../../../src/hub/tickets.js';
import { toMember } from '../../../src/protocol/member.js';
import { JoinedSession } from '../../../src/session/joined-session.js';
import { Session } from '../../../src/session/rtc-session.js';
import type { SessionOptions } from '../../../src/session/session-api.js';
import { createReconnectPolicy } from '../../../src/signaling/reconnect-policy.js';
import { createSignalingClient } from '../../../src/signaling/signaling-client.js';
import { Audit } from './audit.js';
import { isReplay } from './for-seeds.js';
import { late } from './late-store.js';
import { ModelIce } from './model-ice.js';
import { Network, type NetworkOptions } from './network.js';
import { Scheduler } from './scheduler.js';
import { Tab, TabStorage } from './tab.js';
import { installVirtualGlobals } from './virtual-globals.js';
import { VirtualLocks } from './virtual-locks.js';

export const ROOM = 'lobby';

/**
 * One hub and the tabs of some people in virtual time: real hub, real signaling clients, real sessions with their call machines. Links, stores, devices,
 * connections, storage and clocks are played, by one seed.
 */
export class World {
  readonly scheduler: Scheduler;
  readonly audit = new Audit();
  readonly network: Network;
  readonly ice: ModelIce;
  readonly calls = new MemoryCallStore();
  readonly tabs: Tab[] = [];
  readonly hub: Hub;
  readonly #locks: VirtualLocks;

  constructor(seed: number, { network, hub }: { network?: Partial<NetworkOptions>; hub?: Partial<HubOptions> } = {}) {
    const scheduler = (this.scheduler = new Scheduler(seed));
    if (isReplay) scheduler.trace = [];
    this.#locks = new VirtualLocks(scheduler);
    this.ice = new ModelIce(scheduler);
    this.network = new Network(scheduler, { latencyMs: [1, 120], shuffles: false, ...network }, this.audit);
    let ids = 0;
    this.hub = new Hub({
      presence: late(new MemoryPresenceStore(), scheduler),
      calls: late(this.calls, scheduler),
      links: this.network,
      // What the hub plans it plans for itself, whoever made it do so.
      clock: { now: () => scheduler.now(), setTimer: (delayMs, run) => scheduler.at(scheduler.now() + delayMs, 'hub timer', run, null) },
      randomId: (bytes) => `r${bytes}-${++ids}`,
      seal: openSeal,
      authorize: async (token) => ({ ok: true, identity: token ? { userId: token, nickname: token } : null }),
      iceServers: async () => ({ iceServers: [], hasTurn: false }),
      onFact: (fact) => this.audit.fact(fact),
      onFailure: (error, doing) => this.audit.find(`hub, ${doing}: ${String(error)}`),
      ...hub,
    });
    this.network.hub = this.hub;
  }

  /** Runs with virtual time in place of the real one; what was found meanwhile fails it. */
  static async live(seed: number, run: (world: World) => Promise<void>, options?: ConstructorParameters<typeof World>[1]): Promise<void> {
    const world = new World(seed, options);
    const restore = installVirtualGlobals(world.scheduler, world.#locks);
    try {
      await run(world);
      world.expectNoFindings();
    } catch (error) {
      if (world.scheduler.trace) console.error(world.scheduler.trace.join('\n'));
      throw error;
    } finally {
      restore();
    }
  }

  expectNoFindings(): void {
    const findings = [...this.audit.findings, ...this.ice.findings];
    if (findings.length > 0) throw new Error(findings.join('\n'));
  }

  // --- Tabs --------------------------------------------------------------------------------------------------------------------------------------

  /** A page is loaded: a new tab, or with `storage` one that finds what another had stored. */
  async open(name: string, options: SessionOptions = {}, storage: Iterable<[string, string]> = []): Promise<Tab> {
    const { scheduler } = this;
    const tab = new Tab(name, options, new TabStorage(storage));
    this.tabs.push(tab);
    await scheduler.act(tab, () => {
      tab.session = new Session({ server: 'model:', room: ROOM, nickname: name, endedTimeout: 0, ...options }, async () => (store) => new JoinedSession(store, {
        createPeer: this.ice.createPeer,
        devices: tab.media,
        createSignaling: (_server, signaling) => {
          const client = createSignalingClient(this.network.transportOf(tab), this.audit.listen(tab, signaling), createReconnectPolicy(scheduler.random), scheduler);
          tab.ticket = () => client.ticket;
          return client;
        },
        problem: null,
      }));
      tab.session.on('rtc-call-state', ({ detail: { state, callId, reason } }) => {
        this.audit.said(tab, state, callId ?? '');
        tab.states.push({ state, callId: callId ?? '', reason, at: scheduler.now() });
        scheduler.trace?.push(`    ${tab.name} is ${state} ${reason ?? ''} ${callId}`);
      });
      tab.session.on('rtc-call-incoming', ({ detail: { callId } }) => {
        if (tab.states.slice(tab.statesBefore, -1).some((each) => each.callId === callId && each.state === 'incoming')) this.audit.find(`${name} was told twice to ring for ${callId}`);
        tab.rang.push(callId);
      });
      tab.session.on('rtc-room-state', ({ detail: { state } }) => {
        if (state === 'idle') tab.statesBefore = tab.states.length;
      });
      tab.session.on('rtc-error', ({ detail: { code } }) => void tab.errors.push(code));
    });
    return tab;
  }

  async join(name: string, options: SessionOptions = {}): Promise<Tab> {
    const tab = await this.open(name, options);
    await this.act(tab, () => void tab.session.join().catch(() => {}));
    return tab;
  }

  /** People who all see each other. */
  async joinAll(...people: readonly (string | [name: string, options: SessionOptions])[]): Promise<Tab[]> {
    const tabs: Tab[] = [];
    for (const person of people) tabs.push(typeof person === 'string' ? await this.join(person) : await this.join(...person));
    const members = new Set(tabs.map(({ options, name }) => options.token ?? name)).size;
    if (!(await this.scheduler.until(() => tabs.every((tab) => tab.snapshot.members.length === members), 10_000))) throw new Error('they do not see each other');
    return tabs;
  }

  act<T>(tab: Tab, run: () => T): Promise<T> {
    return this.scheduler.act(tab, run);
  }

  /** Does it after a while, if the tab is still there. */
  soon(tab: Tab, range: readonly [number, number], label: string, run: () => unknown): void {
    const { scheduler } = this;
    scheduler.at(scheduler.now() + scheduler.between(...range), `${tab.name} ${label}`, () => void run(), tab);
  }

  /** The page is gone, with or without having been able to say so. */
  async kill(tab: Tab, { says }: { says: boolean }): Promise<void> {
    if (says) await this.act(tab, () => tab.window.dispatchEvent(new Event('pagehide')));
    // What it has just sent still leaves; its links close behind that.
    tab.dead = true;
    for (const peer of this.ice.open) if (peer.owner === tab) peer.close();
    tab.media.close();
    this.#locks.giveBack(tab);
    this.network.left(tab, says ? 'said' : this.scheduler.chance(0.5) ? 'reset' : 'silent');
  }

  freeze(tab: Tab, ms: number): void {
    tab.frozenUntil = this.scheduler.now() + ms;
    this.network.frozen(tab);
  }

  get alive(): Tab[] {
    return this.tabs.filter(({ dead }) => !dead);
  }

  /** Two that are in an active call with each other. */
  async connect(caller: Tab, callee: Tab): Promise<string> {
    await this.act(caller, () => void caller.session.call(callee.id));
    await this.expectSoon('it rings', () => callee.phase === 'incoming', 5_000);
    await this.act(callee, () => void callee.session.accept());
    await this.expectSoon('both are active', () => caller.phase === 'active' && callee.phase === 'active', 5_000);
    return caller.callId ?? '';
  }

  async expectSoon(what: string, holds: () => boolean, limitMs: number): Promise<void> {
    if (await this.scheduler.until(holds, limitMs)) return;
    throw new Error(`not within ${limitMs} ms: ${what}. ${this.describe()}`);
  }

  describe(): string {
    return this.tabs.map((tab) => `${tab.name}${tab.dead ? ' (gone)' : ''} ${tab.snapshot.roomState}: ${tab.told().join(' ')} ${tab.errors.join(' ')}`).join('; ');
  }

  // --- What is ------------------------------------------------------------------------------------------------------------------------------------

  /** Everyone the hub lists, as pages see members, by id. */
  async truth(): Promise<object[]> {
    const listing = this.hub.members(ROOM);
    let wire: Awaited<typeof listing> | null = null;
    void listing.then((members) => (wire = members));
    await this.scheduler.until(() => wire !== null, 1_000);
    return byId((wire ?? []).map(toMember));
  }

  factsOf(callId: string): string[] {
    return this.audit.facts.flatMap((fact) => ('callId' in fact && fact.callId === callId ? [fact.type] : []));
  }

  /** Nobody is in a call, by anybody's account, and no device is in use. */
  async expectAllFree(): Promise<void> {
    for (const { id, busy } of (await this.truth()) as { id: string; busy: boolean }[]) {
      if (busy) this.audit.find(`${id} is listed as busy`);
      if (await this.calls.claimOf(id)) this.audit.find(`${id} is claimed`);
    }
    for (const { name, isInCall, light, phase } of this.alive) if (isInCall || light) this.audit.find(`${name} is ${phase}, ${light ? 'its light is on' : 'dark'}`);
  }

  /** Nothing at all is left: nobody in the room, nothing to wait for, no connection, no device in use. */
  async expectNothingLeft(): Promise<void> {
    const { scheduler, hub, network } = this;
    await scheduler.run(200_000);
    const left = { members: hub.memberCount, rooms: hub.rooms, links: network.size, steps: scheduler.pending, lights: this.tabs.filter(({ light }) => light).length, open: this.ice.open.length };
    const found = Object.entries(left).filter(([, count]) => count > 0);
    if (found.length > 0) this.audit.find(`left behind: ${JSON.stringify(Object.fromEntries(found))}`);
  }
}

export function byId<T extends { readonly id: string }>(members: readonly T[]): T[] {
  return [...members].sort((a, b) => (a.id < b.id ? -1 : 1));
}
