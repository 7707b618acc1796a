import { createSession } from '../../../src/session/create-session.js';
import type { RtcSession, SessionOptions } from '../../../src/session/session-api.js';
import { until } from '../../support/until.js';
import { frames } from '../media/two-peers.js';

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

/** Ana and Ben, who have joined a room of their own; Ben with Ana's options unless he has others. */
export async function two(options: SessionOptions = {}, bensOptions = options): Promise<[RtcSession, RtcSession]> {
  const room = `session-${Math.random()}`;
  const ana = open({ room, storageKey: 'ana', ...options });
  const ben = open({ room, storageKey: 'ben', ...bensOptions });
  await ana.join({ nickname: 'Ana' });
  await ben.join({ nickname: 'Ben' });
  await until(ana, () => ana.getSnapshot().members.length === 2);
  return [ana, ben];
}

/** Until the call is active for the caller; its id. */
export async function connect(caller: RtcSession, callee: RtcSession): Promise<string> {
  const { callId } = await caller.call(callee.getSnapshot().localMember!.id);
  await until(callee, () => callee.getSnapshot().callState === 'incoming');
  await callee.accept();
  await until(caller, () => caller.getSnapshot().callState === 'active');
  return callId;
}

/** Pictures of now arrive, whatever connection brings them. */
export async function seesFrames(session: RtcSession): Promise<void> {
  await until(session, () => (session.getSnapshot().remoteStream?.getVideoTracks().length ?? 0) > 0);
  await frames(session.getSnapshot().remoteStream!, 3);
}
