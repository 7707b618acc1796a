import type { Member } from '../protocol/codes.js';
import { toMember } from '../protocol/member.js';
import type { RoomDelta, RoomSnapshot } from '../protocol/messages.js';

// Who is here, as this client knows it: a snapshot, then deltas that must chain.

export interface Roster {
  readonly rev: number;
  /** In order of joining. */
  readonly members: readonly Member[];
}

export interface RosterChange {
  readonly roster: Roster;
  readonly joined: readonly Member[];
  readonly left: readonly Member[];
  readonly updated: readonly Member[];
}

export const EMPTY_ROSTER: Roster = { rev: 0, members: [] };

const sameMember = (a: Member, b: Member): boolean => JSON.stringify(a) === JSON.stringify(b);

function change(before: Roster, rev: number, members: readonly Member[], joined: readonly Member[], left: readonly Member[], updated: readonly Member[]): RosterChange {
  const same = joined.length + left.length + updated.length === 0;
  return { roster: { rev, members: same ? before.members : members }, joined, left, updated };
}

/** Replaces everything; what differs is told, so that a reconnection looks like what it is and nobody flickers. */
export function applySnapshot(before: Roster, snapshot: RoomSnapshot): RosterChange {
  const known = new Map(before.members.map((member) => [member.id, member]));
  const joined: Member[] = [];
  const updated: Member[] = [];
  const members = snapshot.members.map((wire) => {
    const member = toMember(wire);
    const old = known.get(member.id);
    known.delete(member.id);
    if (!old) joined.push(member);
    else if (sameMember(old, member)) return old;
    else updated.push(member);
    return member;
  });
  return change(before, snapshot.rev, members, joined, [...known.values()], updated);
}

/** Applies a delta, or null where it does not chain (`fromRev` is ahead of us): ask for a snapshot. One already known is no change: records are whole, so an overlap is harmless. */
export function applyDelta(before: Roster, delta: RoomDelta): RosterChange | null {
  if (delta.fromRev > before.rev) return null;
  if (delta.rev <= before.rev) return change(before, before.rev, before.members, [], [], []);
  const gone = new Set(delta.del);
  const put = new Map(delta.put?.map((wire) => [wire.id, toMember(wire)]));
  const left: Member[] = [];
  const updated: Member[] = [];
  const members: Member[] = [];
  for (const old of before.members) {
    const member = put.get(old.id);
    put.delete(old.id);
    if (gone.has(old.id)) left.push(old);
    else if (!member || sameMember(old, member)) members.push(old);
    else {
      members.push(member);
      updated.push(member);
    }
  }
  const joined = [...put.values()].filter((member) => !gone.has(member.id));
  members.push(...joined);
  return change(before, delta.rev, members, joined, left, updated);
}
