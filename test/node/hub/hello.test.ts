import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Authorization } from '../../../src/hub/ports.js';
import { MemoryPresenceStore } from '../../../src/hub/memory-presence-store.js';
import { HubHarness, madeId, MEDIA } from './hub-harness.js';
import { hops, seeded, yielding } from './seeded.js';
import { settle } from './virtual-clock.js';

const as = (userId: string, nickname?: string): Authorization => ({ ok: true, identity: { userId, ...(nickname !== undefined && { nickname }) } });
/** The token is the user. */
const byToken = async (token: string | null): Promise<Authorization> => (token === null ? { ok: true, identity: null } : as(token));

describe('hello', () => {
  it('is answered with the membership, the room and what the client needs to go on', async () => {
    const harness = new HubHarness({ iceServers: async () => ({ iceServers: [{ urls: 'stun:x' }], hasTurn: false }), ringTimeoutMs: 30_000 });
    await harness.join('Bob');
    const { welcome } = await harness.join('Ana');
    assert.ok(welcome?.room);
    const { members, rev } = welcome.room;
    assert.deepEqual(members.map(({ nickname }) => nickname), ['Bob', 'Ana']);
    assert.equal(rev, 2);
    assert.deepEqual(members[1], { id: welcome.memberId, nickname: 'Ana', since: harness.clock.now() });
    assert.deepEqual([welcome.version, welcome.seq, welcome.resumed, welcome.ringTimeoutMs, welcome.iceServers], [1, 0, false, 30_000, [{ urls: 'stun:x' }]]);
    assert.deepEqual([harness.hub.memberCount, harness.hub.rooms], [2, 1]);
    assert.deepEqual((await harness.hub.members('lobby')).map(({ nickname }) => nickname), ['Bob', 'Ana']);
  });

  it('is refused with the honest code', async () => {
    const harness = new HubHarness({ maxRoomMembers: 1 });
    const client = harness.client();
    client.connect();
    const code = async (fields: Parameters<typeof client.hello>[0]) => {
      const reply = await client.hello(fields);
      return reply.ok ? 'ok' : reply.code;
    };
    assert.equal(await code({ versions: [2, 3] }), 'version-mismatch');
    for (const room of [undefined, '', '   ', 7, {}, 'a\u202eb', 'x'.repeat(129)]) assert.equal(await code({ room }), 'room-invalid');
    for (const nickname of [undefined, '', '  ', 7, 'a\u0000b', 'x'.repeat(65)]) assert.equal(await code({ nickname }), 'nickname-invalid');
    assert.equal(harness.hub.memberCount, 0);
    assert.equal(await code({}), 'ok');
    const late = harness.client();
    late.connect();
    const refused = await late.hello();
    assert.equal(refused.ok || refused.code, 'room-full');
    assert.equal(harness.hub.memberCount, 1);
  });

  it('reads nothing of the room before the token is judged', async () => {
    const presence = new MemoryPresenceStore();
    const touched: PropertyKey[] = [];
    const watched = new Proxy(presence, {
      get(target, name) {
        touched.push(name);
        const method: unknown = Reflect.get(target, name);
        return typeof method === 'function' ? method.bind(target) : method;
      },
    });
    for (const code of ['unauthorized', 'token-expired'] as const) {
      const harness = new HubHarness({ presence: watched, authorize: async () => ({ ok: false, code }) });
      const client = harness.client();
      client.connect();
      const reply = await client.hello({ token: 'x' });
      assert.equal(reply.ok || reply.code, code);
    }
    assert.deepEqual(touched, []);
  });

  it('takes the nickname of the identity before that of the page, by the same rule', async () => {
    const harness = new HubHarness({ authorize: async (token) => as('u1', token === 'bad' ? ' \u0007' : '  From   token ') });
    const client = harness.client();
    client.connect();
    const refused = await client.hello({ token: 'bad', nickname: 'Fine' });
    assert.equal(refused.ok || refused.code, 'nickname-invalid');
    const reply = await client.hello({ token: 'x', nickname: 'From page' });
    assert.equal(reply.ok && reply.nickname, 'From token');
  });

  it('grants the second of two equal nicknames a suffix', async () => {
    const harness = new HubHarness();
    await harness.join('Ana');
    assert.equal((await harness.join('ANA')).welcome?.nickname, 'ANA #2');
  });

  it('is taken once on a connection; repeated with its id it gets the same answer', async () => {
    const harness = new HubHarness();
    const client = harness.client();
    client.connect();
    const id = madeId();
    const [first, second] = await Promise.all([client.hello({}, id), client.hello({}, id)]);
    assert.deepEqual(first, second);
    const other = await client.hello({ room: 'other' });
    assert.equal(other.ok || other.code, 'bad-message');
    assert.equal(harness.hub.memberCount, 1);
  });

  it('whose welcome was lost gives, asked again on another link, the same membership', async () => {
    const harness = new HubHarness();
    const client = harness.client();
    client.connect();
    const id = madeId();
    const lost = await client.hello({}, id);
    client.cut();
    client.connect();
    const again = await client.hello({}, id);
    assert.ok(lost.ok && again.ok);
    assert.equal(again.memberId, lost.memberId);
    assert.notEqual(again.secret, lost.secret);
    assert.ok(again.room);
    await client.ask('ice', {});
    client.cut();
    client.connect();
    const late = await client.hello({}, id);
    assert.ok(late.ok);
    assert.notEqual(late.memberId, lost.memberId, 'a hello that has done its work is no key');
  });

  it('must come first', async () => {
    const harness = new HubHarness();
    const client = harness.client();
    client.connect();
    assert.equal((await client.refused('sync', { rev: 0 })).code, 'not-joined');
    assert.equal((await client.refused('invite', { callId: madeId(), to: 'x', media: MEDIA, offer: 'x' })).code, 'not-joined');
  });

  it('leaves nobody behind when the connection breaks while the token is judged', async () => {
    let judge = (_: Authorization): void => {};
    const harness = new HubHarness({ authorize: () => new Promise((resolve) => (judge = resolve)) });
    const client = harness.client();
    client.connect();
    const reply = client.hello();
    await settle();
    client.cut();
    judge({ ok: true, identity: null });
    assert.equal((await reply).ok, false);
    assert.deepEqual(await harness.hub.members('lobby'), []);
    assert.equal(harness.clock.pending, 0);
  });
});

