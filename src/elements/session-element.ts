import { ContextEvent } from '@lit/context';
import { adoptStyles, type CSSResult, type CSSResultOrNative, type PropertyDeclaration, type PropertyDeclarations, type PropertyValues, type ReactiveController } from 'lit';
import { IDLE_SNAPSHOT, type RtcSession, type SessionSnapshot } from '../session/public.js';
import { EventRouter } from './event-router.js';
import { RtcElement } from './rtc-element.js';
import { roomContext, type RoomContext } from './session-context.js';
import type { RtcStrings } from './strings.js';

/** The inside of an element, fetched when the room is joined. */
export interface Face extends ReactiveController {
  readonly styles: readonly CSSResult[];
  render(): unknown;
}

/** An element that draws a session: the one it is given, that of the room named by `for`, or that of the room around it. */
export abstract class SessionElement extends RtcElement {
  static override properties: PropertyDeclarations = { for: {}, session: { attribute: false } };

  /** Id of the room element, in the same document or shadow root, for what stands outside of it. */
  for?: string | null;
  /** The session to draw, instead of a room's. */
  session?: RtcSession | null;

  /** Null until it is loaded. */
  protected face: Face | null = null;
  #loading: Promise<void> | undefined;
  #bound: RtcSession | null = null;
  #following = new AbortController();
  #room: RoomContext = {};
  #leaveRoom: (() => void) | undefined;

  /** @internal The session it draws. */
  get bound(): RtcSession | null {
    return this.#bound;
  }
  /** @internal */
  get snapshot(): SessionSnapshot {
    return this.bound?.getSnapshot() ?? IDLE_SNAPSHOT;
  }
  protected override get ownWords(): Partial<RtcStrings> {
    return this.#room.strings ?? {};
  }
  protected override get inheritedTheme(): string | null | undefined {
    return this.#room.theme;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // A room that appears later, or gets its id or session later, announces itself.
    document.addEventListener('context-provider', this.#find);
    this.#find();
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('context-provider', this.#find);
    this.#find();
  }

  override requestUpdate(name?: PropertyKey, old?: unknown, options?: PropertyDeclaration): void {
    super.requestUpdate(name, old, options);
    // At once: a page may set it and call in one go.
    if (name === 'for' || name === 'session') this.#find();
  }

  protected abstract loadFace(): Promise<Face>;

  protected adopt(styles: readonly CSSResultOrNative[]): void {
    adoptStyles(this.renderRoot as ShadowRoot, [...styles]);
  }

  /** A session to draw has come. */
  protected follow(session: RtcSession, signal: AbortSignal): void {
    signal.addEventListener('abort', session.subscribe(() => {
      // Not a task later, as what is drawn: whoever hears of a state finds it in the attribute.
      this.reflect();
      this.requestUpdate();
    }));
  }

  protected override willUpdate(_changed: PropertyValues): void {
    // Inside of its room the name of that is said already.
    this.semantics.ariaLabel = this.for || this.session ? this.snapshot.room : null;
    if (!this.face && this.snapshot.roomState !== 'idle') {
      this.#loading ??= this.loadFace().then(
        (face) => {
          const { elementStyles } = this.constructor as typeof RtcElement;
          this.adopt([...elementStyles, ...face.styles]);
          this.addController((this.face = face));
          this.requestUpdate();
        },
        // The next change of the session tries again.
        () => (this.#loading = undefined),
      );
    }
  }

  protected override render(): unknown {
    return this.face?.render();
  }

  protected override updated(): void {
    super.updated();
    // Drawn by a room: its page reaches every part that is there, and those of code that came later.
    if (!((this.getRootNode() as ShadowRoot).host instanceof RtcElement)) return;
    const parts = [...new Set([...this.renderRoot.querySelectorAll('[part]')].flatMap(({ part }) => [...part]))].join();
    // Written anew, it would have all of its styles computed anew.
    if (parts !== this.getAttribute('exportparts')) this.setAttribute('exportparts', parts);
  }

  protected override async getUpdateComplete(): Promise<boolean> {
    await super.getUpdateComplete();
    if (!this.face) await this.#loading;
    return super.getUpdateComplete();
  }

  readonly #find = (): void => {
    this.#leaveRoom?.();
    this.#leaveRoom = undefined;
    this.#room = {};
    if (!this.isConnected) return this.#bind(null);
    const { session } = this;
    const room = session && EventRouter.of(session).room;
    const asked = room || (this.for ? (this.getRootNode() as Document | ShadowRoot).getElementById?.(this.for) : this);
    asked?.dispatchEvent(new ContextEvent(roomContext, this, this.#hear, true));
    this.#bind(session ?? this.#room.session);
  };

  readonly #hear = (room: RoomContext, leave?: () => void): void => {
    this.#room = room;
    this.#leaveRoom = leave;
    this.#bind(this.session ?? room.session);
    this.requestUpdate();
  };

  #bind(session: RtcSession | null | undefined): void {
    if (session == this.#bound) return;
    this.#following.abort();
    this.#bound = session ?? null;
    this.requestUpdate();
    if (session) this.follow(session, (this.#following = new AbortController()).signal);
  }
}
