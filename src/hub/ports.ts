import type { IceServer, RoomDelta, ServerEvent, WireMember } from '../protocol/messages.js';
import type { CallMedia, EndReason } from '../protocol/codes.js';

// What the hub needs from outside. It decides; these do. Run by server/ behind socket.io and by the local transport in a tab.

// --- Stores ------------------------------------------------------------------------------------------------------------------------------------
// Asynchronous because a cluster keeps them in Redis; every method is one atomic step on the keys it names, and a room is never copied whole but by `list`.

/** A member as stored. `nickname` is the granted one. */
export interface MemberRecord extends WireMember {
  readonly room: string;
}
export type MemberPatch = { readonly [K in 'online' | 'busy']?: boolean };
export type NewMember = Omit<MemberRecord, 'online' | 'busy'>;

/** Two nicknames that share one of these are too much alike for one room. */
export type NicknameKeys = (nickname: string) => readonly string[];

export interface PresenceStore {
  /** Adds the member under its nickname, or, where a present one is too much alike ({@link NicknameKeys}; at least: but for case), with the first free suffix: `Ana`, `Ana #2`, `Ana #3`. */
  add(member: NewMember, maxMembers: number): Promise<{ readonly ok: true; readonly rev: number; readonly member: MemberRecord } | { readonly ok: false; readonly refused: 'room-full' | 'id-taken' }>;
  /** Applies the patch as one new revision; the present revision if it changes nothing; null if there is no such member. */
  patch(room: string, memberId: string, patch: MemberPatch): Promise<{ readonly rev: number; readonly changed: boolean; readonly member: MemberRecord } | null>;
  /** Null if there was none. The last one out removes the room, but its `rev` never falls within the store's life. */
  remove(room: string, memberId: string): Promise<{ readonly rev: number } | null>;
  get(room: string, memberId: string): Promise<MemberRecord | null>;
  /** The member that authenticated as `userId` in this room, if any: its tabs and devices share one membership. */
  findByUser(room: string, userId: string): Promise<MemberRecord | null>;
  list(room: string): Promise<{ readonly rev: number; readonly members: readonly MemberRecord[] }>;
}

/** One call. Several invitees are planned (ring a role); today there is always one. Session ids are bound at invite (caller) and accept (callee). */
export interface CallRecord {
  readonly callId: string;
  readonly rev: number;
  readonly room: string;
  readonly state: 'ringing' | 'connecting' | 'active' | 'ended';
  readonly callerId: string;
  /** Null: the call came back by a ticket (see tickets.ts) and this party has not yet. */
  readonly callerSession: string | null;
  readonly inviteeIds: readonly string[];
  /** Caller and invitees as they stood at the invitation, so that the end of a call can still be told when one of them is gone. */
  readonly parties: readonly WireMember[];
  readonly calleeId: string | null;
  readonly calleeSession: string | null;
  readonly media: CallMedia;
  readonly acceptedMedia: CallMedia | null;
  readonly ringing: boolean;
  readonly offer: string | null;
  readonly candidates: readonly import('../protocol/messages.js').Candidate[];
  readonly answer: string | null;
  /** Of the connection between the two, from 0. */
  readonly generation: number;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly connectedAt: number | null;
  readonly endedAt: number | null;
  /** As the party `endedBy` sees it (null: as the caller sees it); `reasonFor()` in call-view.ts words it for the other. */
  readonly reason: EndReason | null;
  readonly endedBy: string | null;
}

export type ClaimResult =
  | { readonly ok: true }
  /** `with`: the call that holds the claim. `glare`: the invitee is itself ringing the caller with that call. `duplicate`: this very call is already known. */
  | { readonly ok: false; readonly cause: 'busy-self' | 'busy-peer' | 'glare' | 'duplicate'; readonly with: string };

/**
 * A claim counts only while its call is known and has not ended: the transition to `ended` frees both parties in the same step, and a `release` that
 * comes late (or failed) keeps nobody busy.
 */
export interface CallStore {
  /** Claims the caller and every free invitee for a new ringing call, all in one step, or nothing. */
  claim(call: CallRecord): Promise<ClaimResult>;
  get(callId: string): Promise<CallRecord | null>;
  /** Compare and set: writes `next` only where the stored `rev` is still `fromRev`. False: read again and decide again. Ended calls are kept a minute as tombstones. */
  transition(fromRev: number, next: CallRecord): Promise<boolean>;
  /** Frees every party still claimed by this call; a claim that already belongs to another call stays. Safe to repeat. */
  release(callId: string, memberIds: readonly string[]): Promise<void>;
  /** The call that claims this member, if any. */
  claimOf(memberId: string): Promise<string | null>;
  /** Drops tombstones older than this. */
  sweep(olderThan: number): Promise<void>;
}

