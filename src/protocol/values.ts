import * as v from 'valibot';
import { END_REASONS } from './codes.js';
import { MAX_CANDIDATES_PER_SIGNAL, MAX_CANDIDATE_LENGTH, MAX_ID_LENGTH, MAX_SDP_LENGTH, MAX_TICKET_LENGTH } from './limits.js';

// What the messages of both sides are made of. Few of valibot's words are used, each again and again: every further one weighs in each page.

/** So many characters, or entries. */
export const length = <T extends { readonly length: number }>(min: number, max: number) =>
  v.check<T, string>((value) => value.length >= min && value.length <= max, `a length of ${min} to ${max}`);
export const whole = (min = 0, max = Infinity) => v.pipe(v.number(), v.check((value) => Number.isInteger(value) && value >= min && value <= max, 'a whole number in range'));

export const id = v.pipe(v.string(), length(1, MAX_ID_LENGTH));
/** Ids that clients make: 128 random bits, base64url. */
export const madeId = v.pipe(v.string(), v.check((value) => /^[\w-]{16,64}$/.test(value), 'base64url'));
export const count = whole();
export const time = v.pipe(v.number(), v.check((value) => value >= 0, 'a time'));
export const media = v.object({ audio: v.boolean(), video: v.boolean() });
export const sdp = v.pipe(v.string(), length(1, MAX_SDP_LENGTH));
/** Signed by a server for itself or its successor; opaque to clients. */
export const ticket = v.pipe(v.string(), length(0, MAX_TICKET_LENGTH));

const candidate = v.object({
  /** Empty at the end of candidates. */
  candidate: v.pipe(v.string(), length(0, MAX_CANDIDATE_LENGTH)),
  sdpMid: v.nullish(v.pipe(v.string(), length(0, 32))),
  sdpMLineIndex: v.nullish(whole(0, 63)),
  usernameFragment: v.nullish(v.pipe(v.string(), length(0, 256))),
});
export type Candidate = v.InferOutput<typeof candidate>;
export const candidates = v.pipe(v.array(candidate), length(0, MAX_CANDIDATES_PER_SIGNAL));
export const description = v.object({ type: v.picklist(['offer', 'answer']), sdp });
export type Description = v.InferOutput<typeof description>;

/** Reasons a party may give when it ends a call that was accepted. `left`: its page knows the call no more (reloaded); the other reads `peer-left`. */
export const HANGUP_REASONS = ['hangup', 'left', 'media-failed', 'connect-failed', 'connection-lost', 'protocol-error'] as const;
export type HangupReason = (typeof HANGUP_REASONS)[number];

/** To the other party of the call; `n` counts per sender, call and generation from 0, so that the receiver can order and drop repeats. */
export const signal = { callId: madeId, generation: v.optional(count), n: count, description: v.optional(description), candidates: v.optional(candidates) };

/** A member as it travels: what is null, empty, true (`online`) or false (`busy`, `authenticated`) by default is left out. */
export const wireMember = v.object({
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

export const iceServer = v.object({
  urls: v.lazy((urls) => (Array.isArray(urls) ? v.array(v.string()) : v.string())),
  username: v.optional(v.string()),
  credential: v.optional(v.string()),
});
export type IceServer = v.InferOutput<typeof iceServer>;

export const snapshot = v.object({ rev: count, members: v.array(wireMember) });
export type RoomSnapshot = v.InferOutput<typeof snapshot>;

/**
 * One call as the hub tells it to one party; the same shape for every transition, so the newest `rev` always replaces what was known.
 * `offer` and `candidates` (the caller's, so far) only while it rings and to the callee only; `answer` only to the caller.
 */
export const call = v.object({
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
  /** As this party sees it. One that this version does not know must not keep a page from hearing that its call is over. */
  reason: v.optional(v.fallback(v.picklist(END_REASONS), 'server')),
  offer: v.optional(sdp),
  candidates: v.optional(v.array(candidate)),
  answer: v.optional(sdp),
  /** How often the connection between the two was made anew (`rebuild`); each time both sides drop theirs, and the caller offers. Absent: never. */
  generation: v.optional(count),
  /** From `connecting` on: with it either party brings the call back at a server that has forgotten everything. */
  ticket: v.optional(ticket),
});
export type WireCall = v.InferOutput<typeof call>;
