import type { RtcSession, SessionOptions } from './session-api.js';

export function createSession(options: SessionOptions = {}): RtcSession {
  throw new Error(`in work ${Object.keys(options).length}`);
}
