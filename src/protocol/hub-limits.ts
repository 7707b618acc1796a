// What only a hub needs of sizes, counts and times: a page that has a server does not fetch them.

/** From one side, from one description to its next. A machine with ten networks and three relays has some sixty. */
export const MAX_CANDIDATES_PER_NEGOTIATION = 200;
/** What the hub keeps of a ringing call (offer and the caller's candidates), so that a reloaded or second session can ring too. */
export const MAX_RINGING_CALL_BYTES = 48 * 1024;
/** How long a ticket is believed. */
export const TICKET_LIFE_MS = 12 * 60 * 60 * 1000;

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
/** How long a member that lost its connection stays listed (`online: false`): with no call, and in a call. */
export const RESUME_GRACE_MS = 15_000;
export const RESUME_GRACE_IN_CALL_MS = 25_000;

/** Presence changes are gathered this long into one delta (measured at 800 members: 186x fewer bytes than sending the list). */
export const PRESENCE_BATCH_MS = 50;
/** Together what a half-open link costs at most before it is seen, with a second to spare of the 10 s that it may. */
export const PING_INTERVAL_MS = 4_500;
export const PING_TIMEOUT_MS = 4_500;
export const MAX_ROOM_MEMBERS = 1_000;
