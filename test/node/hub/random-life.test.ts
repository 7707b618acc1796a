import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MemoryCallStore } from '../../../src/hub/memory-call-store.js';
import { MemoryPresenceStore } from '../../../src/hub/memory-presence-store.js';
import { forSeeds } from '../model/for-seeds.js';
import { HubHarness, madeId, MEDIA, type Client } from './hub-harness.js';
import { hops, seeded, yielding } from './seeded.js';
import { settle } from './virtual-clock.js';

// Six people who do whatever comes to their minds, on links that break. When they are quiet, what everybody knows must be what is.

const PEOPLE = 6;
const STEPS = 30;

class Person {
  client: Client | null = null;
  isUp = false;
  readonly #harness: HubHarness;
  readonly #random: () => number;

  constructor(harness: HubHarness, random: () => number) {
    this.#harness = harness;
    this.#random = random;
  }

  async act(others: readonly Person[]): Promise<void> {
    const { client } = this;
    const dice = this.#random();
    if (!client) {
      if (dice < 0.8) await this.#join();
    } else if (!this.isUp) {
      if (dice < 0.6) await this.#return(client);
    } else if (dice < 0.06) await this.#leave(client);
    else if (dice < 0.2) this.#break(client);
    else if (dice < 0.26) {
      await client.request('bye', {});
      this.#break(client);
    } else if (dice < 0.6) {
      const other = others[Math.floor(this.#random() * others.length)]?.client;
      if (other) await client.request('invite', { callId: madeId('call'), to: other.id, media: MEDIA, offer: 'offer', ringTimeoutMs: 5_000 });
    } else await this.#answer(client);
  }

  /** What becomes of the newest call that this client has heard of, or knows from a sync. */
  async #answer(client: Client): Promise<void> {
    const synced = await client.request('sync', { rev: client.roster.rev });
    const call = synced.ok ? synced.call : undefined;
    if (!call) return;
    const { callId } = call;
    const dice = this.#random();
    if (call.state === 'ringing' && call.direction === 'incoming') {
      await (dice < 0.7 ? client.request('accept', { callId, media: MEDIA, answer: 'x' }) : client.request('reject', { callId }));
    } else if (call.state === 'ringing') {
      await (dice < 0.4 ? client.request('cancel', { callId }) : client.request('signal', { callId, n: Math.floor(dice * 1e6), candidates: [] }));
    } else if (call.offer) await client.request('accept', { callId, media: MEDIA, answer: 'x' });
    else await (dice < 0.5 ? client.request('connected', { callId }) : client.request('hangup', { callId, reason: 'hangup' }));
  }

  async #join(): Promise<void> {
    const client = this.#harness.client();
    client.connect();
    const reply = await client.hello({ nickname: 'Ana' });
    if (!reply.ok) return;
    this.client = client;
    this.isUp = true;
  }

  async #leave(client: Client): Promise<void> {
    this.client = null;
    this.isUp = false;
    await client.request('leave', {});
  }

  #break(client: Client): void {
    this.isUp = false;
    // Sometimes the hub notices only when another link takes over.
    client.cut({ unnoticed: this.#random() < 0.3 });
  }

  async #return(client: Client): Promise<void> {
    this.isUp = true;
    const reply = await client.resume();
    assert.ok(reply.ok);
  }

  async comeToRest(): Promise<void> {
    if (this.client && !this.isUp) await this.#return(this.client);
    if (this.client) await this.client.sync();
  }
}

async function live(seed: number): Promise<void> {
  const random = seeded(seed);
  const presence = yielding(new MemoryPresenceStore(), random);
  const calls = yielding(new MemoryCallStore(), random);
  const harness = new HubHarness({ presence, calls });
  const people = Array.from({ length: PEOPLE }, () => new Person(harness, random));
  const busy = new Map<Person, Promise<void>>();
  for (let step = 0; step < STEPS; step++) {
    const person = people[Math.floor(random() * PEOPLE)];
    assert.ok(person);
    // Several act at the same time; each does one thing after the other.
    const before = busy.get(person) ?? Promise.resolve();
    busy.set(person, before.then(() => hops(random)).then(() => person.act(people.filter((other) => other !== person))));
    if (random() < 0.5) await harness.clock.advance(random() < 0.2 ? random() * 12_000 : random() * 80);
  }
  const all = Promise.all(busy.values()).then(() => true);
  while (!(await Promise.race([all, settle().then(() => false)]))) await harness.clock.advance(50);
  await Promise.all(people.map((person) => person.comeToRest()));
  // Until nothing has changed for as long as a change takes to be told: a ring may have run out just now.
  for (let known = ''; ;) {
    await harness.clock.advance(100);
    const now = JSON.stringify(await harness.hub.members('lobby'));
    if (now === known) break;
    known = now;
  }

  const here = people.flatMap(({ client }) => client ?? []);
  const truth = await harness.hub.members('lobby');
  for (const client of here) {
    assert.equal(client.needsSync, false, 'every delta fitted');
    assert.deepEqual(client.roster.members.map(({ id, online, busy: isBusy }) => ({ id, online, busy: isBusy })),
      truth.map(({ id, online, busy: isBusy }) => ({ id, online: online ?? true, busy: isBusy ?? false })));
  }
  for (const { id, busy: isBusy, online } of truth) {
    const callId = await calls.claimOf(id);
    assert.equal(isBusy ?? false, callId !== null, 'busy is in a call, in a call is busy');
    if (here.some((client) => client.id === id)) assert.equal(online ?? true, true);
    const call = callId === null ? null : await calls.get(callId);
    if (call) assert.ok(call.callerId === id || call.inviteeIds.includes(id));
  }
  // Everybody goes: nothing may stay behind.
  for (const client of here) await client.request('leave', {});
  await harness.clock.advance(300_000);
  assert.deepEqual(await harness.hub.members('lobby'), []);
  assert.deepEqual([harness.hub.memberCount, harness.hub.rooms, harness.clock.pending], [0, 0, 0]);
  const [begun, over] = ['call.ringing', 'call.ended'].map((type) => harness.facts.filter((fact) => fact.type === type).length);
  assert.equal(begun, over, 'every call has ended, once');
  assert.deepEqual(harness.failures, []);
}

describe('Six people on links that break', () => {
  it('know, when they are quiet, exactly who is here and who is busy (1,000 lives)', async () => {
    await forSeeds(1_000, live);
  });
});
