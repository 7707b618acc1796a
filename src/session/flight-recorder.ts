import type { Call, CallEffect, CallEvent } from '../call/call-state.js';
import type { CallState, ErrorCode, RoomState } from '../protocol/codes.js';
import type { SignalingState } from '../signaling/signaling-port.js';
import type { SessionSnapshot } from './session-snapshot.js';

// The flight recorder: a session keeps its last moves as they were, which costs an object each; only `dump()` makes of them what may be shown to others. A chunk of its
// own. Since the call machine is pure, what a dump says can be played again: see test/node/replays.

/** One event of the call, and what the machine made of it. `effects` null: the driver kept the event from the machine (a ring for a call that is over here). */
export interface FlightStep {
  readonly event: CallEvent & { readonly at?: number };
  readonly previous: Call;
  readonly call: Call;
  readonly effects: readonly CallEffect[] | null;
}
/** The room or the line to its server entered a state; or something was wrong. */
export interface FlightNote {
  readonly room?: RoomState;
  readonly signaling?: SignalingState;
  readonly error?: ErrorCode | undefined;
}
export type FlightEntry = { readonly at: number } & (FlightStep | FlightNote);

/** One entry as it is shown: plain JSON. Ids, descriptions, candidates and tickets are aliases (`m1`, `c1`, `sdp1`, `k1`, `t1`), the same for the same thing. */
export interface FlightDumpEntry {
  /** Milliseconds since the first entry. */
  readonly at: number;
  readonly event?: Readonly<Record<string, unknown>>;
  /** Before the event; left out where the entry before this one says it. */
  readonly from?: Readonly<Record<string, unknown>>;
  /** After the event; left out where it changed nothing. */
  readonly call?: Readonly<Record<string, unknown>>;
  readonly effects?: readonly Readonly<Record<string, unknown>>[] | null;
  readonly room?: RoomState;
  readonly signaling?: SignalingState;
  readonly error?: ErrorCode;
}

/** What `dump()` resolves with: plain data, fit for `JSON.stringify` and for a public bug report. */
export interface FlightDump {
  readonly format: 1;
  /** When the first entry was made, by the server's clock (ISO 8601). */
  readonly startedAt: string | null;
  /** At the moment of the dump. */
  readonly roomState: RoomState;
  readonly callState: CallState;
  /** The last 300 or fewer, oldest first. */
  readonly entries: readonly FlightDumpEntry[];
}

/** Their strings are words of this program, from closed lists. Any other string is an alias or is left out. */
const WORDS = new Set(['type', 'phase', 'state', 'reason', 'direction', 'cause', 'timer', 'request', 'awaits', 'ms', 'room', 'signaling', 'error']);
const WORD = /^[a-z]+(-[a-z]+)*$/;
const ALIASES: Readonly<Record<string, string>> = { callId: 'c', asked: 'c', id: 'm', to: 'm', offer: 'sdp', answer: 'sdp', sdp: 'sdp', candidate: 'k', ticket: 't' };
const TIMES = /^at$|At$/;
/** What may have parts of its own. Of a person and of a candidate only the first part is shown. */
const PARTS = new Set(['event', 'from', 'call', 'effects', 'media', 'acceptMedia', 'acceptedMedia', 'rejoin', 'peer', 'candidates']);
const ONLY: Readonly<Record<string, string>> = { peer: 'id', candidates: 'candidate' };

/** Names what it knows to be harmless and leaves out all else: a field that is new to it is not shown. */
class Redaction {
  readonly #base: number;
  readonly #aliases = new Map<string, string>();
  readonly #counts: Record<string, number> = {};

  constructor(base: number) {
    this.#base = base;
  }

  object(value: object, only?: string): Record<string, unknown> {
    const shown: Record<string, unknown> = {};
    for (const [key, part] of Object.entries(value)) {
      const safe = only === undefined || key === only ? this.#part(key, part) : undefined;
      if (safe !== undefined) shown[key] = safe;
    }
    return shown;
  }

  #part(key: string, value: unknown): unknown {
    if (value === null || typeof value === 'boolean') return value;
    if (typeof value === 'number') return TIMES.test(key) ? value - this.#base : value;
    if (typeof value === 'string') {
      const kind = ALIASES[key];
      if (kind) return this.#alias(kind, value);
      return WORDS.has(key) && WORD.test(value) ? value : undefined;
    }
    if (typeof value !== 'object' || !PARTS.has(key)) return undefined;
    return Array.isArray(value) ? value.map((each: object) => this.object(each, ONLY[key])) : this.object(value, ONLY[key]);
  }

  #alias(kind: string, value: string): string {
    // Empty means something: the end of candidates.
    if (!value) return value;
    const known = `${kind} ${value}`;
    const alias = this.#aliases.get(known) ?? `${kind}${(this.#counts[kind] = (this.#counts[kind] ?? 0) + 1)}`;
    this.#aliases.set(known, alias);
    return alias;
  }
}

const timeOf = (entry: FlightEntry): number => ('event' in entry ? entry.event.at : undefined) ?? entry.at;

/** Of a session's store. */
interface Recorded {
  readonly flight: readonly FlightEntry[];
  readonly snapshot: Pick<SessionSnapshot, 'roomState' | 'callState'>;
}

export function writeDump({ flight, snapshot: { roomState, callState } }: Recorded): FlightDump {
  const [first] = flight;
  const base = first ? timeOf(first) : 0;
  const redaction = new Redaction(base);
  let last: Call | undefined;
  const entries = flight.map((entry) => {
    const at = timeOf(entry);
    if (!('event' in entry)) return redaction.object(entry);
    const { event: { at: _, ...event }, previous, call, effects } = entry;
    const from = previous !== last && { from: previous };
    last = call;
    return redaction.object({ at, event, ...from, ...(call !== previous && { call }), effects });
  });
  return { format: 1, startedAt: first ? new Date(base).toISOString() : null, roomState, callState, entries: entries as unknown as readonly FlightDumpEntry[] };
}
