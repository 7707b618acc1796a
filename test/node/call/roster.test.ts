import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { applyDelta, applySnapshot, EMPTY_ROSTER } from '../../../src/call/roster.js';

const ana = { id: 'a', nickname: 'Ana', since: 1 };
const bob = { id: 'b', nickname: 'Bob', since: 2 };
const two = applySnapshot(EMPTY_ROSTER, { rev: 5, members: [ana, bob] }).roster;

describe('the roster', () => {
  it('tells who a snapshot brought, took and changed', () => {
    const { roster, joined, left, updated } = applySnapshot(two, { rev: 9, members: [{ ...bob, busy: true }, { id: 'c', nickname: 'Cy', since: 3 }] });
    assert.deepEqual([joined, left, updated].map((list) => list.map((member) => member.nickname)), [['Cy'], ['Ana'], ['Bob']]);
    assert.deepEqual(roster.members.map((member) => member.nickname), ['Bob', 'Cy']);
  });

  it('is the same list after a snapshot that changes nothing', () => {
    assert.equal(applySnapshot(two, { rev: 6, members: [ana, bob] }).roster.members, two.members);
  });

  it('applies a delta that chains, in order of joining', () => {
    const change = applyDelta(two, { t: 'room', fromRev: 5, rev: 7, put: [{ ...ana, online: false }, { id: 'c', nickname: 'Cy', since: 3 }], del: ['b'] });
    assert.deepEqual(change?.roster.members.map((member) => [member.nickname, member.online]), [['Ana', false], ['Cy', true]]);
    assert.deepEqual(change?.left.map((member) => member.id), ['b']);
    assert.equal(change?.roster.rev, 7);
  });

  it('refuses a delta that leaves a gap', () => {
    assert.equal(applyDelta(two, { t: 'room', fromRev: 6, rev: 7, del: ['b'] }), null);
  });

  it('is unmoved by a delta it already knows, and takes the rest of one that overlaps', () => {
    assert.equal(applyDelta(two, { t: 'room', fromRev: 3, rev: 5, put: [ana] })?.roster.members, two.members);
    const change = applyDelta(two, { t: 'room', fromRev: 3, rev: 6, put: [bob, { id: 'c', nickname: 'Cy', since: 3 }] });
    assert.deepEqual(change?.joined.map((member) => member.id), ['c']);
    assert.deepEqual(change?.updated, []);
  });

  it('shows neither joining nor leaving of one who did both within a delta', () => {
    const change = applyDelta(two, { t: 'room', fromRev: 5, rev: 7, put: [{ id: 'c', nickname: 'Cy', since: 3 }], del: ['c'] });
    assert.deepEqual(change?.joined, []);
    assert.equal(change?.roster.members, two.members);
  });
});
