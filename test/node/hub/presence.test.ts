import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MemoryPresenceStore } from '../../../src/hub/memory-presence-store.js';
import { HubCore } from '../../../src/hub/hub-core.js';
import { PresenceFeed } from '../../../src/hub/presence-feed.js';
import type { MemberRecord, NewMember } from '../../../src/hub/ports.js';
import type { RoomDelta, ServerEvent } from '../../../src/protocol/messages.js';
import { HubHarness } from './hub-harness.js';
import { settle } from './virtual-clock.js';

/** What was broadcast, in order. */
function recorded(harness: HubHarness): RoomDelta[] {
  const deltas: RoomDelta[] = [];
  const { broadcast } = harness.links;
  harness.links.broadcast = (audience: string, event: ServerEvent) => {
    if (event.t === 'room') deltas.push(event);
    broadcast.call(harness.links, audience, event);
  };
  return deltas;
}

describe('Presence', () => {
  it('gathers 50 ms of changes into one delta, sent once', async () => {
    const harness = new HubHarness();
    const ana = await harness.join('Ana');
    await harness.clock.advance(100);
    const deltas = recorded(harness);
    const [bob] = await harness.joinAll('Bob', 'Cyn', 'Dan');
    assert.ok(bob);
    await bob.ask('leave', {});
    assert.equal(deltas.length, 0);
    await harness.clock.advance(50);
    assert.equal(deltas.length, 1);
    assert.deepEqual(deltas[0]?.put?.map(({ nickname }) => nickname), ['Cyn', 'Dan']);
    assert.deepEqual(deltas[0]?.del, [bob.id]);
    assert.deepEqual(ana.roster.members.map(({ nickname }) => nickname), ['Ana', 'Cyn', 'Dan']);
    await harness.clock.advance(1_000);
    assert.equal(deltas.length, 1);
  });

  it('stays in its room', async () => {
    const harness = new HubHarness();
    const ana = await harness.join('Ana');
    await harness.join('Bob', { room: 'other' });
    await harness.clock.advance(100);
    assert.deepEqual(ana.roster.members.map(({ nickname }) => nickname), ['Ana']);
    assert.equal(harness.hub.rooms, 2);
  });

  it('misses nothing between a snapshot and the next delta, whenever one joins', async () => {
    const harness = new HubHarness();
    const clients = [];
    for (let index = 0; index < 60; index++) {
      clients.push(await harness.join(`m${index}`));
      await harness.clock.advance(index % 7);
    }
    await harness.clock.advance(100);
    for (const client of clients) {
      assert.equal(client.needsSync, false);
      assert.equal(client.roster.members.length, 60);
    }
  });

  it('costs each other member at most 300 bytes per join, whatever the size of the room', async () => {
    const harness = new HubHarness();
    await Promise.all(Array.from({ length: 200 }, (_, index) => harness.join(`member ${index}`)));
    await harness.clock.advance(100);
    const deltas = recorded(harness);
    await harness.join('ж'.repeat(64));
    await harness.clock.advance(1_000);
    // To the others a delta; to the newcomer alone the list.
    assert.deepEqual(deltas.map(({ fromRev }) => fromRev === 0), [false, true]);
    assert.ok(Buffer.byteLength(JSON.stringify(['e', deltas[0]])) <= 300);
  });

  it('gives all who come to a big room within one batch the list in one frame', async () => {
    const harness = new HubHarness();
    await Promise.all(Array.from({ length: 60 }, (_, index) => harness.join(`member ${index}`)));
    await harness.clock.advance(100);
    const frames = recorded(harness);
    const late = await harness.joinAll('Ana', 'Bob', 'Cyn');
    assert.ok(late.every(({ welcome, roster }) => welcome?.room === undefined && roster.members.length === 0));
    await harness.clock.advance(50);
    assert.equal(frames.length, 2);
    for (const { roster } of late) assert.equal(roster.members.length, 63);
    // From here on they hear what everybody hears.
    const [ana, bob] = late;
    await bob?.ask('leave', {});
    await harness.clock.advance(50);
    assert.equal(ana?.roster.members.length, 62);
    assert.ok(late.every(({ needsSync }) => !needsSync));
  });

  it('gives no list to a newcomer that has left before the batch', async () => {
    const harness = new HubHarness();
    await Promise.all(Array.from({ length: 60 }, (_, index) => harness.join(`member ${index}`)));
    await harness.clock.advance(100);
    const ana = await harness.join('Ana');
    ana.cut();
    await harness.clock.advance(100);
    assert.equal(ana.roster.members.length, 0);
    for (const subscribed of harness.links.audiences.values()) assert.ok(!subscribed.has(ana.connectionId));
  });

  it('sends deltas in order though the store answers out of order', async () => {
    const store = new MemoryPresenceStore();
    const answers: (() => void)[] = [];
    let slow = false;
    const add = store.add.bind(store);
    store.add = async (member: NewMember, most: number) => {
      const result = await add(member, most);
      if (slow) await new Promise<void>((resolve) => answers.push(resolve));
      return result;
    };
    const harness = new HubHarness({ presence: store });
    const ana = await harness.join('Ana');
    await harness.clock.advance(100);
    const deltas = recorded(harness);
    slow = true;
    const joins = [harness.join('Bob'), harness.join('Cyn')];
    await settle();
    answers[1]?.();
    await harness.clock.advance(60);
    assert.equal(deltas.length, 0, 'the revision before is still to come');
    answers[0]?.();
    await Promise.all(joins);
    await harness.clock.advance(100);
    assert.deepEqual(deltas.map(({ put }) => put?.map(({ nickname }) => nickname)), [['Bob', 'Cyn']]);
    assert.equal(ana.needsSync, false);
  });

  it('goes on after a revision that never comes, and whoever misses it asks', async () => {
    const store = new MemoryPresenceStore();
    const harness = new HubHarness({ presence: store });
    const [ana] = await harness.joinAll('Ana', 'Bob');
    assert.ok(ana);
    await harness.clock.advance(100);
    // Another node's change, of which nothing is heard here.
    await store.add({ id: 'far', room: 'lobby', nickname: 'Far', since: 1 }, 100);
    const cyn = await harness.join('Cyn');
    await harness.clock.advance(200);
    assert.equal(ana.needsSync, true);
    assert.equal(cyn.needsSync, false);
    const { room } = await ana.sync();
    assert.deepEqual(room?.members.map(({ nickname }) => nickname), ['Ana', 'Bob', 'Far', 'Cyn']);
  });

  it('reads the list again when deltas went out while it was read', async () => {
    const store = new MemoryPresenceStore();
    const list = store.list.bind(store);
    let hold: Promise<void> | null = null;
    store.list = async (room: string): Promise<{ rev: number; members: readonly MemberRecord[] }> => {
      const result = await list(room);
      if (hold) await hold;
      return result;
    };
    const harness = new HubHarness({ presence: store });
    await harness.join('Ana');
    await harness.clock.advance(100);
    let go = (): void => {};
    hold = new Promise((resolve) => (go = resolve));
    const late = harness.join('Bob');
    await settle();
    const early = harness.client();
    early.connect();
    void early.hello({ nickname: 'Cyn' });
    await harness.clock.advance(100);
    hold = null;
    go();
    const bob = await late;
    assert.deepEqual(bob.welcome?.room?.members.map(({ nickname }) => nickname), ['Ana', 'Bob', 'Cyn']);
    assert.deepEqual(bob.roster.members.map(({ nickname }) => nickname), ['Ana', 'Bob', 'Cyn']);
    assert.equal(bob.needsSync, false);
  });

  it('keeps nothing of a room that has nobody to hear of it', () => {
    const harness = new HubHarness();
    new PresenceFeed(new HubCore(harness.options)).note('lobby', 1, { del: 'somebody' });
    assert.equal(harness.clock.pending, 0);
  });

  it('builds the list once for all who come at one revision', async () => {
    const harness = new HubHarness();
    const ana = await harness.join('Ana');
    const rooms = await Promise.all([0, 1, 2].map(() => harness.hub.request(ana.connectionId, { v: 1, id: `sync-${Math.random()}`, t: 'sync', rev: 999 })));
    const [first, ...others] = rooms.map((reply) => (reply.ok && 'room' in reply ? reply.room?.members : undefined));
    assert.ok(first);
    for (const other of others) assert.equal(other, first);
  });
});

