import { MAX_NICKNAME_LENGTH } from '../protocol/name-limits.js';
import type { RoomDelta, WireMember } from '../protocol/messages.js';
import type { Identity, MemberRecord, NewMember, NicknameKeys } from './ports.js';

// Pure presence decisions: who a newcomer is, what the others are told of a member, how several changes become one delta.

/** Who a newcomer is. Everything but the nickname comes from the token's identity only; the nickname is judged before. */
export function newMember(id: string, room: string, nickname: string, identity: Identity | null, now: number): NewMember {
  return {
    id, room, nickname, since: now,
    ...(identity && {
      userId: identity.userId,
      // It is the name that is vouched for: one that the page chose may be anybody's, whoever it is.
      ...(identity.nickname !== undefined && { authenticated: true as const }),
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

/** Without case, and without what nobody sees. */
export function foldNickname(nickname: string): string {
  return nickname.replace(/\p{DI}/gu, '').toUpperCase().toLowerCase();
}

/** The simple rule, for `local:` rooms, where all are tabs of one person: servers know look-alikes, from a table that is no load for a page. */
export const plainKeys: NicknameKeys = (nickname) => [foldNickname(nickname)];

/** The nth form of a nickname: `Ana`, `Ana #2`, … A long one gives way to its suffix, so that what is granted is never longer than what may be asked for. */
export function suffixed(nickname: string, nth: number): string {
  if (nth === 1) return nickname;
  const suffix = ` #${nth}`;
  // The cut must not leave half a joined emoji or a space before the suffix.
  return [...nickname].slice(0, MAX_NICKNAME_LENGTH - suffix.length).join('').replace(/[\s\u200c\u200d]+$/, '') + suffix;
}

/** The first free form of a nickname, with its keys. */
export function grantNickname(asked: string, keysOf: NicknameKeys, taken: ReadonlySet<string>): { readonly nickname: string; readonly keys: readonly string[] } {
  for (let nth = 1; ; nth++) {
    const nickname = suffixed(asked, nth);
    const keys = keysOf(nickname);
    if (!keys.some((key) => taken.has(key))) return { nickname, keys };
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
