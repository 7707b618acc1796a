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

const byId = (members: readonly Member[]): Map<string, Member> => new Map(members.map((member) => [member.id, member]));
const sameMember = (a: Member, b: Member): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

/** The list as it is now, and what differs; whoever is unchanged stays the same object, and so does a list in which everybody is. */
function change(before: Roster, rev: number, members: readonly Member[]): RosterChange {
  const known = byId(before.members);
  const joined: Member[] = [];
  const updated: Member[] = [];
  const now = members.map((member) => {
    const old = known.get(member.id);
    known.delete(member.id);
    if (old && sameMember(old, member)) return old;
    (old ? updated : joined).push(member);
    return member;
  });
  const left = [...known.values()];
  const same = joined.length + left.length + updated.length === 0;
  return { roster: { rev, members: same ? before.members : now }, joined, left, updated };
}

/** Replaces everything; what differs is told, so that a reconnection looks like what it is and nobody flickers. */
export function applySnapshot(before: Roster, snapshot: RoomSnapshot): RosterChange {
  return change(before, snapshot.rev, snapshot.members.map(toMember));
}

/** Applies a delta, or null where it does not chain (`fromRev` is ahead of us): ask for a snapshot. One already known is no change: records are whole, so an overlap is harmless. */
export function applyDelta(before: Roster, { fromRev, rev, put = [], del = [] }: RoomDelta): RosterChange | null {
  if (fromRev > before.rev) return null;
  if (rev <= before.rev) return change(before, before.rev, before.members);
  const members = byId(before.members);
  for (const wire of put) members.set(wire.id, toMember(wire));
  for (const id of del) members.delete(id);
  return change(before, rev, [...members.values()]);
}
