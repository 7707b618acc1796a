import type { RtcSession, SessionOptions } from './session-api.js';
import { Session } from './rtc-session.js';

export { setDefaultServer } from './default-server.js';

/**
 * One membership of a room and one call at a time, without any drawing: the room element's properties go in, its methods and events come out.
 * Nothing happens before `join()`.
 */
export function createSession(options: SessionOptions = {}): RtcSession {
  return new Session(options);
}
