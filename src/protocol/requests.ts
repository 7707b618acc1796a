import * as v from 'valibot';
import { MAX_BAN_SECONDS, MAX_BLOCKED, MAX_TOKEN_LENGTH, MAX_USER_ID_LENGTH } from './limits.js';
import { HANGUP_REASONS, count, id, length, madeId, media, sdp, signal, ticket, whole } from './values.js';

// Requests: what a client asks a server, on the channel `q`. See messages.ts.

const envelope = {
  v: v.literal(1),
  /** Idempotency key: the same id again gets the same reply, and nothing is done twice. */
  id: madeId,
  /** The last event number this session has applied: the hub forgets what is older. */
  a: v.optional(count),
};

/** Whom this session does not want to be rung by. With the user, where the blocked member has one: they may come back as another member. */
const availability = {
  doNotDisturb: v.boolean(),
  blocked: v.pipe(v.array(v.object({ id, userId: v.optional(v.pipe(v.string(), length(1, MAX_USER_ID_LENGTH))) })), length(0, MAX_BLOCKED)),
};
const availabilitySchema = v.object(availability);
export type Availability = v.InferOutput<typeof availabilitySchema>;

export const requestSchemas = {
  hello: v.object({
    ...envelope, t: v.literal('hello'),
    versions: v.pipe(v.array(v.number()), length(1, 16)),
    /** Judged by `names.ts` (`room-invalid`, `nickname-invalid`), not by this schema, for an honest code. */
    room: v.unknown(),
    nickname: v.optional(v.unknown()),
    token: v.optional(v.pipe(v.string(), length(0, MAX_TOKEN_LENGTH))),
    /** `lastSeq` absent: a freshly loaded page that lacks everything; nothing is replayed, the welcome carries room and call. */
    resume: v.optional(v.object({ sessionId: id, secret: id, epoch: id, lastSeq: v.optional(count), rev: v.optional(count), ticket: v.optional(ticket) })),
    /** Of the call this page is in: see {@link WireCall}. */
    callTicket: v.optional(ticket),
    /** Absent: anybody may ring here. */
    availability: v.optional(availabilitySchema),
  }),
  leave: v.object({ ...envelope, t: v.literal('leave') }),
  /** The page unloads (`pagehide`): keep my place for the return window. */
  bye: v.object({ ...envelope, t: v.literal('bye') }),
  /** Anti-entropy: what I believe; the reply carries what I lack. */
  sync: v.object({ ...envelope, t: v.literal('sync'), rev: count, callId: v.optional(madeId), callRev: v.optional(count) }),
  /** Fresh ICE servers (credentials expire). */
  ice: v.object({ ...envelope, t: v.literal('ice') }),
  /** In place of what was said before. */
  availability: v.object({ ...envelope, t: v.literal('availability'), ...availability }),
  /** Sends a member away: for those whose token says `moderator`. */
  kick: v.object({ ...envelope, t: v.literal('kick'), memberId: id, banSeconds: v.optional(whole(0, MAX_BAN_SECONDS)) }),
  invite: v.object({ ...envelope, t: v.literal('invite'), callId: madeId, to: id, media, offer: sdp, ringTimeoutMs: v.optional(count) }),
  /** This device rings. */
  ringing: v.object({ ...envelope, t: v.literal('ringing'), callId: madeId }),
  accept: v.object({ ...envelope, t: v.literal('accept'), callId: madeId, media, answer: sdp }),
  reject: v.object({ ...envelope, t: v.literal('reject'), callId: madeId }),
  cancel: v.object({ ...envelope, t: v.literal('cancel'), callId: madeId }),
  /** Media flows between the two. */
  connected: v.object({ ...envelope, t: v.literal('connected'), callId: madeId }),
  /** The connection of this generation cannot be mended (a page was loaded anew): make another. Of two that ask at once one is enough. */
  rebuild: v.object({ ...envelope, t: v.literal('rebuild'), callId: madeId, generation: count }),
  hangup: v.object({ ...envelope, t: v.literal('hangup'), callId: madeId, reason: v.picklist(HANGUP_REASONS) }),
  signal: v.object({ ...envelope, t: v.literal('signal'), ...signal }),
} as const;
export type RequestType = keyof typeof requestSchemas;
export type RequestOf<T extends RequestType> = v.InferOutput<(typeof requestSchemas)[T]>;
export type ClientRequest = RequestOf<RequestType>;
/** What a caller of `request()` supplies: the envelope is the signaling client's. */
export type RequestFields<T extends RequestType> = Omit<RequestOf<T>, 'v' | 'id' | 'a' | 't'>;
