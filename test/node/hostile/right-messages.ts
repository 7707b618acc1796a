import type { RequestType } from '../../../src/protocol/requests.js';

// One right message of each kind, with every field that it can have: what tampering starts from.

const callId = 'c'.repeat(22);
const media = { audio: true, video: true };
const candidate = { candidate: 'candidate:1 1 udp 2113937151 192.0.2.1 54400 typ host', sdpMid: '0', sdpMLineIndex: 0, usernameFragment: 'abcd' };
const member = {
  id: 'm1', nickname: 'Ana', since: 1, userId: 'u1', role: 'agent', data: { team: 'a' }, avatarUrl: 'https://example.com/a.png', online: false, busy: true, authenticated: true,
};
const call = {
  callId, rev: 3, state: 'ringing', peer: member, direction: 'incoming', media, acceptedMedia: media, ringing: true, shared: true, createdAt: 1, expiresAt: 2, connectedAt: 3,
  endedAt: 4, reason: 'hangup', offer: 'v=0', candidates: [candidate], answer: 'v=0', generation: 1, ticket: 'ticket',
};
const envelope = { v: 1, id: 'i'.repeat(22), a: 1 };
const signal = { callId, generation: 1, n: 0, description: { type: 'offer', sdp: 'v=0' }, candidates: [candidate] };
const snapshot = { rev: 2, members: [member] };
const iceServers = [{ urls: ['turn:a'], username: 'u', credential: 'c' }, { urls: 'stun:b' }];

export const REQUESTS: readonly unknown[] = [
  { ...envelope, t: 'hello', versions: [1], room: 'lobby', nickname: 'Ana', token: 't', resume: { sessionId: 's', secret: 'x', epoch: 'e', lastSeq: 1, rev: 2, ticket: 't' }, callTicket: 't' },
  { ...envelope, t: 'hello', versions: [1], room: 'lobby', nickname: 'Ana' },
  ...['leave', 'bye', 'ice'].map((t) => ({ ...envelope, t })),
  { ...envelope, t: 'sync', rev: 2, callId, callRev: 1 },
  { ...envelope, t: 'invite', callId, to: 'm1', media, offer: 'v=0', ringTimeoutMs: 5000 },
  { ...envelope, t: 'accept', callId, media, answer: 'v=0' },
  ...['ringing', 'reject', 'cancel', 'connected'].map((t) => ({ ...envelope, t, callId })),
  { ...envelope, t: 'rebuild', callId, generation: 0 },
  { ...envelope, t: 'hangup', callId, reason: 'hangup' },
  { ...envelope, t: 'signal', ...signal },
];

export const EVENTS: readonly unknown[] = [
  { t: 'room', fromRev: 1, rev: 2, put: [member], del: ['m2'] },
  { s: 1, t: 'call', now: 1, call },
  { s: 1, t: 'signal', ...signal },
  { s: 1, t: 'replaced' },
  { s: 1, t: 'kicked', banSeconds: 5 },
  { s: 1, t: 'drain', afterMs: 5 },
  { s: 1, t: 'peer-away', callId, away: true, cause: 'lost' },
];

const refused = { ok: false, code: 'too-late', message: 'no', retryAfterMs: 5, call };
const replies = (...right: readonly unknown[]): readonly unknown[] => [...right, ...right, refused];

export const REPLIES: Readonly<Partial<Record<RequestType, readonly unknown[]>>> = {
  hello: replies({
    ok: true, version: 1, epoch: 'e', sessionId: 's', secret: 'x', ticket: 't', seq: 0, resumed: false, memberId: 'm1', nickname: 'Ana', now: 1, ringTimeoutMs: 1, iceServers,
    hasTurn: true, room: snapshot, call,
  }),
  sync: replies({ ok: true, now: 1, room: snapshot, call }),
  ice: replies({ ok: true, iceServers, hasTurn: true }),
  invite: replies({ ok: true, call }),
  leave: replies({ ok: true }),
};
