import type { RtcSession } from '../../src/session/public.js';

/** Resolves as soon as the condition holds, which is looked at after every change of the session. */
export function until(session: RtcSession, condition: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const stop = session.subscribe(() => look());
    const look = (): void => {
      if (!condition()) return;
      stop();
      resolve();
    };
    look();
  });
}
