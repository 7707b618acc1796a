import * as v from 'valibot';
import { MAX_ID_LENGTH } from './limits.js';
import { length, media } from './values.js';

// What stands in the tickets that a server signs and its clients keep for it (see README). Clients never read them; a server reads those of an earlier version, too.

const id = v.pipe(v.string(), length(0, MAX_ID_LENGTH));
const party = v.object({ id, nickname: v.string(), userId: v.optional(v.string()) });
const base = { epoch: id, expiresAt: v.number(), room: v.string() };

const schemas = {
  member: v.object({ ...base, memberId: id, nickname: v.string(), userId: v.optional(v.string()) }),
  call: v.object({
    ...base, callId: id, rev: v.number(), generation: v.number(), caller: party, callee: party, media, acceptedMedia: media, createdAt: v.number(),
    connectedAt: v.optional(v.number()),
  }),
} as const;
export type MemberTicket = v.InferOutput<(typeof schemas)['member']>;
export type CallTicket = v.InferOutput<(typeof schemas)['call']>;

/** Null: not such a ticket. */
export function parseTicket<K extends 'member' | 'call'>(kind: K, text: string): v.InferOutput<(typeof schemas)[K]> | null {
  try {
    const parsed = v.safeParse(schemas[kind], JSON.parse(text));
    return parsed.success ? (parsed.output as v.InferOutput<(typeof schemas)[K]>) : null;
  } catch {
    return null;
  }
}
