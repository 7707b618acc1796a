import type { SessionStore } from './session-store.js';

/** Time to decline, and to know that one will be seen. */
const COUNTDOWN_MS = 3_000;

const isShown = (): boolean => globalThis.document === undefined || document.visibilityState === 'visible';

/**
 * Accepts this ringing call after a countdown that whoever draws sees (`autoAcceptAt`). It runs only while the page is shown, and from the beginning each time:
 * neither a page that was opened behind others or is being prerendered, nor one that nobody looks at any more, opens its camera.
 */
export function countDown(store: SessionStore, callId: string, accept: () => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const show = (autoAcceptAt: number | null): void => {
    if (autoAcceptAt !== store.snapshot.autoAcceptAt) store.show({ autoAcceptAt });
  };
  const check = (): void => {
    const { callState, currentCall } = store.snapshot;
    const rings = store.options.autoAccept && callState === 'incoming' && currentCall?.callId === callId;
    if (!rings) {
      store.listeners.delete(check);
      globalThis.document?.removeEventListener('visibilitychange', check);
    }
    if (rings && isShown()) {
      if (timer !== undefined) return;
      timer = setTimeout(accept, COUNTDOWN_MS);
      show(store.now() + COUNTDOWN_MS);
    } else {
      clearTimeout(timer);
      timer = undefined;
      show(null);
    }
  };
  store.listeners.add(check);
  globalThis.document?.addEventListener('visibilitychange', check);
  check();
}