describe('A user with several tabs', () => {
  it('is one member, however many say hello at once, and stays until the last has left', async () => {
    const harness = new HubHarness({ authorize: byToken });
    const tabs = await Promise.all([1, 2, 3].map(() => harness.join('Ana', { token: 'u1' })));
    const guest = await harness.join('Ana');
    assert.equal(new Set(tabs.map(({ id }) => id)).size, 1);
    assert.deepEqual(tabs.map(({ welcome }) => welcome?.nickname), ['Ana', 'Ana', 'Ana']);
    assert.equal(harness.hub.memberCount, 2);
    assert.deepEqual(harness.facts.map(({ type }) => type), ['member.joined', 'member.joined']);
    await tabs[0]?.ask('leave', {});
    tabs[1]?.cut();
    await harness.clock.advance(60_000);
    assert.equal(guest.roster.members[0]?.online, true);
    await tabs[2]?.ask('leave', {});
    await harness.clock.advance(100);
    assert.deepEqual(guest.roster.members.map(({ id }) => id), [guest.id]);
  });

  it('is away when all are, the last of them by leaving', async () => {
    const harness = new HubHarness({ authorize: byToken });
    const [desk, phone] = [await harness.join('Ana', { token: 'u1' }), await harness.join('Ana', { token: 'u1' })];
    const bob = await harness.join('Bob');
    desk.cut();
    await harness.clock.advance(100);
    assert.equal(bob.roster.members[0]?.online, true);
    await phone.ask('leave', {});
    await harness.clock.advance(100);
    assert.equal(bob.roster.members[0]?.online, false);
  });

  it('is not removed under a tab that comes in the moment the last one leaves', async () => {
    const random = seeded(7);
    const harness = new HubHarness({ authorize: byToken, presence: yielding(new MemoryPresenceStore(), random) });
    for (let round = 0; round < 50; round++) {
      const old = await harness.join('Ana', { token: 'u1' });
      const leave = async () => {
        await hops(random);
        await old.ask('leave', {});
      };
      const [young] = await Promise.all([harness.join('Ana', { token: 'u1' }), leave()]);
      await harness.clock.advance(100);
      const members = await harness.hub.members('lobby');
      assert.deepEqual(members.map(({ id }) => id), [young.id]);
      await young.ask('leave', {});
    }
  });
});

describe('A member that is sent away', () => {
  it('is told, closed and gone, its call over, and may not come back until its time is up', async () => {
    const harness = new HubHarness({ authorize: byToken });
    const [ana, bob] = [await harness.join('Ana', { token: 'u1' }), await harness.join('Bob')];
    const callId = await ana.talk(bob);
    const resume = ana.welcome;
    assert.equal(await harness.hub.kick('other', ana.id, 60), false);
    assert.equal(await harness.hub.kick('lobby', ana.id, 60), true);
    await harness.clock.advance(100);
    assert.equal(ana.heard('kicked')[0]?.banSeconds, 60);
    assert.deepEqual(harness.links.closed, [{ connectionId: ana.connectionId, why: 'kicked' }]);
    assert.equal(bob.stateOf(callId), 'peer-left');
    assert.deepEqual(bob.roster.members.map(({ id, busy }) => ({ id, busy })), [{ id: bob.id, busy: false }]);
    assert.equal(await harness.hub.kick('lobby', ana.id), false);
    ana.connect();
    assert.ok(resume);
    const { sessionId, secret, epoch } = resume;
    const refused = await ana.hello({ token: 'u1', resume: { sessionId, secret, epoch, lastSeq: 0 } });
    assert.equal(refused.ok || refused.code, 'kicked');
    await harness.clock.advance(60_000);
    assert.equal((await ana.hello({ token: 'u1' })).ok, true);
  });
});
