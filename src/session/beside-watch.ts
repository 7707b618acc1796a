import { openBeside, type CameraBeside } from '../media/camera-beside.js';
import type { WatchedCalls } from './call-parts.js';
import { spanOf } from './call-span.js';
import type { SessionStore } from './session-store.js';

// Part of the lazy chunk of a call under way: while the own screen is shared and the camera on, it goes beside it, as long as the network carries both.

/** What the screen and the sound need more. */
const POOR: readonly string[] = ['video-paused', 'video-reduced', 'nothing-arrives'];

export function watchBeside(callId: string, store: SessionStore, calls: WatchedCalls): void {
  const span = spanOf(callId, store, calls);
  if (!span) return;
  let connection: RTCPeerConnection | null = null;
  let beside: CameraBeside | null = null;

  function show(besideStream: MediaStream | null): void {
    if ((store.snapshot.besideStream ?? null) !== besideStream) store.show({ besideStream });
  }

  function follow(): void {
    const now = calls.peer?.connection ?? null;
    if (now !== connection) {
      connection = now;
      beside?.close();
      beside = now && calls.peer && openBeside(now, calls.peer.remoteStream, show);
    }
    const { screen, camera, quality, remoteMedia, localStream } = store.snapshot;
    const isSent = screen.state === 'on' && camera.state === 'on' && !remoteMedia.audioOnly && !quality.reasons.some((reason) => POOR.includes(reason));
    beside?.send((isSent && localStream?.getVideoTracks().find(({ readyState }) => readyState === 'live')) || null);
  }

  store.listeners.add(follow);
  span.ended.addEventListener('abort', () => {
    store.listeners.delete(follow);
    beside?.close();
  });
  follow();
}
