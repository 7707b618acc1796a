import { ContextEvent } from '@lit/context';
import type { ReactiveController } from 'lit';
import type { RtcSession, SessionSnapshot } from '../session/public.js';
import { EventRouter } from './event-router.js';
import type { RtcElement } from './rtc-element.js';
import { roomContext, type RoomContext } from './session-context.js';
import { defaultStrings, type RtcStrings } from './strings.js';

/** An element that draws a session: given as a property, found by `for`, or of the room around it. */
export type SessionHost = RtcElement & { for?: string | null; session?: RtcSession | null };

/** Finds the session its host draws, and updates the host with it. */
export class SessionConsumer implements ReactiveController {
  readonly #host: SessionHost;
  readonly #kind: 'call' | 'list';
  #session: RtcSession | null = null;
  #room: RoomContext | null = null;
  #leaveRoom: (() => void) | undefined;
  #leaveSession: (() => void) | undefined;
  #for: string | null | undefined;
  #given: RtcSession | null | undefined;

  constructor(host: SessionHost, kind: 'call' | 'list') {
    this.#host = host;
    this.#kind = kind;
    host.addController(this);
  }

  get session(): RtcSession | null {
    // The host reads this before its controllers are told of a changed property.
    this.hostUpdate();
    return this.#session;
  }
  get snapshot(): SessionSnapshot | null {
    return this.session?.getSnapshot() ?? null;
  }
  get strings(): RtcStrings {
    this.hostUpdate();
    return this.#room?.strings ?? defaultStrings;
  }
  get router(): EventRouter | null {
    return this.session && EventRouter.of(this.session);
  }
  /** Of several call views of one session this one dispatches and rings. */
  get isLead(): boolean {
    return this.router?.isLead(this.#host) ?? false;
  }

  hostConnected(): void {
    // A room that appears later, or gets its id later, announces itself.
    document.addEventListener('context-provider', this.#find);
    this.#find();
  }

  hostUpdate(): void {
    const host = this.#host;
    if (host.isConnected && (host.for !== this.#for || host.session !== this.#given)) this.#find();
  }

  hostDisconnected(): void {
    document.removeEventListener('context-provider', this.#find);
    this.#leaveRoom?.();
    this.#leaveRoom = undefined;
    this.#use(null);
  }

  readonly #find = (): void => {
    const host = this.#host;
    this.#for = host.for;
    this.#given = host.session;
    this.#leaveRoom?.();
    this.#leaveRoom = undefined;
    this.#room = null;
    const asked = host.for ? (host.getRootNode() as Document | ShadowRoot).getElementById?.(host.for) : host;
    asked?.dispatchEvent(new ContextEvent(roomContext, host, this.#hear, true));
    this.#use(host.session ?? this.#roomSession());
  };

  readonly #hear = (room: RoomContext, leave?: () => void): void => {
    this.#room = room;
    this.#leaveRoom = leave;
    this.#use(this.#host.session ?? room.session);
    this.#host.requestUpdate();
  };

  // A method, since the compiler does not see that the request above may have set the field.
  #roomSession(): RtcSession | null {
    return this.#room?.session ?? null;
  }

  #use(session: RtcSession | null): void {
    if (session === this.#session) return;
    this.#leaveSession?.();
    this.#leaveSession = undefined;
    this.#session = session;
    this.#host.requestUpdate();
    if (!session) return;
    const unsubscribe = session.subscribe(() => this.#host.requestUpdate());
    const router = EventRouter.of(session);
    const remove = this.#kind === 'call' ? router.add(this.#host) : undefined;
    this.#leaveSession = () => {
      unsubscribe();
      remove?.();
    };
  }
}
