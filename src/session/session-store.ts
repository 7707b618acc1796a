import type { RtcError } from '../base/rtc-error.js';
import type { RoomState } from '../protocol/codes.js';
import { defaultServer } from './default-server.js';
import type { FlightEntry, FlightNote, FlightStep } from './flight-recorder.js';
import type { SessionOptions } from './session-api.js';
import type { EventScope, RtcErrorDetail, SessionEvent, SessionEventDetails, SessionEventName } from './session-events.js';
import { IDLE_SNAPSHOT, NO_NOTICE, type SessionSnapshot } from './session-snapshot.js';
import { tabStorage, type TabStorage } from './tab-storage.js';

/** Enough for a call with all its outages. */
const FLIGHT_ENTRIES = 300;
const CANCELABLE: readonly SessionEventName[] = ['rtc-call-incoming', 'rtc-playback-blocked', 'rtc-error'];

/**
 * What all parts of a session share, kept here and nowhere else: the options, the one picture of everything there is to draw, the public events. Each part
 * shows what it knows and says what has happened; `on()` listeners and the elements hear it at once and in order.
 */
export class SessionStore {
  options: Readonly<SessionOptions> = {};
  snapshot: SessionSnapshot = IDLE_SNAPSHOT;
  /** Server clock minus this machine's clock, milliseconds. Drawn with the next change: it is none by itself. */
  clockOffsetMs = 0;
  /** While set, those who draw are told nothing; events and promises are not held. */
  held = false;
  /** Who draws. */
  readonly listeners = new Set<() => void>();
  /** What happened lately, for `dump()`. */
  readonly flight: FlightEntry[] = [];
  /** What was last wrong with the room, said or still to be, which joining mends; not so a page that is not secure. */
  #said: RtcError | null = null;
  /** A listener that throws does not disturb the others (EventTarget's own rule). */
  readonly #target = new EventTarget();

  constructor(options: SessionOptions) {
    this.configure(options);
  }

  configure(changes: SessionOptions): void {
    this.options = { ...this.options, ...changes };
    this.show({});
  }

  /** The server's address, absolute or relative to the document. */
  get server(): string {
    return this.options.server ?? defaultServer();
  }
  /** What this tab keeps of the membership of this room. */
  get storage(): TabStorage {
    return tabStorage(this.server, this.options);
  }
  /** Epoch milliseconds by the server's clock. */
  now(): number {
    return Date.now() + this.clockOffsetMs;
  }

  show(changes: Partial<SessionSnapshot>): void {
    this.snapshot = Object.freeze({ ...this.snapshot, ...changes, room: this.options.room ?? '', clockOffsetMs: this.clockOffsetMs });
    for (const listener of this.held ? [] : this.listeners) {
      try {
        listener();
      } catch (error) {
        // A page that cannot draw has its call all the same.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  on<N extends SessionEventName>(name: N, listener: (event: SessionEvent<N>) => void, options?: { signal?: AbortSignal }): void {
    this.#target.addEventListener(name, listener as EventListener, options);
  }

  /** As it is: an object a step, never a string. */
  record(what: FlightStep | FlightNote): void {
    if (this.flight.push({ at: this.now(), ...what }) > FLIGHT_ENTRIES) this.flight.shift();
  }

  /** False if a listener prevented the default. */
  emit<N extends SessionEventName>(name: N, detail: SessionEventDetails[N], scope: EventScope = 'call'): boolean {
    const event = new CustomEvent(name, { detail, cancelable: CANCELABLE.includes(name) });
    return this.#target.dispatchEvent(Object.assign(event, { scope }));
  }

  /** Said, and shown unless the page takes the notice over. */
  problem(error: RtcError, scope: EventScope = 'call'): void {
    const { code, message, causes, remedies, fatal, cause } = error;
    this.record({ error: code });
    const detail: RtcErrorDetail = { code, message, causes, remedies, fatal, ...(cause !== undefined && { cause }) };
    if (this.emit('rtc-error', detail, scope)) this.show({ notice: error, noticeScope: scope });
  }

  /** The room's state from now on, and what is wrong with it: said once, not at every try to mend it; not at all where that `passes`. */
  enter(state: RoomState, error: RtcError | null = null, passes = false): void {
    const { roomState: previous, roomError, notice } = this.snapshot;
    const mended = state === 'idle' || (state === 'joined' && notice === this.#said);
    if (state !== previous) this.record({ room: state });
    this.show({ roomState: state, roomError: error, ...(mended && NO_NOTICE) });
    if (state !== previous) this.emit('rtc-room-state', { state, previous, ...(error && { error }) }, 'room');
    if (!error || (state !== 'failed' && roomError)) return;
    this.#said = error;
    if (!passes) this.problem(error, 'room');
  }
}
