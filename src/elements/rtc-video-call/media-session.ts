import { quiet } from '../../base/quiet.js';
import type { RtcSession } from '../../session/public.js';

/** The computer's own keys and controls hang up and switch microphone and camera, where the browser has that (`mediaSession`). Returns the way to let go of them. */
export function linkMediaSession(session: RtcSession): () => void {
  const { mediaSession } = navigator;
  const quietly = (run: () => unknown): void => {
    try {
      run();
    } catch {
      // Unknown to this browser.
    }
  };
  const actions: readonly [MediaSessionAction, () => void][] = [
    ['hangup' as MediaSessionAction, () => session.hangup()],
    ['togglemicrophone' as MediaSessionAction, () => void quiet(session.toggleMicrophone())],
    ['togglecamera' as MediaSessionAction, () => void quiet(session.toggleCamera())],
  ];
  const tell = (): void => {
    const { microphone, camera } = session.getSnapshot();
    quietly(() => mediaSession.setMicrophoneActive(microphone.state === 'on'));
    quietly(() => mediaSession.setCameraActive(camera.state === 'on'));
  };
  for (const [action, handler] of actions) quietly(() => mediaSession.setActionHandler(action, handler));
  tell();
  const stop = session.subscribe(tell);
  return () => {
    stop();
    for (const [action] of actions) quietly(() => mediaSession.setActionHandler(action, null));
  };
}