describe('sync', () => {
  it('says nothing to a page that knows everything, or gets the rest with the next delta', async () => {
    const harness = new HubHarness();
    const ana = await harness.join('Ana');
    await harness.clock.advance(100);
    assert.deepEqual(await ana.sync(), { ok: true, now: harness.clock.now() });
    await harness.join('Bob');
    assert.equal((await ana.sync()).room, undefined, 'Bob is in the delta to come');
    await harness.clock.advance(100);
    assert.equal(ana.roster.members.length, 2);
  });

  it('gives the room to a page that is behind, or ahead of anything there was', async () => {
    const harness = new HubHarness();
    const ana = await harness.join('Ana');
    await harness.join('Bob');
    await harness.clock.advance(100);
    for (const rev of [0, 1, 99]) assert.deepEqual((await ana.ask('sync', { rev })).room?.members.map(({ nickname }) => nickname), ['Ana', 'Bob']);
    assert.equal((await ana.ask('sync', { rev: 2 })).room, undefined);
  });
});

describe('A drain', () => {
  it('tells everybody another delay, spread evenly', async () => {
    const harness = new HubHarness();
    const clients = await harness.joinAll('Ana', 'Bob', 'Cyn', 'Dan');
    harness.hub.drain(2_000);
    assert.deepEqual(clients.map((client) => client.heard('drain')[0]?.afterMs), [0, 500, 1_000, 1_500]);
  });
});

describe('A hub that is closed', () => {
  it('has no timer left and answers everything with unavailable', async () => {
    const harness = new HubHarness();
    const [ana, bob] = await harness.joinAll('Ana', 'Bob');
    assert.ok(ana && bob);
    await ana.call(bob);
    bob.cut();
    await settle();
    assert.ok(harness.clock.pending > 0);
    harness.hub.close();
    assert.equal(harness.clock.pending, 0);
    assert.equal((await ana.refused('ice', {})).code, 'unavailable');
    await settle();
    assert.equal(harness.clock.pending, 0);
  });
});
