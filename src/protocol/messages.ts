import * as v from 'valibot';
import { ERROR_CODES } from './codes.js';
import { MAX_ICE_TTL_MS, MIN_ICE_TTL_MS } from './limits.js';
import type { RequestType } from './requests.js';
import { call, count, iceServer, id, madeId, signal, snapshot, ticket, time, whole, wireMember } from './values.js';

// The wire, defined once: every type is inferred from the schema that checks it. Here is what the server says: replies, the acknowledgements of requests, and
// events, on the channel `e`. What a client asks, on `q`, is in requests.ts: only who serves reads that, in a page for `local:` rooms alone. Unknown fields are
// dropped, unknown types refused. The README beside this file tells the story.

export type { Availability, ClientRequest, RequestFields, RequestOf, RequestType } from './requests.js';
export type { Candidate, Description, HangupReason, IceServer, RoomSnapshot, WireCall, WireMember } from './values.js';

// --- Replies -----------------------------------------------------------------------------------------------------------------------------------

export const errorReplySchema = v.object({
  ok: v.literal(false),
  code: v.picklist(ERROR_CODES),
  /** For developers, English; never shown to people as it is. */
  message: v.optional(v.string()),
  retryAfterMs: v.optional(count),
  /** Where the call stands, when the request came too late for it. */
  call: v.optional(call),
});
export type ErrorReply = v.InferOutput<typeof errorReplySchema>;

const ok = { ok: v.literal(true) } as const;
const doneReply = v.object(ok);
const callReply = v.object({ ...ok, call });
const ice = {
  iceServers: v.array(iceServer),
  /** Whether these include a TURN relay: the honest reason when no path is found. */
  hasTurn: v.boolean(),
  /** How long the credentials among them are good: ask for others (`ice`) when a third of it is over. */
  iceTtlMs: v.optional(whole(MIN_ICE_TTL_MS, MAX_ICE_TTL_MS)),
};

export const replySchemas = {
  hello: v.object({
    ...ok,
    /** The protocol version the server chose among the client's. */
    version: v.number(),
    /** Names the server's life: another epoch has forgotten everything. */
    epoch: id,
    sessionId: id,
    /** Needed to resume; new with every welcome. */
    secret: id,
    /** Shown to a server that knows no such session any more, it gives the same member id and nickname. */
    ticket: v.optional(ticket),
    /** The number of the last event before this welcome (not resumed: start here). */
    seq: count,
    /** True: the events after `lastSeq` follow, nothing was lost. */
    resumed: v.boolean(),
    memberId: id,
    /** The nickname as granted (a taken one gets a visible suffix). */
    nickname: v.string(),
    now: time,
    ringTimeoutMs: count,
    ...ice,
    /** Absent when resumed with the current `rev`; and in a big room, where it follows as a `room` event from revision 0, in one frame for all who come at that time. */
    room: v.optional(snapshot),
    /** The call this session takes part in or should ring for. */
    call: v.optional(call),
  }),
  leave: doneReply,
  bye: doneReply,
  sync: v.object({ ...ok, now: time, room: v.optional(snapshot), call: v.optional(call) }),
  ice: v.object({ ...ok, ...ice }),
  availability: doneReply,
  kick: doneReply,
  /**
   * The call as it stands: `ringing`; `ended` with `busy`; or, where the other was already calling us, THEIR call (another `callId`, `connecting`,
   * direction `incoming`, with `offer` and `candidates`): close what you opened and `accept` that one.
   */
  invite: callReply,
  ringing: doneReply,
  accept: callReply,
  reject: callReply,
  cancel: callReply,
  connected: callReply,
  rebuild: callReply,
  hangup: callReply,
  signal: doneReply,
} as const satisfies Record<RequestType, v.GenericSchema>;
export type OkReply<T extends RequestType> = v.InferOutput<(typeof replySchemas)[T]>;
export type Reply<T extends RequestType = RequestType> = OkReply<T> | ErrorReply;
export type Welcome = OkReply<'hello'>;

// --- Events (server to client) -----------------------------------------------------------------------------------------------------------------

/** Directed events count per session (`s`, from 1, without gaps). Room deltas do not: they go to many in one encoded frame and are numbered by `rev`. */
const numbered = { s: whole(1) };

export const eventSchemas = {
  room: v.object({
    t: v.literal('room'),
    fromRev: count,
    rev: count,
    /** Joined, or changed: the whole record replaces the known one. */
    put: v.optional(v.array(wireMember)),
    /** Left. */
    del: v.optional(v.array(id)),
  }),
  call: v.object({ ...numbered, t: v.literal('call'), now: time, call }),
  /** To the one who was called: over before it rang, as the caller has read: `busy`, or `rejected` since they did not want to be disturbed. Never of somebody who is blocked. */
  missed: v.object({ ...numbered, t: v.literal('missed'), call }),
  signal: v.object({ ...numbered, t: v.literal('signal'), ...signal }),
  /** Another connection took this session over. Final for this connection. */
  replaced: v.object({ ...numbered, t: v.literal('replaced') }),
  kicked: v.object({ ...numbered, t: v.literal('kicked'), banSeconds: v.optional(count) }),
  /** The server is about to stop: reconnect after this delay (spread, so that nobody comes back at once). */
  drain: v.object({ ...numbered, t: v.literal('drain'), afterMs: count }),
  /** The peer's page unloaded; it may come back within the return window. */
  'peer-away': v.object({ ...numbered, t: v.literal('peer-away'), callId: madeId, away: v.boolean(), cause: v.picklist(['unload', 'lost']) }),
} as const;
export type EventOf<T extends keyof typeof eventSchemas> = v.InferOutput<(typeof eventSchemas)[T]>;
export type ServerEvent = EventOf<keyof typeof eventSchemas>;
export type RoomDelta = EventOf<'room'>;
/** A directed event before the hub has numbered it for a session. */
export type UnnumberedEvent = ServerEvent extends infer E ? (E extends { s: number } ? Omit<E, 's'> : never) : never;
