import type { HubFact } from '../../../src/hub/ports.js';
import type { Reply, ServerEvent, Welcome } from '../../../src/protocol/messages.js';
import type { SignalingHandlers, SignalingOptions } from '../../../src/signaling/signaling-port.js';
import type { Watch } from './network.js';
import type { Tab } from './tab.js';

// What must never be seen, whatever happens to the network: listened for at both ends of it. Each finding is a sentence.

interface Heard {
  sessionId: string;
  last: number;
  rev: number;
}

export class Audit implements Watch {
  readonly findings: string[] = [];
  readonly facts: HubFact[] = [];
  /** Requests asked again, events sent again, sessions resumed, sessions lost and calls taken up again by a reloaded page: a test that saw none of these has shown little. */
  readonly seen = { repeated: 0, replayed: 0, resumed: 0, renewed: 0, rebuilt: 0 };
  readonly #asked = new Set<string>();
  /** The newest revision of each call that a tab was told by an event. */
  readonly #told = new WeakMap<Tab, Map<string, number>>();
  readonly #replies = new Map<string, string>();
  readonly #hellos = new Map<string, string>();
  readonly #sent = new Map<string, Map<number, string>>();
  readonly #signals = new Set<string>();
  /** By the link that was welcomed: a tab may have another, half-open one. */
  readonly #sessions = new Map<string, string>();

  find(what: string): void {
    this.findings.push(what);
  }

  fact(fact: HubFact): void {
    this.facts.push(fact);
    if (!('callId' in fact)) return;
    const same = this.facts.filter((each) => 'callId' in each && each.callId === fact.callId && each.type === fact.type);
    if (same.length > 1) this.find(`${fact.type} of ${fact.callId} twice`);
    if (fact.type === 'call.ringing' && this.facts.some((each) => each.type === 'call.ended' && each.callId === fact.callId)) this.find(`${fact.callId} rings after its end`);
  }

  // --- The wire ----------------------------------------------------------------------------------------------------------------------------------

  asked(tab: Tab, request: { id: string; t: string; callId?: string; callRev?: number }): void {
    const { id, callId, callRev = 0 } = request;
    if (request.t === 'rebuild') this.seen.rebuilt++;
    if (this.#asked.has(id)) this.seen.repeated++;
    // What it believes is no older than what it was told.
    else if (request.t === 'sync' && callRev < (this.#told.get(tab)?.get(callId ?? '') ?? 0)) this.find(`${tab.name} went back to revision ${callRev} of ${callId}`);
    this.#asked.add(id);
  }

  /** Executed once: whoever asks again with the same id gets what the first got. */
  replied(tab: Tab, link: string, { id, t }: { id: string; t: string }, reply: Reply): void {
    if (t === 'hello') {
      if (!reply.ok) return;
      const { memberId, sessionId } = reply as Welcome;
      const before = this.#hellos.get(id);
      const isOver = this.facts.some((fact) => fact.type === 'member.left' && fact.memberId === before);
      if (before && before !== memberId && !isOver) this.find(`${tab.name}: one hello made two members`);
      this.#hellos.set(id, memberId);
      this.#sessions.set(link, sessionId);
      return;
    }
    // A connection that has lost its session refuses everything; that is no execution.
    if (!reply.ok && ['not-joined', 'replaced', 'kicked', 'unavailable'].includes(reply.code)) return;
    const key = `${this.#sessions.get(link)} ${id}`;
    const text = JSON.stringify(reply);
    const before = this.#replies.get(key);
    if (before !== undefined && before !== text) this.find(`${tab.name}: ${t} was answered twice and differently: ${before} then ${text}`);
    this.#replies.set(key, text);
  }

  sent(tab: Tab, link: string, event: ServerEvent): void {
    if (event.t === 'room' || event.t === 'replaced' || event.t === 'kicked') return;
    const session = this.#sessions.get(link) ?? '';
    const numbers = this.#sent.get(session) ?? new Map<number, string>();
    this.#sent.set(session, numbers);
    const text = JSON.stringify(event);
    const before = numbers.get(event.s);
    if (before !== undefined) this.seen.replayed++;
    if (before !== undefined && before !== text) this.find(`${tab.name}: event ${event.s} was ${before}, then ${text}`);
    numbers.set(event.s, text);
  }

  // --- The application -----------------------------------------------------------------------------------------------------------------------------

  /** Stands between the signaling client and the session: what the session is told, it is told once and in order. */
  listen(tab: Tab, options: SignalingOptions): SignalingOptions {
    const heard: Heard = { sessionId: '', last: 0, rev: 0 };
    const told = this.#told.get(tab) ?? new Map<string, number>();
    this.#told.set(tab, told);
    const handlers: SignalingHandlers = {
      onState: (state, error) => options.handlers.onState(state, error),
      onWelcome: (welcome) => {
        if (welcome.resumed) this.seen.resumed++;
        else if (heard.sessionId) this.seen.renewed++;
        if (welcome.resumed && heard.sessionId && heard.sessionId !== welcome.sessionId) this.find(`${tab.name}: resumed another session`);
        if (!welcome.resumed) Object.assign(heard, { last: welcome.seq, rev: 0 });
        heard.sessionId = welcome.sessionId;
        options.handlers.onWelcome(welcome);
        this.#revision(tab, heard, options);
      },
      onEvent: (event) => {
        if (event.t !== 'room' && event.t !== 'replaced' && event.t !== 'kicked') {
          if (event.s !== heard.last + 1) this.find(`${tab.name}: was told event ${event.s} after ${heard.last}`);
          heard.last = event.s;
        }
        if (event.t === 'call') told.set(event.call.callId, Math.max(event.call.rev, told.get(event.call.callId) ?? 0));
        if (event.t === 'signal') {
          const { s: _s, ...signal } = event;
          const key = `${heard.sessionId} ${JSON.stringify(signal)}`;
          if (this.#signals.has(key)) this.find(`${tab.name}: signal ${event.n} of ${event.callId} twice`);
          this.#signals.add(key);
        }
        options.handlers.onEvent(event);
        this.#revision(tab, heard, options);
      },
    };
    return { ...options, handlers };
  }

  #revision(tab: Tab, heard: Heard, options: SignalingOptions): void {
    const rev = options.rev() ?? heard.rev;
    if (rev < heard.rev) this.find(`${tab.name}: its list went back from revision ${heard.rev} to ${rev}`);
    heard.rev = rev;
  }

  /** What a session says about its calls. */
  said(tab: Tab, state: string, callId: string): void {
    if (state !== 'idle' && tab.states.slice(tab.statesBefore).some((each) => each.callId === callId && each.state === 'ended')) this.find(`${tab.name}: ${callId} is ${state} after it ended`);
  }
}
