import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { NewMember, PresenceStore } from '../../src/hub/ports.js';

// The exam every presence store takes. `create` gives a fresh, empty one.

const newcomer = (id: string, nickname = id, more: Partial<NewMember> = {}): NewMember => ({ id, room: 'lobby', nickname, since: 1, ...more });

async function added(store: PresenceStore, member: NewMember) {
  const result = await store.add(member, 100);
  assert.ok(result.ok);
  return result;
}

export function presenceStoreSuite(name: string, create: () => PresenceStore | Promise<PresenceStore>): void {
  describe(`presence store: ${name}`, () => {
    it('lists who was added, in the order of coming, with one revision per change', async () => {
      const store = await create();
      const empty = await store.list('lobby');
      assert.deepEqual(empty.members, []);
      const ana = await added(store, newcomer('a', 'Ana'));
      const bob = await added(store, newcomer('b', 'Bob', { userId: 'u1', role: 'agent', data: { team: 'x' }, authenticated: true }));
      assert.equal(ana.rev, empty.rev + 1);
      assert.equal(bob.rev, ana.rev + 1);
      const { rev, members } = await store.list('lobby');
      assert.equal(rev, bob.rev);
      assert.deepEqual(members, [newcomer('a', 'Ana'), newcomer('b', 'Bob', { userId: 'u1', role: 'agent', data: { team: 'x' }, authenticated: true })]);
    });

    it('keeps rooms apart', async () => {
      const store = await create();
      await added(store, newcomer('a', 'Ana'));
      const other = await added(store, newcomer('b', 'Ana', { room: 'other' }));
      assert.equal(other.member.nickname, 'Ana');
      assert.deepEqual((await store.list('other')).members.map(({ id }) => id), ['b']);
      assert.equal(await store.get('other', 'a'), null);
      assert.equal(await store.patch('other', 'a', { busy: true }), null);
      assert.equal(await store.remove('other', 'a'), null);
    });

    it('grants a taken nickname, compared without case, with the first free suffix', async () => {
      const store = await create();
      const granted = async (id: string, nickname: string) => (await added(store, newcomer(id, nickname))).member.nickname;
      assert.equal(await granted('1', 'Ana'), 'Ana');
      assert.equal(await granted('2', 'ANA'), 'ANA #2');
      assert.equal(await granted('3', 'ana'), 'ana #3');
      await store.remove('lobby', '2');
      assert.equal(await granted('4', 'Ana'), 'Ana #2');
      await store.remove('lobby', '1');
      assert.equal(await granted('5', 'aNA'), 'aNA');
    });

    it('never grants a nickname longer than 64 characters', async () => {
      const store = await create();
      const long = '🐈'.repeat(64);
      assert.equal((await added(store, newcomer('1', long))).member.nickname, long);
      const { nickname } = (await added(store, newcomer('2', long))).member;
      assert.equal(nickname, `${'🐈'.repeat(61)} #2`);
      assert.equal([...nickname].length, 64);
    });

    it('gives every one of many equal nicknames its own, also when all ask at once', async () => {
      const store = await create();
      const granted = await Promise.all(Array.from({ length: 20 }, (_, index) => added(store, newcomer(`m${index}`, 'Ana'))));
      assert.equal(new Set(granted.map(({ member }) => member.nickname)).size, 20);
      assert.deepEqual(granted.map(({ rev }) => rev).sort((a, b) => a - b), granted.map((_, index) => (granted[0]?.rev ?? 0) + index));
    });

    it('refuses whoever comes when the room is full, and takes them when somebody has left', async () => {
      const store = await create();
      await store.add(newcomer('a'), 2);
      const { rev } = await added(store, newcomer('b'));
      assert.deepEqual(await store.add(newcomer('c'), 2), { ok: false, refused: 'room-full' });
      assert.equal((await store.list('lobby')).rev, rev);
      await store.remove('lobby', 'a');
      assert.ok((await store.add(newcomer('c'), 2)).ok);
    });

    it('never lets more in than fit, however many come at once', async () => {
      const store = await create();
      const results = await Promise.all(Array.from({ length: 10 }, (_, index) => store.add(newcomer(`m${index}`), 3)));
      assert.equal(results.filter(({ ok }) => ok).length, 3);
    });

    it('patches the flags as one revision, and makes none where nothing changes', async () => {
      const store = await create();
      const { rev } = await added(store, newcomer('a', 'Ana'));
      const away = await store.patch('lobby', 'a', { online: false, busy: true });
      assert.deepEqual(away, { rev: rev + 1, changed: true, member: { ...newcomer('a', 'Ana'), online: false, busy: true } });
      const again = await store.patch('lobby', 'a', { online: false });
      assert.equal(again?.changed, false);
      assert.equal(again?.rev, rev + 1);
      const back = await store.patch('lobby', 'a', { online: true, busy: false });
      assert.deepEqual(back, { rev: rev + 2, changed: true, member: newcomer('a', 'Ana') });
      assert.deepEqual(await store.get('lobby', 'a'), newcomer('a', 'Ana'));
      assert.equal(await store.patch('lobby', 'nobody', { busy: true }), null);
    });

    it('removes a member once', async () => {
      const store = await create();
      await added(store, newcomer('a'));
      const { rev } = await added(store, newcomer('b'));
      assert.deepEqual(await store.remove('lobby', 'a'), { rev: rev + 1 });
      assert.equal(await store.remove('lobby', 'a'), null);
      assert.equal(await store.get('lobby', 'a'), null);
      assert.deepEqual((await store.list('lobby')).members.map(({ id }) => id), ['b']);
    });

    it('never lets a room\'s revision fall, not even when all have left', async () => {
      const store = await create();
      await added(store, newcomer('a'));
      await added(store, newcomer('b'));
      await store.remove('lobby', 'a');
      const last = await store.remove('lobby', 'b');
      assert.ok(last);
      assert.ok((await store.list('lobby')).rev >= last.rev);
      assert.ok((await added(store, newcomer('c'))).rev > last.rev);
    });

    it('finds a member by its user, in its room, as long as it is there', async () => {
      const store = await create();
      await added(store, newcomer('a', 'Ana', { userId: 'u1' }));
      await added(store, newcomer('b', 'Ana', { userId: 'u1', room: 'other' }));
      assert.equal((await store.findByUser('lobby', 'u1'))?.id, 'a');
      assert.equal((await store.findByUser('other', 'u1'))?.id, 'b');
      assert.equal(await store.findByUser('lobby', 'u2'), null);
      await store.patch('lobby', 'a', { online: false });
      assert.equal((await store.findByUser('lobby', 'u1'))?.online, false);
      await store.remove('lobby', 'a');
      assert.equal(await store.findByUser('lobby', 'u1'), null);
    });

    it('hands out lists that later changes do not touch', async () => {
      const store = await create();
      await added(store, newcomer('a'));
      const before = await store.list('lobby');
      await added(store, newcomer('b'));
      await store.patch('lobby', 'a', { busy: true });
      assert.deepEqual(before.members, [newcomer('a')]);
    });

    it('takes names that mean something to objects for names', async () => {
      const store = await create();
      for (const name of ['__proto__', 'constructor', 'toString']) {
        assert.deepEqual((await store.list(name)).members, []);
        await added(store, newcomer(name, name, { room: name, userId: name }));
        assert.equal((await store.findByUser(name, name))?.id, name);
      }
    });
  });
}
