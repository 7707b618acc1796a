import { TICKET_LIFE_MS } from '../protocol/hub-limits.js';
import { parseTicket, type CallTicket, type MemberTicket } from '../protocol/tickets.js';
import type { CallRecord, TicketSeal } from './ports.js';

/**
 * What a hub has signed and a client keeps for it, so that the next hub (a restarted server, another leader) can take up where this one was cut off. Of what
 * the present hub knows by itself, which its epoch tells, a ticket is no proof.
 */
export class Tickets {
  readonly #seal: TicketSeal;
  readonly #epoch: string;
  readonly #now: () => number;

  constructor(seal: TicketSeal, epoch: string, now: () => number) {
    this.#seal = seal;
    this.#epoch = epoch;
    this.#now = now;
  }

  forMember(member: Omit<MemberTicket, 'epoch' | 'expiresAt'>): string {
    return this.#issue('member', member);
  }

  /** Undefined: nobody has accepted it yet, or it is over. */
  forCall(record: CallRecord): string | undefined {
    const { room, callId, rev, generation, media, acceptedMedia, createdAt, connectedAt, calleeId } = record;
    if (calleeId === null || acceptedMedia === null || record.state === 'ended') return undefined;
    const party = (id: string) => {
      const { nickname = '', userId } = record.parties.find((each) => each.id === id) ?? {};
      return { id, nickname, userId };
    };
    const ticket: Omit<CallTicket, 'epoch' | 'expiresAt'> = {
      room, callId, rev, generation, caller: party(record.callerId), callee: party(calleeId), media, acceptedMedia, createdAt, connectedAt: connectedAt ?? undefined,
    };
    return this.#issue('call', ticket);
  }

  read<K extends 'member' | 'call'>(kind: K, ticket: string | undefined): ReturnType<typeof parseTicket<K>> {
    const text = ticket === undefined ? null : this.#seal.open(kind, ticket);
    const content = text === null ? null : parseTicket(kind, text);
    return content && content.epoch !== this.#epoch && content.expiresAt > this.#now() ? content : null;
  }

  #issue(kind: 'member' | 'call', content: object): string {
    return this.#seal.close(kind, JSON.stringify({ ...content, epoch: this.#epoch, expiresAt: this.#now() + TICKET_LIFE_MS }));
  }
}

/** For hubs whose clients are trusted (one browser, one origin): closes nothing. */
export const openSeal: TicketSeal = { close: (_kind, text) => text, open: (_kind, ticket) => ticket };
