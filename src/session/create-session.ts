import type { RtcSession, SessionOptions } from './session-api.js';
import { loadJoinedParts, Session, type LoadJoinedParts } from './rtc-session.js';

let defaultServer: string | null = null;

/** Where sessions without a `server` go: the CDN build sets the folder its script came from; otherwise the page's origin. */
export function setDefaultServer(url: string): void {
  defaultServer = url;
}

/**
 * One membership of a room and one call at a time, without any drawing: the room element's properties go in, its methods and events come out.
 * Nothing happens before `join()`. `load` is for tests.
 */
export function createSession(options: SessionOptions = {}, load: LoadJoinedParts = loadJoinedParts): RtcSession {
  return new Session(options, load, () => defaultServer ?? (typeof location === 'undefined' ? '' : location.origin));
}