// --- Time, chance, the world -------------------------------------------------------------------------------------------------------------------

export interface HubClock {
  /** Epoch milliseconds. */
  now(): number;
  /** Runs once after the delay; the result cancels. */
  setTimer(delayMs: number, run: () => void): () => void;
}

/** Who a token says this is. */
export interface Identity {
  /** The same in several tabs or devices: one member. */
  readonly userId: string;
  /** Vouched for: the member counts as `authenticated`. Without it the page chooses a name, as anybody may in an open room. */
  readonly nickname?: string | undefined;
  readonly role?: string | undefined;
  readonly data?: Readonly<Record<string, string>> | undefined;
  readonly avatarUrl?: string | undefined;
  /** May send others away. Looked at anew at every hello. */
  readonly moderator?: boolean | undefined;
}

export type Authorization = { readonly ok: true; readonly identity: Identity | null } | { readonly ok: false; readonly code: 'unauthorized' | 'token-expired' };

export interface IceConfiguration {
  readonly iceServers: IceServer[];
  readonly hasTurn: boolean;
  /** How long the credentials among them are good; absent: nobody knows. */
  readonly iceTtlMs?: number;
}

/** How the hub speaks to connections. A connection is one transport link; a session outlives it and may be resumed on another. */
export interface HubLinks {
  /** To one connection. */
  send(connectionId: string, event: ServerEvent): void;
  /**
   * One encoded frame to every connection subscribed to the audience. Audiences are made by the hub (today one a room; later one per kind of viewer).
   * How a viewer that holds revision `own` reads a delta: `rev <= own`: known already, drop it; `fromRev <= own < rev`: apply it whole (`put` and `del` are
   * whole records, so what is known already is only repeated); `own < fromRev`: something is missing, `sync`. Before its welcome it has no `own`: drop.
   */
  broadcast(audience: string, event: RoomDelta): void;
  subscribe(connectionId: string, audience: string): void;
  unsubscribe(connectionId: string, audience: string): void;
  /** Ends the link after what was sent has left. `disconnected()` may follow, or not. */
  close(connectionId: string, why: 'left' | 'replaced' | 'kicked' | 'protocol'): void;
}

/** Facts for operators and tests, never with SDP, addresses or nicknames. */
export type HubFact =
  | { readonly type: 'member.joined' | 'member.left'; readonly room: string; readonly memberId: string; readonly userId: string | null; readonly at: number }
  | { readonly type: 'call.ringing' | 'call.started' | 'call.ended'; readonly room: string; readonly callId: string; readonly callerId: string; readonly calleeId: string; readonly at: number; readonly reason?: EndReason; readonly durationMs?: number };

/** Makes text unforgeable (not secret), per kind, so that a ticket of one kind is never taken for another. */
export interface TicketSeal {
  close(kind: string, text: string): string;
  /** Null: not closed by this seal, or changed since. */
  open(kind: string, ticket: string): string | null;
}

export interface HubOptions {
  readonly presence: PresenceStore;
  readonly calls: CallStore;
  readonly links: HubLinks;
  readonly clock: HubClock;
  /** `bytes` random bytes in base64url, from a cryptographic source. */
  readonly randomId: (bytes: number) => string;
  /** Closes and opens what clients keep for this hub's successor. */
  readonly seal: TicketSeal;
  /** Decides who may enter, and as whom; before anything of the room is read. */
  readonly authorize: (token: string | null, connectionId: string, room: string) => Promise<Authorization>;
  readonly iceServers: (member: WireMember) => Promise<IceConfiguration>;
  /** Asked before a call rings. False looks to the caller as if the other did not want to be disturbed. */
  readonly mayCall?: (from: WireMember, to: WireMember) => Promise<boolean>;
  readonly onFact?: (fact: HubFact) => void;
  /** Failures of stores and hooks: for the log, the connection got `unavailable`. */
  readonly onFailure?: (error: unknown, doing: string) => void;
  readonly maxRoomMembers?: number;
  /** For callers that name none; kept between MIN_ and MAX_RING_TIMEOUT_MS. */
  readonly ringTimeoutMs?: number;
  /** Of one person, sustained, those not counted that were accepted; who is rejected by the same person again and again has to wait as well. 0 or absent: no limit. */
  readonly invitesPerMinute?: number;
  /** Whoever is exempt from that. */
  readonly mayInviteFreely?: (connectionId: string) => boolean;
  readonly presenceBatchMs?: number;
  readonly resumeGraceMs?: number;
  readonly resumeGraceInCallMs?: number;
  readonly returnWindowMs?: number;
}
