import type { HubOptions } from '../hub/ports.js';
import type { Member } from '../protocol/codes.js';
import { toMember } from '../protocol/member.js';
import { describeFailure, type ServerLogger } from './logger.js';

/**
 * Whether one member may call another, asked at every call before it rings. Anything but true, and throwing, is no. The caller cannot tell that from a person who
 * does not want to be disturbed or has blocked the caller: the call ends at once with `rejected`, and the other never hears of it.
 */
export type MayCallHook = (from: Member, to: Member) => boolean | Promise<boolean>;

export function createMayCall(hook: MayCallHook, log: ServerLogger): NonNullable<HubOptions['mayCall']> {
  return async (from, to) => {
    try {
      return (await hook(toMember(from), toMember(to))) === true;
    } catch (error) {
      log.warn(describeFailure(error), 'mayCall failed');
      return false;
    }
  };
}
