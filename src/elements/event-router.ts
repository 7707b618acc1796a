import type { CallMedia, Member, RtcSession, SessionEvent, SessionEventName } from '../session/public.js';
import { send } from './events.js';

const NAMES: Readonly<Record<SessionEventName, true>> = {
  'rtc-room-state': true, 'rtc-members': true, 'rtc-call-incoming': true, 'rtc-call-state': true, 'rtc-media': true, 'rtc-devices': true,
  'rtc-playback-blocked': true, 'rtc-error': true,
};

const routers = new WeakMap<RtcSession, EventRouter>();

/** From the outermost root down to the node, through shadow roots. */
function pathTo(node: Node): Node[] {
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
  readonly #views = new Set<HTMLElement>();
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

  /** A call view starts to draw this session. Returns the way to stop. */
  add(view: HTMLElement): () => void {
    this.#views.add(view);
    return () => this.#views.delete(view);
  }

  /** Of several views of one session, the one that dispatches and rings: the first in document order, those inside the room before those elsewhere. */
  isLead(view: HTMLElement): boolean {
    return this.#ordered()[0] === view;
  }

  /** A list asks for a call; unless a listener prevents it, the call is made. */
  request(list: HTMLElement, peer: Member, media: CallMedia): void {
    const speaker = this.room && !this.#isInside(list) ? this.room : list;
    const targets = speaker === list ? [list] : [speaker, list];
    const allowed = targets.map((target) => send(target, 'rtc-call-request', { peer, media }, { copy: target !== speaker, cancelable: true }));
    // What goes wrong is told by the session, as `rtc-error`.
    if (!allowed.includes(false)) this.#session.call(peer.id, media).catch(() => {});
  }

  #forward(event: SessionEvent): void {
    const { type, detail, scope, cancelable } = event;
    const views = this.#ordered();
    const lead = views[0];
    const speaker = scope === 'call' && lead && this.#isInside(lead) ? lead : (this.room ?? lead);
    if (!speaker) return;
    const listeners = scope === 'call' ? views.filter((view) => view !== speaker) : [];
    for (const target of [speaker, ...listeners]) {
      if (!send(target, type, detail, { copy: target !== speaker, cancelable })) event.preventDefault();
    }
  }

  #isInside(element: Node): boolean {
    return this.room !== null && pathTo(element).includes(this.room);
  }

  #ordered(): HTMLElement[] {
    return [...this.#views].sort((a, b) => Number(this.#isInside(b)) - Number(this.#isInside(a)) || byDocumentOrder(a, b));
  }
}
