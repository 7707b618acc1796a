import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { SessionSnapshot } from '../../session/public.js';

/** Seconds as `mm:ss`, from an hour on as `h:mm:ss`. */
export function formatSeconds(seconds: number): string {
  const two = (n: number) => String(Math.floor(n) % 60).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  return `${hours ? `${hours}:` : ''}${two(seconds / 60)}:${two(seconds)}`;
}

/** Seconds the current call has run, or did run; 0 if it was never connected. `connectedAt` is the server's clock, so this machine's is corrected. */
export function callSeconds({ currentCall, clockOffsetMs }: SessionSnapshot): number {
  if (!currentCall?.connectedAt) return 0;
  return Math.max(0, (currentCall.endedAt ?? Date.now() + clockOffsetMs) - currentCall.connectedAt) / 1000;
}

/** Redraws its host at every full second of the call, and only while one runs. */
export class CallTimer implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #snapshot: () => SessionSnapshot | null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: ReactiveControllerHost, snapshot: () => SessionSnapshot | null) {
    this.#host = host;
    this.#snapshot = snapshot;
    host.addController(this);
  }

  hostUpdated(): void {
    clearTimeout(this.#timer);
    const now = this.#snapshot();
    if (!now?.currentCall?.connectedAt || (now.callState !== 'active' && now.callState !== 'reconnecting')) return;
    this.#timer = setTimeout(() => this.#host.requestUpdate(), 1000 - ((callSeconds(now) * 1000) % 1000));
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer);
  }
}
