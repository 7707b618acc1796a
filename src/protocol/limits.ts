// Every size and count that crosses the wire, in one place. Sizes in bytes unless the name says otherwise.

export const PROTOCOL_VERSION = 1;

/** One engine.io packet; larger ones are refused with `too-large`. */
export const MAX_MESSAGE_BYTES = 64 * 1024;
/** One session description, in UTF-16 code units (SDP is ASCII). */
export const MAX_SDP_LENGTH = 32 * 1024;
export const MAX_CANDIDATE_LENGTH = 1024;
export const MAX_CANDIDATES_PER_SIGNAL = 64;
/** From one side, from one description to its next. A machine with ten networks and three relays has some sixty. */
export const MAX_CANDIDATES_PER_NEGOTIATION = 200;
/** What the hub keeps of a ringing call (offer and the caller's candidates), so that a reloaded or second session can ring too. */
export const MAX_RINGING_CALL_BYTES = 48 * 1024;

/** Whom one session may have blocked; and for how long somebody may be sent away: a year. */
export const MAX_BLOCKED = 100;
export const MAX_BAN_SECONDS = 366 * 24 * 60 * 60;

export * from './name-limits.js';
export const MAX_TOKEN_LENGTH = 8 * 1024;
export const MAX_ID_LENGTH = 64;
export const MAX_USER_ID_LENGTH = 256;
/** What a server signs and its clients keep, in UTF-16 code units, and how long it is believed. */
export const MAX_TICKET_LENGTH = 4 * 1024;
export const TICKET_LIFE_MS = 12 * 60 * 60 * 1000;

/** How long credentials of ICE servers may be said to be good: others are fetched at a third of it. */
export const MIN_ICE_TTL_MS = 1_000;
export const MAX_ICE_TTL_MS = 24 * 60 * 60 * 1000;

/** Requests whose reply a session can ask for again by repeating the id, and for how long. */
export const REMEMBERED_REPLIES = 256;
export const REMEMBERED_REPLY_MS = 120_000;
/** Events kept per session for replay at resume. */
export const REPLAY_EVENTS = 512;

export const RING_TIMEOUT_MS = 45_000;
export const MIN_RING_TIMEOUT_MS = 2_000;
export const MAX_RING_TIMEOUT_MS = 120_000;
/** An invitation with less than this left does not start to ring. */
export const MIN_RING_LEFT_MS = 3_000;
/** Accepted, but no media: both sides give up, and have said so within 20 s. */
export const CONNECT_TIMEOUT_MS = 19_500;
/** How long a member that lost its connection stays listed (`online: false`): with no call, in a call, and after it said that its page unloads. */
export const RESUME_GRACE_MS = 15_000;
export const RESUME_GRACE_IN_CALL_MS = 25_000;
export const RETURN_WINDOW_MS = 8_000;

/** Presence changes are gathered this long into one delta (measured at 800 members: 186x fewer bytes than sending the list). */
export const PRESENCE_BATCH_MS = 50;
export const SYNC_INTERVAL_MS = 10_000;
export const REQUEST_TIMEOUT_MS = 3_000;
/** Together what a half-open link costs at most before it is seen, with a second to spare of the 10 s that it may. */
export const PING_INTERVAL_MS = 4_500;
export const PING_TIMEOUT_MS = 4_500;
export const MAX_ROOM_MEMBERS = 1_000;
