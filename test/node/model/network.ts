import type { Hub } from '../../../src/hub/hub.js';
import type { HubLinks } from '../../../src/hub/ports.js';
import type { Reply, ServerEvent } from '../../../src/protocol/messages.js';
import { parseRequest } from '../../../src/protocol/parse-request.js';
import type { CreateTransport, Transport, TransportHandlers } from '../../../src/signaling/transport.js';
import type { Scheduler } from './scheduler.js';
import type { Tab } from './tab.js';

export interface NetworkOptions {
  /** One way, milliseconds. */
  readonly latencyMs: readonly [number, number];
  /** Messages of one link overtake each other, and some come twice. A WebSocket does not do that; a set-up has to stand it all the same. */
  readonly shuffles: boolean;
}

/** What the two ends of a network see go by. */
export interface Watch {
  asked(tab: Tab, request: { id: string; t: string }): void;
  replied(tab: Tab, link: string, request: { id: string; t: string }, reply: Reply): void;
  sent(tab: Tab, link: string, event: ServerEvent): void;
}

export interface Link {
  readonly id: string;
  readonly tab: Tab;
  readonly handlers: TransportHandlers;
  /** What each end believes. */
  clientUp: boolean;
  serverUp: boolean;
  /** Nothing arrives after this. */
  upEnds: number;
  downEnds: number;
  upTail: number;
  downTail: number;
  readonly unanswered: Set<(error: Error) => void>;
}

const PING_TIMEOUT_MS: readonly [number, number] = [5_000, 10_000];

/** Links between tabs and one hub: late, cut, half-open. In order, unless told otherwise. */
export class Network implements HubLinks {
  readonly #scheduler: Scheduler;
  readonly #options: NetworkOptions;
  readonly #watch: Watch;
  readonly #links = new Map<string, Link>();
  readonly #audiences = new Map<string, Set<string>>();
  hub: Hub | null = null;
  #made = 0;

  constructor(scheduler: Scheduler, options: NetworkOptions, watch: Watch) {
    this.#scheduler = scheduler;
    this.#options = options;
    this.#watch = watch;
  }

  get size(): number {
    return this.#links.size;
  }

  // --- What the hub asks for -------------------------------------------------------------------------------------------------------------------

  send(connectionId: string, event: ServerEvent): void {
    const link = this.#links.get(connectionId);
    if (link) this.#event(link, event, JSON.stringify(event));
  }
  broadcast(audience: string, event: ServerEvent): void {
    const frame = JSON.stringify(event);
    for (const id of this.#audiences.get(audience) ?? []) {
      const link = this.#links.get(id);
      if (link) this.#event(link, event, frame);
    }
  }
  subscribe(connectionId: string, audience: string): void {
    this.#audiences.set(audience, (this.#audiences.get(audience) ?? new Set()).add(connectionId));
  }
  unsubscribe(connectionId: string, audience: string): void {
    this.#audiences.get(audience)?.delete(connectionId);
  }
  close(connectionId: string): void {
    const link = this.#links.get(connectionId);
    if (!link) return;
    // After what was sent has left, whatever overtakes what.
    this.#scheduler.at(Math.max(link.downTail, this.#scheduler.now()) + this.#latency(), `${link.tab.name} is closed by the hub`, () => this.#clientDown(link), link.tab);
    this.#serverDown(link);
  }

  // --- What tabs do ------------------------------------------------------------------------------------------------------------------------------

