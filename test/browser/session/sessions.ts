import { createSession } from '../../../src/session/create-session.js';
import type { RtcSession, SessionOptions } from '../../../src/session/session-api.js';

// Headless sessions over the real server, with real connections and the browser's fake devices; they end with the test.

const sessions: RtcSession[] = [];
let server = '';

before(async () => {
  server = ((await (await fetch('/__signaling.json')).json()) as { url: string }).url;
});
afterEach(() => {
  for (const session of sessions.splice(0)) session.dispose();
});

/** Of the real server. */
export const serverUrl = (): string => server;

export function open(options: SessionOptions): RtcSession {
  const session = createSession({ server, ...options });
  sessions.push(session);
  return session;
}
