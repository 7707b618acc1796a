import type { ResumeTicket } from '../../../src/signaling/signaling-port.js';
import type { RtcSession, SessionOptions } from '../../../src/session/session-api.js';
import type { SessionSnapshot } from '../../../src/session/session-snapshot.js';
import { FakeLocalMedia } from '../session/fake-media.js';
import type { Link } from './network.js';
import type { Owner } from './scheduler.js';

/** What a page stores for its tab, as `sessionStorage`. */
export class TabStorage {
  readonly items: Map<string, string>;
  constructor(items: Iterable<[string, string]> = []) {
    this.items = new Map(items);
  }
  getItem(key: string): string | null {
    return this.items.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.items.set(key, value);
  }
  removeItem(key: string): void {
    this.items.delete(key);
  }
}

export interface StateHeard {
  readonly state: string;
  readonly callId: string;
  readonly reason: string | undefined;
  readonly at: number;
}

/** One page of one person: what a browser gives it, its session, and what the session has said. */
export class Tab implements Owner {
  readonly name: string;
  readonly window = new EventTarget();
  readonly storage: TabStorage;
  readonly media = new FakeLocalMedia();
  readonly links = new Set<Link>();
  readonly options: SessionOptions;
  dead = false;
  frozenUntil = 0;
  offlineUntil = 0;
  session!: RtcSession;
  /** The newest ticket of its signaling. */
  ticket: () => ResumeTicket | null = () => null;
  readonly states: StateHeard[] = [];
  /** How many of them are of before it last left the room: who comes again under the same identity may be rung again for the same call. */
  statesBefore = 0;
  /** Calls that it was told to ring for, in order. */
  readonly rang: string[] = [];
  readonly errors: string[] = [];

  constructor(name: string, options: SessionOptions, storage: TabStorage) {
    this.name = name;
    this.options = options;
    this.storage = storage;
  }

  enter(): void {
    // Its globals are looked up by the owner of the running step.
  }

  get snapshot(): SessionSnapshot {
    return this.session.getSnapshot();
  }
  get id(): string {
    return this.snapshot.localMember?.id ?? '';
  }
  get phase(): SessionSnapshot['callState'] {
    return this.snapshot.callState;
  }
  get callId(): string | null {
    return this.snapshot.currentCall?.callId ?? null;
  }
  get isInCall(): boolean {
    return this.phase !== 'idle' && this.phase !== 'ended';
  }
  /** A camera or microphone is on. */
  get light(): boolean {
    return this.media.tracks.some(({ readyState }) => readyState === 'live');
  }
  /** States and reasons so far, of one call or of all. */
  told(callId?: string): string[] {
    return this.states.filter((each) => callId === undefined || each.callId === callId).map(({ state, reason }) => (reason ? `${state}:${reason}` : state));
  }
  /** How this call ended here. */
  endOf(callId: string): string | undefined {
    return this.states.find((each) => each.callId === callId && each.state === 'ended')?.reason;
  }
}
