import type { RtcError } from '../base/rtc-error.js';
import type { EventScope, RtcErrorDetail, SessionEvent, SessionEventDetails, SessionEventName } from './session-events.js';

const CANCELABLE: readonly SessionEventName[] = ['rtc-call-incoming', 'rtc-playback-blocked', 'rtc-error'];

/** Hands the public events to `on()` listeners and to the elements, at once and in order. A listener that throws does not disturb the others (EventTarget's own rule). */
export class SessionEmitter {
  readonly #target = new EventTarget();

  on<N extends SessionEventName>(name: N, listener: (event: SessionEvent<N>) => void, options?: { signal?: AbortSignal }): void {
    this.#target.addEventListener(name, listener as EventListener, options);
  }

  /** False if a listener prevented the default. */
  emit<N extends SessionEventName>(name: N, detail: SessionEventDetails[N], scope: EventScope): boolean {
    const event = new CustomEvent(name, { detail, cancelable: CANCELABLE.includes(name) });
    return this.#target.dispatchEvent(Object.assign(event, { scope }));
  }

  /** False if the page took the notice over. */
  error(error: RtcError, scope: EventScope): boolean {
    const { code, message, causes, remedies, fatal, cause } = error;
    const detail: RtcErrorDetail = { code, message, causes, remedies, fatal, ...(cause !== undefined && { cause }) };
    return this.emit('rtc-error', detail, scope);
  }
}
