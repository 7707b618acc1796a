import type { Availability, WireMember } from '../protocol/messages.js';

export const AVAILABLE: Availability = { doNotDisturb: false, blocked: [] };

export type Reception = 'rings' | 'do-not-disturb' | 'blocked';

/**
 * Whether the member wants to be rung by this one. Nobody shall be disturbed on one device for what was said on another, so one that may ring is enough; but who
 * is blocked on one is blocked on all.
 */
export function receptionOf({ sessions }: { readonly sessions: Iterable<{ readonly availability: Availability }> }, { id, userId }: WireMember): Reception {
  const said = [...sessions].map(({ availability }) => availability);
  if (said.some(({ blocked }) => blocked.some((each) => each.id === id || (userId !== undefined && each.userId === userId)))) return 'blocked';
  return said.length === 0 || said.some(({ doNotDisturb }) => !doNotDisturb) ? 'rings' : 'do-not-disturb';
}
