import type { Member } from './codes.js';
import type { WireMember } from './messages.js';

/** A member as page authors see it: every default that the wire leaves out is filled in. */
export function toMember(wire: WireMember): Member {
  return {
    id: wire.id,
    userId: wire.userId ?? null,
    nickname: wire.nickname,
    role: wire.role ?? null,
    data: wire.data ?? {},
    avatarUrl: wire.avatarUrl ?? null,
    online: wire.online ?? true,
    busy: wire.busy ?? false,
    authenticated: wire.authenticated ?? false,
    since: wire.since,
  };
}
