import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { coalesce, newMember, suffixed, wireOf } from '../../../src/hub/rooms.js';

describe('A member', () => {
  it('in an open room is its nickname and nothing else', () => {
    assert.deepEqual(newMember('m1', 'lobby', 'Ana', null, 5), { id: 'm1', room: 'lobby', nickname: 'Ana', since: 5 });
  });

  it('with a token is what the token says', () => {
    const identity = { userId: 'u1', nickname: 'ignored', role: 'agent', data: { team: 'x' }, avatarUrl: 'https://x/a.png' };
    assert.deepEqual(newMember('m1', 'lobby', 'Ana', identity, 5), {
      id: 'm1', room: 'lobby', nickname: 'Ana', since: 5, userId: 'u1', authenticated: true, role: 'agent', data: { team: 'x' }, avatarUrl: 'https://x/a.png',
    });
  });

  it('travels without its room, as the same object every time', () => {
    const record = newMember('m1', 'lobby', 'Ana', null, 5);
    assert.deepEqual(wireOf(record), { id: 'm1', nickname: 'Ana', since: 5 });
    assert.equal(wireOf(record), wireOf(record));
  });
});

describe('A suffix', () => {
  it('leaves neither a space nor half a joined emoji before it', () => {
    assert.equal(suffixed(`${'a'.repeat(60)} bcd`, 2), `${'a'.repeat(60)} #2`);
    assert.equal(suffixed(`${'a'.repeat(59)}👩\u200d🚀xy`, 2), `${'a'.repeat(59)}👩 #2`);
    assert.equal([...suffixed('a'.repeat(64), 100)].length, 64);
  });
});

describe('Changes of a room', () => {
  const ana = { id: 'a', nickname: 'Ana', since: 1 };
  it('become one delta, in which the last change of each member counts', () => {
    const delta = coalesce(3, 8, [{ put: ana }, { put: { ...ana, busy: true } }, { put: { id: 'b', nickname: 'Bob', since: 2 } }, { del: 'b' }, { del: 'c' }]);
    assert.deepEqual(delta, { t: 'room', fromRev: 3, rev: 8, put: [{ ...ana, busy: true }], del: ['b', 'c'] });
  });

  it('leave out what is empty', () => {
    assert.deepEqual(coalesce(3, 4, [{ put: ana }]), { t: 'room', fromRev: 3, rev: 4, put: [ana] });
    assert.deepEqual(coalesce(3, 4, [{ del: 'a' }]), { t: 'room', fromRev: 3, rev: 4, del: ['a'] });
  });
});
