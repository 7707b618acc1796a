import type { EndReason } from '../protocol/codes.js';
import type { WireCall, WireMember } from '../protocol/messages.js';
import { roleOf, type Party } from './calls.js';
import type { CallRecord } from './ports.js';

// One call as one party sees it.

/** The same end in the other party's words, where they differ. */
const OTHER_SIDE: Partial<Record<EndReason, EndReason>> = {
  hangup: 'remote-hangup', 'no-answer': 'missed', 'peer-left': 'hangup', 'peer-lost': 'connection-lost', kicked: 'peer-left',
};

/** Why the call ended, as this member sees it. Undefined while it lasts. */
export function reasonFor(record: CallRecord, memberId: string): EndReason | undefined {
  if (record.reason === null) return undefined;
  return memberId === (record.endedBy ?? record.callerId) ? record.reason : (OTHER_SIDE[record.reason] ?? record.reason);
}

/** The other party, of a member of this call. */
export function peerIdOf(record: CallRecord, memberId: string): string {
  return memberId === record.callerId ? (record.calleeId ?? record.inviteeIds[0] ?? '') : record.callerId;
}

/**
 * The call as it travels to one session of one party. The offer and the caller's candidates go to the callee only and only until it has answered, the answer
 * to the caller only and only until media flows. A device of the callee that did not accept sees the call ended, `answered-elsewhere`.
 */
export function viewFor(record: CallRecord, viewer: Party, peerIsOnline: boolean): WireCall {
  const role = roleOf(record, viewer);
  const elsewhere = role === 'elsewhere';
  const state = elsewhere ? 'ended' : record.state;
  const reason = elsewhere ? 'answered-elsewhere' : reasonFor(record, viewer.memberId);
  const endedAt = elsewhere ? (record.connectedAt ?? record.endedAt ?? undefined) : (record.endedAt ?? undefined);
  const isBusy = record.state !== 'ended' || record.reason === 'busy';
  return {
    callId: record.callId,
    rev: record.rev,
    state,
    peer: peerOf(record, viewer.memberId, peerIsOnline, isBusy),
    direction: role === 'caller' ? 'outgoing' : 'incoming',
    media: record.media,
    ringing: record.ringing,
    createdAt: record.createdAt,
    expiresAt: record.expiresAt,
    ...(record.acceptedMedia && !elsewhere && { acceptedMedia: record.acceptedMedia }),
    ...(record.connectedAt !== null && !elsewhere && { connectedAt: record.connectedAt }),
    ...(endedAt !== undefined && { endedAt }),
    ...(reason && { reason }),
    ...(role === 'callee' && record.offer !== null && { offer: record.offer, candidates: [...record.candidates] }),
    ...(record.generation > 0 && { generation: record.generation }),
    // The first connection's, of no use to a later one.
    ...(role === 'caller' && record.answer !== null && record.generation === 0 && { answer: record.answer }),
  };
}

function peerOf(record: CallRecord, memberId: string, isOnline: boolean, isBusy: boolean): WireMember {
  const peerId = peerIdOf(record, memberId);
  const known = record.parties.find(({ id }) => id === peerId) ?? { id: peerId, nickname: '', since: 0 };
  const { online: _online, busy: _busy, ...peer } = known;
  return { ...peer, ...(!isOnline && { online: false as const }), ...(isBusy && { busy: true as const }) };
}
