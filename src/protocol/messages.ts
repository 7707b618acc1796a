import * as v from 'valibot';
import { END_REASONS, ERROR_CODES } from './codes.js';
import { MAX_CANDIDATES_PER_SIGNAL, MAX_CANDIDATE_LENGTH, MAX_ID_LENGTH, MAX_SDP_LENGTH, MAX_TICKET_LENGTH, MAX_TOKEN_LENGTH } from './limits.js';

// The wire, defined once: every type below is inferred from the schema that checks it. Requests travel client to server on the channel `q` with an
// acknowledgement, events server to client on `e`. Unknown fields are dropped, unknown types refused. The README beside this file tells the story.

const id = v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_ID_LENGTH));
/** Ids that clients make: 128 random bits, base64url. */
const madeId = v.pipe(v.string(), v.regex(/^[\w-]{16,64}$/));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const time = v.pipe(v.number(), v.minValue(0));
const media = v.object({ audio: v.boolean(), video: v.boolean() });
const sdp = v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_SDP_LENGTH));
const reason = v.picklist(END_REASONS);
/** Signed by a server for itself or its successor; opaque to clients. */
const ticket = v.pipe(v.string(), v.maxLength(MAX_TICKET_LENGTH));

const candidate = v.object({
  /** Empty at the end of candidates. */
  candidate: v.pipe(v.string(), v.maxLength(MAX_CANDIDATE_LENGTH)),
  sdpMid: v.nullish(v.pipe(v.string(), v.maxLength(32))),
  sdpMLineIndex: v.nullish(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(63))),
  usernameFragment: v.nullish(v.pipe(v.string(), v.maxLength(256))),
});
export type Candidate = v.InferOutput<typeof candidate>;
const candidates = v.pipe(v.array(candidate), v.maxLength(MAX_CANDIDATES_PER_SIGNAL));
const description = v.object({ type: v.picklist(['offer', 'answer']), sdp });
export type Description = v.InferOutput<typeof description>;

/** A member as it travels: what is null, empty, true (`online`) or false (`busy`, `authenticated`) by default is left out. */
const wireMember = v.object({
  id,
  nickname: v.string(),
  since: time,
  userId: v.optional(v.string()),
  role: v.optional(v.string()),
  data: v.optional(v.record(v.string(), v.string())),
  avatarUrl: v.optional(v.string()),
  online: v.optional(v.literal(false)),
  busy: v.optional(v.literal(true)),
  authenticated: v.optional(v.literal(true)),
});
export type WireMember = v.InferOutput<typeof wireMember>;

const iceServer = v.object({
  urls: v.union([v.string(), v.array(v.string())]),
  username: v.optional(v.string()),
  credential: v.optional(v.string()),
});
export type IceServer = v.InferOutput<typeof iceServer>;

const snapshot = v.object({ rev: count, members: v.array(wireMember) });
export type RoomSnapshot = v.InferOutput<typeof snapshot>;

/**
 * One call as the hub tells it to one party; the same shape for every transition, so the newest `rev` always replaces what was known.
 * `offer` and `candidates` (the caller's, so far) only while it rings and to the callee only; `answer` only to the caller.
 */
const call = v.object({
  callId: madeId,
  rev: count,
  state: v.picklist(['ringing', 'connecting', 'active', 'ended']),
  /** The other party, as this party sees it. */
  peer: wireMember,
  direction: v.picklist(['incoming', 'outgoing']),
  /** What the caller invited with. */
  media,
  /** What the callee accepted with; from `connecting` on. */
  acceptedMedia: v.optional(media),
  /** At least one device of the callee has confirmed that it rings. */
  ringing: v.boolean(),
  /** While it rings, to the callee: other devices of it may ring too. Nothing goes to the caller directly before the hub has confirmed the accept. */
  shared: v.optional(v.literal(true)),
  createdAt: time,
  /** When ringing ends by itself. */
  expiresAt: time,
  connectedAt: v.optional(time),
  endedAt: v.optional(time),
  /** As this party sees it. */
  reason: v.optional(reason),
  offer: v.optional(sdp),
  candidates: v.optional(v.array(candidate)),
  answer: v.optional(sdp),
  /** How often the connection between the two was made anew (`rebuild`); each time both sides drop theirs, and the caller offers. Absent: never. */
  generation: v.optional(count),
  /** From `connecting` on: with it either party brings the call back at a server that has forgotten everything. */
  ticket: v.optional(ticket),
});
export type WireCall = v.InferOutput<typeof call>;

// --- Requests (client to server) ---------------------------------------------------------------------------------------------------------------

const envelope = {
  v: v.literal(1),
  /** Idempotency key: the same id again gets the same reply, and nothing is done twice. */
  id: madeId,
  /** The last event number this session has applied: the hub forgets what is older. */
  a: v.optional(count),
};

/** Reasons a party may give when it ends a call that was accepted. `left`: its page knows the call no more (reloaded); the other reads `peer-left`. */
const HANGUP_REASONS = ['hangup', 'left', 'media-failed', 'connect-failed', 'connection-lost', 'protocol-error'] as const;
export type HangupReason = (typeof HANGUP_REASONS)[number];