  transportOf(tab: Tab): CreateTransport {
    return async (handlers): Promise<Transport> => {
      let link: Link | null = null;
      return {
        connect: () => {
          if (link && tab.links.has(link)) return;
          const mine: Link = (link = this.#link(tab, handlers));
          if (tab.offlineUntil > this.#scheduler.now()) return this.#later([0, 200], 'no network', () => this.#clientDown(mine), tab);
          this.#up(mine, `${tab.name} connects`, () => {
            mine.serverUp = true;
            this.#links.set(mine.id, mine);
            this.hub?.connected(mine.id);
            // Cut while it was being made.
            if (mine.upEnds < Infinity) this.#later(PING_TIMEOUT_MS, 'no pong', () => this.#serverDown(mine), null);
            this.#down(mine, `${tab.name} is connected`, () => {
              if (link !== mine) return;
              mine.clientUp = true;
              handlers.onUp();
            });
          });
        },
        request: (data, timeoutMs) => this.#request(link, data, timeoutMs),
        drop: () => {
          const mine = link;
          link = null;
          if (!mine) return;
          this.#serverHears(mine);
          this.#clientDown(mine);
        },
        strand: () => this.cut(tab, 'half-open'),
        close: () => {
          const mine = link;
          link = null;
          if (!mine) return;
          this.#serverHears(mine);
          this.#release(mine);
        },
      };
    };
  }

  /** Breaks what this tab is connected by. `half-open`: without a word to either end; each finds out by itself. */
  cut(tab: Tab, how: 'reset' | 'half-open'): void {
    const now = this.#scheduler.now();
    for (const link of tab.links) {
      link.upEnds = Math.min(link.upEnds, now + (how === 'reset' ? this.#latency() / 2 : 0));
      link.downEnds = Math.min(link.downEnds, now + (how === 'reset' ? this.#latency() / 2 : 0));
      const notice = how === 'reset' ? ([0, 60] as const) : PING_TIMEOUT_MS;
      if (!tab.dead) this.#later(notice, `${tab.name} notices the cut`, () => this.#clientDown(link), tab);
      this.#later(notice, 'cut, noticed there', () => this.#serverDown(link), null);
    }
  }

  /** The page is gone: what it has said last arrives (`said`), or its links break with it, or nobody hears of it. */
  left(tab: Tab, how: 'said' | 'reset' | 'silent'): void {
    if (how !== 'said') return this.cut(tab, how === 'reset' ? 'reset' : 'half-open');
    for (const link of tab.links) this.#up(link, 'closed by the browser', () => this.#serverDown(link));
  }

  /** Its page stands still: the server hears no more pongs. */
  frozen(tab: Tab): void {
    const until = tab.frozenUntil;
    for (const link of tab.links) {
      this.#later(PING_TIMEOUT_MS, 'no pong', () => {
        if (this.#scheduler.now() >= until) return;
        link.downEnds = Math.min(link.downEnds, this.#scheduler.now());
        this.#serverDown(link);
        this.#later([0, 20], `${tab.name} finds its link dead`, () => this.#clientDown(link), tab);
      }, null);
    }
  }

  /** Some link is cut, and one of its ends does not know. */
  get broken(): boolean {
    return [...this.#links.values()].some((link) => this.isCut(link) || !link.tab.links.has(link));
  }

  isCut({ upEnds, downEnds }: Link): boolean {
    return Math.min(upEnds, downEnds) < Infinity;
  }

  // --- Links -------------------------------------------------------------------------------------------------------------------------------------

  #link(tab: Tab, handlers: TransportHandlers): Link {
    const link: Link = {
      id: `link-${++this.#made}`, tab, handlers, clientUp: false, serverUp: false, upEnds: Infinity, downEnds: Infinity, upTail: 0, downTail: 0,
      unanswered: new Set(),
    };
    tab.links.add(link);
    return link;
  }

  #request(link: Link | null, data: unknown, timeoutMs: number): Promise<unknown> {
    if (!link?.clientUp) return Promise.reject(new Error('link down'));
    const { tab } = link;
    const request = JSON.parse(JSON.stringify(data)) as { id: string; t: string };
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        cancel();
        link.unanswered.delete(fail);
      };
      const fail = (error: Error): void => {
        settle();
        reject(error);
      };
      const cancel = this.#scheduler.setTimer(timeoutMs, () => fail(new Error('no acknowledgement')));
      link.unanswered.add(fail);
      this.#watch.asked(tab, request);
      this.#up(link, `${tab.name} asks ${request.t}`, () => {
        const parsed = parseRequest(request);
        if (!parsed.ok) throw new Error(`${request.t}: ${parsed.problem}`);
        void this.hub?.request(link.id, parsed.value).then((reply) => {
          const frame = JSON.stringify(reply);
          this.#watch.replied(tab, link.id, request, reply);
          this.#down(link, `${tab.name} is answered ${request.t} ${reply.ok ? 'ok' : reply.code}`, () => {
            settle();
            resolve(JSON.parse(frame));
          });
        });
      });
    });
  }

  #event(link: Link, event: ServerEvent, frame: string): void {
    this.#watch.sent(link.tab, link.id, event);
    const what = event.t === 'call' ? `${event.call.state} ${event.call.reason ?? ''}` : '';
    this.#down(link, `${link.tab.name} hears ${event.t} ${what}`, () => {
      if (link.clientUp) link.handlers.onEvent(JSON.parse(frame));
    });
  }

  #up(link: Link, label: string, run: () => void): void {
    const at = this.#due(link.upTail);
    link.upTail = Math.max(link.upTail, at);
    if (this.#isRepeated() && !label.endsWith(' connects')) this.#up(link, `${label} again`, run);
    this.#scheduler.at(at, label, () => at <= link.upEnds && (label.endsWith(' connects') || link.serverUp) && run(), null);
  }

  #down(link: Link, label: string, run: () => void): void {
    const at = this.#due(link.downTail);
    link.downTail = Math.max(link.downTail, at);
    if (this.#isRepeated() && !label.endsWith(' is connected')) this.#down(link, `${label} again`, run);
    this.#scheduler.at(at, label, () => at <= link.downEnds && run(), link.tab);
  }

  #isRepeated(): boolean {
    return this.#options.shuffles && this.#scheduler.chance(0.1);
  }

  #due(tail: number): number {
    const at = this.#scheduler.now() + this.#latency();
    return this.#options.shuffles ? at : Math.max(at, tail + 0.001);
  }

  #latency(): number {
    return this.#scheduler.between(...this.#options.latencyMs);
  }

  #later(range: readonly [number, number], label: string, run: () => void, owner: Tab | null): void {
    this.#scheduler.at(this.#scheduler.now() + this.#scheduler.between(...range), label, run, owner);
  }

  /** The client has closed its end. Where the cable is cut that word does not arrive. */
  #serverHears(link: Link): void {
    if (link.upEnds === Infinity) this.#up(link, 'closed by the client', () => this.#serverDown(link));
    else this.#later(PING_TIMEOUT_MS, 'no pong', () => this.#serverDown(link), null);
  }

  #serverDown(link: Link): void {
    if (!link.serverUp) return;
    link.serverUp = false;
    this.#links.delete(link.id);
    for (const members of this.#audiences.values()) members.delete(link.id);
    this.hub?.disconnected(link.id);
  }

  #clientDown(link: Link): void {
    if (this.#release(link)) link.handlers.onDown('unreachable');
  }

  /** False: it was let go before. */
  #release(link: Link): boolean {
    if (!link.tab.links.delete(link)) return false;
    link.clientUp = false;
    for (const fail of [...link.unanswered]) fail(new Error('link down'));
    return true;
  }
}
