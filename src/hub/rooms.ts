import { MAX_NICKNAME_LENGTH } from '../protocol/limits.js';
import type { RoomDelta, WireMember } from '../protocol/messages.js';
import type { Identity, MemberRecord, NewMember } from './ports.js';

// Pure presence decisions: who a newcomer is, what the others are told of a member, how several changes become one delta.

/** Who a newcomer is. Everything but the nickname comes from the token's identity only; the nickname is judged before. */
export function newMember(id: string, room: string, nickname: string, identity: Identity | null, now: number): NewMember {
  return {
    id, room, nickname, since: now,
    ...(identity && {
      userId: identity.userId,
      authenticated: true as const,
      ...(identity.role !== undefined && { role: identity.role }),
      ...(identity.data !== undefined && { data: { ...identity.data } }),
      ...(identity.avatarUrl !== undefined && { avatarUrl: identity.avatarUrl }),
    }),
  };
}

const wires = new WeakMap<MemberRecord, WireMember>();

/** A member as it travels: without what its viewers know (the room), and made once per record, not once per snapshot. */
export function wireOf(record: MemberRecord): WireMember {
  const known = wires.get(record);
  if (known) return known;
  const { room: _, ...wire } = record;
  wires.set(record, wire);
  return wire;
}

/** Two nicknames with the same key look the same but for case. */
export function nicknameKey(nickname: string): string {
  return nickname.toUpperCase().toLowerCase();
}

/** The nth form of a nickname: `Ana`, `Ana #2`, … A long one gives way to its suffix, so that what is granted is never longer than what may be asked for. */
export function suffixed(nickname: string, nth: number): string {
  if (nth === 1) return nickname;
  const suffix = ` #${nth}`;
  // The cut must not leave half a joined emoji or a space before the suffix.
  return [...nickname].slice(0, MAX_NICKNAME_LENGTH - suffix.length).join('').replace(/[\s\u200c\u200d]+$/, '') + suffix;
}

/** The first free form of a nickname. */
export function grantNickname(asked: string, isTaken: (key: string) => boolean): string {
  for (let nth = 1; ; nth++) {
    const nickname = suffixed(asked, nth);
    if (!isTaken(nicknameKey(nickname))) return nickname;
  }
}

/** One change of a room: the record as it is now, or the id of who left. */
export type RoomChange = { readonly put: WireMember } | { readonly del: string };

/** Consecutive changes as one delta: of several to one member the last counts. */
export function coalesce(fromRev: number, rev: number, changes: Iterable<RoomChange>): RoomDelta {
  const last = new Map<string, WireMember | null>();
  for (const change of changes) {
    if ('put' in change) last.set(change.put.id, change.put);
    else last.set(change.del, null);
  }
  const put: WireMember[] = [];
  const del: string[] = [];
  for (const [id, member] of last) {
    if (member) put.push(member);
    else del.push(id);
  }
  return { t: 'room', fromRev, rev, ...(put.length > 0 && { put }), ...(del.length > 0 && { del }) };
}

/** Who hears of this member: today everyone in its room. */
export function audienceOf(member: { readonly room: string }): string {
  return member.room;
}
