import type { MemberPatch, MemberRecord, NewMember, NicknameKeys, PresenceStore } from './ports.js';
import { grantNickname, plainKeys } from './rooms.js';

interface Room {
  rev: number;
  readonly members: Map<string, MemberRecord>;
  /** Keys of the nicknames. */
  readonly nicknames: Set<string>;
  readonly users: Map<string, string>;
  /** The list as it was last asked for, until something changes. */
  listed: { readonly rev: number; readonly members: readonly MemberRecord[] } | null;
}

/** Presence in this process's memory. */
export class MemoryPresenceStore implements PresenceStore {
  readonly #rooms = new Map<string, Room>();
  /** The highest revision of any room that is gone. A new room starts here, so that no room's revision ever falls and no empty room is kept for it. */
  #floor = 0;
  readonly #keysOf: NicknameKeys;

  constructor(keysOf: NicknameKeys = plainKeys) {
    this.#keysOf = keysOf;
  }

  async add(member: NewMember, maxMembers: number): ReturnType<PresenceStore['add']> {
    const room = this.#rooms.get(member.room) ?? this.#open(member.room);
    if (room.members.size >= maxMembers) {
      if (room.members.size === 0) this.#close(member.room, room);
      return { ok: false, refused: 'room-full' };
    }
    if (room.members.has(member.id)) return { ok: false, refused: 'id-taken' };
    const { nickname, keys } = grantNickname(member.nickname, this.#keysOf, room.nicknames);
    const record: MemberRecord = { ...member, nickname };
    for (const key of keys) room.nicknames.add(key);
    if (record.userId !== undefined) room.users.set(record.userId, record.id);
    return { ok: true, rev: this.#put(room, record), member: record };
  }

  async patch(roomName: string, memberId: string, patch: MemberPatch): ReturnType<PresenceStore['patch']> {
    const room = this.#rooms.get(roomName);
    const member = room?.members.get(memberId);
    if (!room || !member) return null;
    const { online = member.online ?? true, busy = member.busy ?? false } = patch;
    if (online === (member.online ?? true) && busy === (member.busy ?? false)) return { rev: room.rev, changed: false, member };
    const { online: _online, busy: _busy, ...rest } = member;
    const record: MemberRecord = { ...rest, ...(!online && { online: false }), ...(busy && { busy: true }) };
    return { rev: this.#put(room, record), changed: true, member: record };
  }

  async remove(roomName: string, memberId: string): ReturnType<PresenceStore['remove']> {
    const room = this.#rooms.get(roomName);
    const member = room?.members.get(memberId);
    if (!room || !member) return null;
    room.members.delete(memberId);
    for (const key of this.#keysOf(member.nickname)) room.nicknames.delete(key);
    if (member.userId !== undefined && room.users.get(member.userId) === memberId) room.users.delete(member.userId);
    room.listed = null;
    room.rev++;
    if (room.members.size === 0) this.#close(roomName, room);
    return { rev: room.rev };
  }

  async get(room: string, memberId: string): Promise<MemberRecord | null> {
    return this.#rooms.get(room)?.members.get(memberId) ?? null;
  }

  async findByUser(roomName: string, userId: string): Promise<MemberRecord | null> {
    const room = this.#rooms.get(roomName);
    return room?.members.get(room.users.get(userId) ?? '') ?? null;
  }

  async list(roomName: string): ReturnType<PresenceStore['list']> {
    const room = this.#rooms.get(roomName);
    if (!room) return { rev: this.#floor, members: [] };
    return (room.listed ??= { rev: room.rev, members: [...room.members.values()] });
  }

  #open(name: string): Room {
    const room: Room = { rev: this.#floor, members: new Map(), nicknames: new Set(), users: new Map(), listed: null };
    this.#rooms.set(name, room);
    return room;
  }

  #close(name: string, room: Room): void {
    this.#rooms.delete(name);
    this.#floor = Math.max(this.#floor, room.rev);
  }

  #put(room: Room, record: MemberRecord): number {
    room.members.set(record.id, record);
    room.listed = null;
    return ++room.rev;
  }
}
