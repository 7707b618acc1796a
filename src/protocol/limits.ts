// Every size and count that crosses the wire. Sizes in bytes unless the name says otherwise. What only a hub needs is in hub-limits.ts, of names in name-limits.ts: a bundle
// keeps a module in one piece, and fetches it with the first that needs any of it.

export const PROTOCOL_VERSION = 1;

/** One engine.io packet; larger ones are refused with `too-large`. */
export const MAX_MESSAGE_BYTES = 64 * 1024;
/** One session description, in UTF-16 code units (SDP is ASCII). */
export const MAX_SDP_LENGTH = 32 * 1024;
export const MAX_CANDIDATE_LENGTH = 1024;
export const MAX_CANDIDATES_PER_SIGNAL = 64;

/** Whom one session may have blocked; and for how long somebody may be sent away: a year. */
export const MAX_BLOCKED = 100;
export const MAX_BAN_SECONDS = 366 * 24 * 60 * 60;

export const MAX_TOKEN_LENGTH = 8 * 1024;
export const MAX_ID_LENGTH = 64;
export const MAX_USER_ID_LENGTH = 256;
/** What a server signs and its clients keep, in UTF-16 code units. */
export const MAX_TICKET_LENGTH = 4 * 1024;

/** How long credentials of ICE servers may be said to be good: others are fetched at a third of it. */
export const MIN_ICE_TTL_MS = 1_000;
export const MAX_ICE_TTL_MS = 24 * 60 * 60 * 1000;

/** Accepted, but no media: both sides give up, and have said so within 20 s. */
export const CONNECT_TIMEOUT_MS = 19_500;
/** How long a member that said that its page unloads stays listed (`online: false`), and its call with it. */
export const RETURN_WINDOW_MS = 8_000;
export const SYNC_INTERVAL_MS = 10_000;
export const REQUEST_TIMEOUT_MS = 3_000;
