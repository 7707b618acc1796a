import type { LitElement } from 'lit';
import type { CallMedia, Member, RtcSession, SessionEvent, SessionEventName } from '../session/public.js';
import { send } from './events.js';

// A record, so that the compiler misses none.
const NAMES: Readonly<Record<SessionEventName, 1>> = {
  'rtc-room-state': 1, 'rtc-members': 1, 'rtc-call-incoming': 1, 'rtc-call-state': 1, 'rtc-media': 1, 'rtc-devices': 1, 'rtc-quality': 1, 'rtc-verification': 1, 'rtc-playback-blocked': 1, 'rtc-error': 1,
};

const routers = new WeakMap<RtcSession, EventRouter>();

/** From the outermost root down to the node, through shadow roots. */
export function pathTo(node: Node): Node[] {
  const path: Node[] = [];
  for (let at: Node | undefined = node; at; at = at.parentNode ?? (at as Partial<ShadowRoot>).host) path.unshift(at);
  return path;
}

function byDocumentOrder(a: Node, b: Node): number {
  const [pathA, pathB] = [pathTo(a), pathTo(b)];
  const fork = pathA.findIndex((node, depth) => node !== pathB[depth]);
  const [atA, atB] = [pathA[fork], pathB[fork]];
  return atA && atB && atA.compareDocumentPosition(atB) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1;
}

/**
 * Turns what a session says into DOM events, each heard exactly once from the document: a call's from the call view inside the room, else from the room; a
 * view elsewhere gets a copy that does not bubble. `preventDefault()` on either counts.
 */
export class EventRouter {
  /** The room element of this session, if there is one. */
  room: HTMLElement | null = null;
  readonly #views = new Set<LitElement>();
  readonly #session: RtcSession;

  private constructor(session: RtcSession) {
    this.#session = session;
    for (const name of Object.keys(NAMES) as SessionEventName[]) session.on(name, (event) => this.#forward(event));
  }

  /** The one router of a session. */
  static of(session: RtcSession): EventRouter {
    let router = routers.get(session);
    if (!router) routers.set(session, (router = new EventRouter(session)));
    return router;
  }

  /** A call view draws this session until the signal aborts. The others may have to yield the sound, or to take it over. */
  add(view: LitElement, signal: AbortSignal): void {
    const views = this.#views.add(view);
    const redraw = () => views.forEach((other) => other.requestUpdate());
    redraw();
    signal.addEventListener('abort', () => {
      views.delete(view);
      redraw();
    });
  }

  /** Of several views of one session, the one that dispatches, rings and plays the sound: the first in document order, those inside the room first. */
  isLead(view: Node): boolean {
    return this.#ordered()[0] === view;
  }

  /** A list asks for a call; unless a listener prevents it, the call is made. */
  request(list: HTMLElement, peer: Member, media: CallMedia): void {
    const speaker = this.room && !this.#isInside(list) ? this.room : list;
    const allowed = [...new Set([speaker, list])].map((target) => send(target, 'rtc-call-request', { peer, media }, target !== speaker, true));
    // What goes wrong is told by the session, as `rtc-error`.
    if (!allowed.includes(false)) this.#session.call(peer.id, media).catch(() => {});
  }

  #forward(event: SessionEvent): void {
    const views: HTMLElement[] = event.scope === 'call' ? this.#ordered() : [];
    const lead = views[0];
    const speaker = lead && this.#isInside(lead) ? lead : (this.room ?? this.#ordered()[0]);
    if (!speaker) return;
    for (const target of new Set([speaker, ...views])) {
      if (!send(target, event.type, event.detail, target !== speaker, event.cancelable)) event.preventDefault();
    }
  }

  #isInside(element: Node): boolean {
    return this.room !== null && pathTo(element).includes(this.room);
  }

  #ordered(): LitElement[] {
    return [...this.#views].sort((a, b) => Number(this.#isInside(b)) - Number(this.#isInside(a)) || byDocumentOrder(a, b));
  }
}