export const requestSchema = v.variant('t', [
  v.object({
    ...envelope, t: v.literal('hello'),
    versions: v.pipe(v.array(v.number()), v.minLength(1), v.maxLength(16)),
    /** Judged by `names.ts` (`room-invalid`, `nickname-invalid`), not by this schema, for an honest code. */
    room: v.unknown(),
    nickname: v.optional(v.unknown()),
    token: v.optional(v.pipe(v.string(), v.maxLength(MAX_TOKEN_LENGTH))),
    /** `lastSeq` absent: a freshly loaded page that lacks everything; nothing is replayed, the welcome carries room and call. */
    resume: v.optional(v.object({ sessionId: id, secret: id, epoch: id, lastSeq: v.optional(count), rev: v.optional(count), ticket: v.optional(ticket) })),
    /** Of the call this page is in: see {@link WireCall}. */
    callTicket: v.optional(ticket),
  }),
  v.object({ ...envelope, t: v.literal('leave') }),
  /** The page unloads (`pagehide`): keep my place for the return window. */
  v.object({ ...envelope, t: v.literal('bye') }),
  /** Anti-entropy: what I believe; the reply carries what I lack. */
  v.object({ ...envelope, t: v.literal('sync'), rev: count, callId: v.optional(madeId), callRev: v.optional(count) }),
  /** Fresh ICE servers (credentials expire). */
  v.object({ ...envelope, t: v.literal('ice') }),
  v.object({ ...envelope, t: v.literal('invite'), callId: madeId, to: id, media, offer: sdp, ringTimeoutMs: v.optional(count) }),
  /** This device rings. */
  v.object({ ...envelope, t: v.literal('ringing'), callId: madeId }),
  v.object({ ...envelope, t: v.literal('accept'), callId: madeId, media, answer: sdp }),
  v.object({ ...envelope, t: v.literal('reject'), callId: madeId }),
  v.object({ ...envelope, t: v.literal('cancel'), callId: madeId }),
  /** Media flows between the two. */
  v.object({ ...envelope, t: v.literal('connected'), callId: madeId }),
  /** The connection of this generation cannot be mended (a page was loaded anew): make another. Of two that ask at once one is enough. */
  v.object({ ...envelope, t: v.literal('rebuild'), callId: madeId, generation: count }),
  v.object({ ...envelope, t: v.literal('hangup'), callId: madeId, reason: v.picklist(HANGUP_REASONS) }),
  /** To the other party of the call; `n` counts per sender, call and generation from 0, so that the receiver can order and drop repeats. */
  v.object({ ...envelope, t: v.literal('signal'), callId: madeId, generation: v.optional(count), n: count, description: v.optional(description), candidates: v.optional(candidates) }),
]);
export type ClientRequest = v.InferOutput<typeof requestSchema>;
export type RequestType = ClientRequest['t'];
export type RequestOf<T extends RequestType> = Extract<ClientRequest, { t: T }>;
/** What a caller of `request()` supplies: the envelope is the signaling client's. */
export type RequestFields<T extends RequestType> = Omit<RequestOf<T>, 'v' | 'id' | 'a' | 't'>;

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
    iceServers: v.array(iceServer),
    /** Whether these include a TURN relay: the honest reason when no path is found. */
    hasTurn: v.boolean(),
    /** Absent when resumed with the current `rev`; and in a big room, where it follows as a `room` event from revision 0, in one frame for all who come at that time. */
    room: v.optional(snapshot),
    /** The call this session takes part in or should ring for. */
    call: v.optional(call),
  }),
  leave: doneReply,
  bye: doneReply,
  sync: v.object({ ...ok, now: time, room: v.optional(snapshot), call: v.optional(call) }),
  ice: v.object({ ...ok, iceServers: v.array(iceServer), hasTurn: v.boolean() }),
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
const numbered = { s: v.pipe(count, v.minValue(1)) };

const roomDelta = v.object({
  t: v.literal('room'),
  fromRev: count,
  rev: count,
  /** Joined, or changed: the whole record replaces the known one. */
  put: v.optional(v.array(wireMember)),
  /** Left. */
  del: v.optional(v.array(id)),
});
export type RoomDelta = v.InferOutput<typeof roomDelta>;

export const eventSchema = v.variant('t', [
  roomDelta,
  v.object({ ...numbered, t: v.literal('call'), now: time, call }),
  v.object({ ...numbered, t: v.literal('signal'), callId: madeId, generation: v.optional(count), n: count, description: v.optional(description), candidates: v.optional(candidates) }),
  /** Another connection took this session over. Final for this connection. */
  v.object({ ...numbered, t: v.literal('replaced') }),
  v.object({ ...numbered, t: v.literal('kicked'), banSeconds: v.optional(count) }),
  /** The server is about to stop: reconnect after this delay (spread, so that nobody comes back at once). */
  v.object({ ...numbered, t: v.literal('drain'), afterMs: count }),
  /** The peer's page unloaded; it may come back within the return window. */
  v.object({ ...numbered, t: v.literal('peer-away'), callId: madeId, away: v.boolean(), cause: v.picklist(['unload', 'lost']) }),
]);
export type ServerEvent = v.InferOutput<typeof eventSchema>;
export type EventOf<T extends ServerEvent['t']> = Extract<ServerEvent, { t: T }>;
/** A directed event before the hub has numbered it for a session. */
export type UnnumberedEvent = ServerEvent extends infer E ? (E extends { s: number } ? Omit<E, 's'> : never) : never;
