import { ContextProvider } from '@lit/context';
import { html, nothing, type CSSResult, type PropertyValues, type TemplateResult } from 'lit';
import { property, query } from 'lit/decorators.js';
import { RtcError } from '../../base/rtc-error.js';
import {
  createSession, parseRoomName, type CallInfo, type CallOptions, type CallTarget, type Member, type RoomState, type RtcSession, type SessionOptions,
  type SessionSnapshot, type TokenProvider,
} from '../../session/public.js';
import { EventRouter } from '../event-router.js';
import { icon } from '../icons.js';
import { RtcElement } from '../rtc-element.js';
import { roomContext, type RoomContext } from '../session-context.js';
import { defaultStrings, type RtcStrings } from '../strings.js';
import { themeStyles } from '../theme.styles.js';
import { JoinForm } from './join-form.js';
import { roomStyles } from './rtc-room.styles.js';
import { whenSettled } from './when-settled.js';

const LIST_PARTS = 'list, item, avatar, nickname, member-status, call-button';
const CALL_PARTS =
  'stage, remote-video, local-video, placeholder, peer-name, status, timer, banner, quality, controls, button, mic-button, camera-button, screen-button, ' +
  'hangup-button, settings, incoming, accept-button, accept-audio-button, reject-button, silence-button, outgoing, ended, call-again-button, start-button';

interface Asking {
  readonly token: string | undefined;
  readonly promise: Promise<Member>;
  readonly resolve: (member: Promise<Member>) => void;
  readonly reject: (error: RtcError) => void;
}

/**
 * Membership of a room: joins it, shares its session with the lists and call views inside or bound by `for`. Without element children it draws a member list
 * and a call view itself.
 *
 * @element rtc-room
 * @fires {CustomEvent<RtcRoomStateDetail>} rtc-room-state - The room's state changed.
 * @fires {CustomEvent<RtcMembersDetail>} rtc-members - Somebody came, left or changed.
 * @fires {CustomEvent<RtcErrorDetail>} rtc-error - Something went wrong. Cancelable: the built-in notice is not shown.
 * @slot - The page's own arrangement.
 * @slot join - Replaces the nickname form; calls `join({nickname})`.
 * @csspart layout - Everything.
 * @csspart join-form - The nickname form.
 * @csspart nickname-input - Where the nickname is typed.
 * @csspart preview - Camera and microphone before joining.
 * @csspart join-button - Joins.
 * @csspart error - A problem of the room, with what to do.
 */
export class RtcRoom extends RtcElement {
  static override styles: CSSResult[] = [themeStyles, roomStyles];

  static override get observedAttributes(): string[] {
    return [...super.observedAttributes, 'id', 'state'];
  }

  /** Absolute, or relative to the document; a path is a folder; `local:` = no server, tabs of this browser. Default: where the script came from. */
  @property() server: string | null = null;
  /** The room's name. A change leaves the old room and joins the new. */
  @property() room: string | null = null;
  /** The own name; without one the room asks. */
  @property() nickname: string | null = null;
  /** What the server knows somebody by. */
  @property() token: string | null = null;
  /** Gets a token whenever one is needed. */
  @property({ attribute: false }) tokenProvider: TokenProvider | null = null;
  /** Does not join by itself, and draws nothing until `join()`. */
  @property({ type: Boolean }) manual = false;
  /** The most that is ever captured: `audio video`, `audio` or `none`. */
  @property() media: string | null = null;
  /** `user` (default) or `environment`. */
  @property({ attribute: 'facing-mode' }) facingMode: string | null = null;
  /** `all` (default) or `relay`. */
  @property({ attribute: 'ice-transport-policy' }) iceTransportPolicy: RTCIceTransportPolicy | null = null;
  @property({ attribute: false }) iceServers: readonly RTCIceServer[] | null = null;
  /** What is asked of camera and microphone. */
  @property({ attribute: false }) constraints: MediaStreamConstraints | null = null;
  /** Seconds an own call rings; the server clamps it. */
  @property({ type: Number, attribute: 'ring-timeout' }) ringTimeout: number | null = null;
  /** `auto` (default), `light` or `dark`. */
  @property({ reflect: true }) theme: string | null = null;
  /** Other words for those shown. */
  @property({ attribute: false }) strings: Partial<RtcStrings> = {};
  /** For the call view it draws: what to hide. */
  @property({ attribute: 'controlslist' }) controlsList: string | null = null;
  /** For the call view it draws: address of a sound, or `none`. */
  @property() ringtone: string | null = null;
  /** For the call view it draws: takes every call by itself. */
  @property({ type: Boolean, attribute: 'auto-accept' }) autoAccept = false;
  /** For the call view it draws: sends and takes no video. */
  @property({ type: Boolean, attribute: 'audio-only' }) audioOnly = false;

  @query('.layout') private readonly layout!: HTMLElement;

  readonly #context = new ContextProvider(this, { context: roomContext, initialValue: { session: null, strings: defaultStrings } as RoomContext });
  readonly #form = new JoinForm(this, () => this.#kinds, (nickname) => {
    const token = this.#asking?.token;
    this.#enter({ nickname, ...(token && { token }) }).catch(() => {});
  });
  #session: RtcSession | null = null;
  #isOwn = false;
  #unsubscribe: (() => void) | undefined;
  /** What the session was last told. */
  #told: SessionOptions = {};
  #asking: Asking | null = null;
  #wasAsked = false;
  #hasLeft = false;
  /** The nickname to come back with after the element was taken out of the document. */
  #lastNickname: string | null = null;
  #settled = false;
  #formWantsFocus = false;
  #formHadFocus = false;

  constructor() {
    super();
    // Not one of Lit's properties, since Lit reads all of them at the first update and reading this one makes a session.
    const early = Object.getOwnPropertyDescriptor(this, 'session');
    if (early && Reflect.deleteProperty(this, 'session')) this.session = early.value as RtcSession;
  }

  // --- What there is to know ---------------------------------------------------------------------------------------------------------------------

  /** Shared by the room, its lists and its call views; made here unless the page sets one (which then keeps the options it was made with). */
  get session(): RtcSession {
    if (!this.#session) {
      this.#told = this.#options;
      this.#adopt(this.createSession({ ...this.#told, storageKey: this.id }), true);
    }
    return this.#session!;
  }
  set session(session: RtcSession | null) {
    if (session && session !== this.#session) this.#adopt(session, false);
  }
  get state(): RoomState {
    return this.#snapshot?.roomState ?? 'idle';
  }
  /** Oneself in the room; null before joining. */
  get localMember(): Member | null {
    return this.#snapshot?.localMember ?? null;
  }
  /** Everybody in the room, oneself included. */
  get members(): readonly Member[] {
    return this.#snapshot?.members ?? [];
  }
  /** The call that runs, or has just ended. */
  get currentCall(): CallInfo | null {
    return this.#snapshot?.currentCall ?? null;
  }

  // --- What it can do ----------------------------------------------------------------------------------------------------------------------------

  /** Joins; without a nickname asks for one and stays pending meanwhile. Rejects with an `RtcError`. */
  join(options: { nickname?: string; token?: string } = {}): Promise<Member> {
    this.#formWantsFocus = navigator.userActivation?.isActive ?? false;
    return this.#join(options);
  }

  /** Ends a call, leaves the room and forgets the nickname of this tab. */
  async leave(): Promise<void> {
    this.#hasLeft = true;
    this.#lastNickname = null;
    this.#stopAsking();
    await this.#session?.leave();
    // Whoever typed a name may type it again; a page that gave one, or asked for the first join, decides itself.
    if (!this.nickname && !this.manual && this.isConnected && this.state === 'idle') this.#ask().promise.catch(() => {});
  }

  /** Calls a member; resolves when the server has taken the invitation, whatever comes of it. Rejects with an `RtcError`. */
  call(target: CallTarget, options?: CallOptions): Promise<CallInfo> {
    return this.session.call(target, options);
  }

  // --- Joining and leaving -----------------------------------------------------------------------------------------------------------------------

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.#session) EventRouter.of(this.#session).room = this;
    whenSettled(this.#start);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // Moving is not leaving: that is known one task later.
    setTimeout(() => {
      if (this.isConnected || !this.#settled) return;
      this.#settled = this.#hasLeft = false;
      this.#lastNickname = this.#snapshot?.nickname || this.#lastNickname;
      this.#stopAsking();
      if (this.#isOwn) void this.#session?.leave();
      // The page's own session goes on; its views speak for themselves now.
      else if (this.#session) EventRouter.of(this.#session).room = null;
    });
  }

  readonly #start = (): void => {
    if (!this.isConnected || this.#settled) return;
    this.#settled = true;
    this.requestUpdate();
    if (!this.manual && !this.#hasLeft && this.session.getSnapshot().roomState === 'idle') this.#join({}).catch(() => {});
  };

  #join({ nickname, token }: { nickname?: string; token?: string }): Promise<Member> {
    this.#wasAsked = true;
    this.#hasLeft = false;
    const { session } = this;
    this.#tell();
    const { roomState } = session.getSnapshot();
    const name = nickname ?? (this.nickname || this.#lastNickname || session.options.nickname || session.rememberedNickname());
    const anonymous = !name && !token && !this.token && !this.tokenProvider && parseRoomName(session.options.room) !== null;
    if (anonymous && (roomState === 'idle' || roomState === 'failed')) return this.#ask(token).promise;
    return this.#enter({ ...(name && { nickname: name }), ...(token && { token }) });
  }

  #ask(token?: string): Asking {
    if (!this.#asking) {
      let resolve!: Asking['resolve'];
      let reject!: Asking['reject'];
      const promise = new Promise<Member>((yes, no) => ([resolve, reject] = [yes, no]));
      this.#asking = { token, promise, resolve, reject };
      this.requestUpdate();
    }
    return this.#asking;
  }

  #enter(options: { nickname?: string; token?: string }): Promise<Member> {
    const asking = this.#asking;
    this.#asking = null;
    this.#form.close();
    if (options.nickname) this.#form.nickname = options.nickname;
    const joined = this.session.join(options);
    asking?.resolve(joined);
    return joined;
  }

  #stopAsking(): void {
    this.#wasAsked = false;
    this.#form.close();
    this.#asking?.reject(new RtcError('not-joined'));
    this.#asking = null;
    this.requestUpdate();
  }

  // --- The session -------------------------------------------------------------------------------------------------------------------------------

  /** Makes the session on first use. */
  protected createSession(options: SessionOptions): RtcSession {
    return createSession(options);
  }

  get #snapshot(): SessionSnapshot | null {
    return this.#session?.getSnapshot() ?? null;
  }

  get #options(): SessionOptions {
    const given: Partial<Record<keyof SessionOptions, unknown>> = {
      server: this.server, room: this.room, nickname: this.nickname, token: this.token, tokenProvider: this.tokenProvider, media: this.media,
      facingMode: this.facingMode, iceTransportPolicy: this.iceTransportPolicy, iceServers: this.iceServers, constraints: this.constraints,
      ringTimeout: this.ringTimeout, audioOnly: this.audioOnly, autoAccept: this.autoAccept,
    };
    return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null && value !== false));
  }

  /** Hands on what has changed. A session of the page's own keeps the options it was made with. */
  #tell(): void {
    if (!this.#session || !this.#isOwn) return;
    const [before, now] = [this.#told, this.#options] as Record<string, unknown>[];
    const changed = Object.keys({ ...before, ...now }).filter((name) => before![name] !== now![name]);
    if (changed.length === 0) return;
    this.#told = now!;
    const { roomState, nickname } = this.#session.getSnapshot();
    // The first try named no valid room; with nobody's name known yet, the next one starts with asking.
    const again = roomState === 'failed' && !nickname && changed.some((name) => name === 'room' || name === 'server');
    if (again) void this.#session.leave();
    this.#session.configure(Object.fromEntries(changed.map((name) => [name, now![name]])));
    if (again) this.#join({}).catch(() => {});
  }

  #adopt(session: RtcSession, isOwn: boolean): void {
    this.#unsubscribe?.();
    if (this.#isOwn) this.#session?.dispose();
    this.#session = session;
    this.#isOwn = isOwn;
    EventRouter.of(session).room = this;
    this.#unsubscribe = session.subscribe(this.#onChange);
    this.#share();
    this.#onChange();
  }

  #share(): void {
    this.#context.setValue({ session: this.#session, strings: { ...defaultStrings, ...this.strings } });
  }

  readonly #onChange = (): void => {
    this.reflect('state', this.state);
    this.requestUpdate();
  };

  override attributeChangedCallback(name: string, old: string | null, value: string | null): void {
    super.attributeChangedCallback(name, old, value);
    // Lists and views that wait for a room of this name look again.
    if (name === 'id' && this.isConnected) this.#context.hostConnected();
    if (name === 'state' && value !== this.state && this.hasUpdated) this.reflect('state', this.state);
  }

  // --- Drawing -----------------------------------------------------------------------------------------------------------------------------------

  /** What there is to preview. */
  get #kinds(): readonly ('audio' | 'video')[] {
    const { media = 'audio video', audioOnly } = this.#session?.options ?? {};
    return (['audio', 'video'] as const).filter((kind) => media.split(/\s+/).includes(kind) && !(kind === 'video' && audioOnly));
  }

  /** White space, text and what stands in another slot do not count. */
  get #isArranged(): boolean {
    return [...this.children].some((child) => !child.slot);
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('strings')) this.#share();
    this.#tell();
    if (this.state === 'failed' && this.#snapshot?.roomError?.code === 'nickname-invalid' && !this.#asking) {
      this.#form.refuse();
      this.#ask().promise.catch(() => {});
    }
    if (this.#asking) this.#form.open();
    this.#formHadFocus = this.shadowRoot?.activeElement?.closest('form') != null;
  }

  protected override render(): TemplateResult {
    const { strings } = this.#context.value;
    const snapshot = this.#snapshot;
    const state = this.state;
    const asking = this.#asking !== null;
    const here = state === 'joined' || state === 'reconnecting';
    const draws = this.#settled && !this.#isArranged && (!this.manual || this.#wasAsked || here);
    const calling = snapshot !== null && snapshot.callState !== 'idle';
    return html`
      <div part="layout" tabindex="-1" class="layout ${draws ? 'own' : ''} ${asking ? 'asking' : ''}">
        <div role="status" class="status ${state}">${state === 'joining' || state === 'reconnecting' ? strings[state] : nothing}</div>
        ${this.#notice(strings)}
        <div class="entrance" ?hidden=${!asking}><slot name="join">${asking ? this.#form.render(strings) : nothing}</slot></div>
        <slot @slotchange=${this.#onSlotChange}></slot>
        ${draws && here
          ? html`<div class="views ${calling ? 'calling' : ''}">
              <rtc-member-list exportparts=${LIST_PARTS}></rtc-member-list>
              <rtc-video-call exportparts=${CALL_PARTS} controlslist=${this.controlsList ?? nothing} ringtone=${this.ringtone ?? nothing}
                ?auto-accept=${this.autoAccept} ?audio-only=${this.audioOnly}></rtc-video-call>
            </div>`
          : nothing}
      </div>
    `;
  }

  #notice(strings: RtcStrings): TemplateResult | typeof nothing {
    const { notice = null, noticeScope } = this.#snapshot ?? {};
    if (!notice || noticeScope !== 'room') return nothing;
    const failed = this.state === 'failed';
    return html`
      <div part="error" class="error ${failed ? 'fatal' : ''}" role=${failed || notice.fatal ? 'alert' : 'status'}>
        <div><p>${notice.message}</p>${notice.remedies.map((remedy) => html`<p>${remedy}</p>`)}</div>
        ${failed
          ? this.#asking ? nothing : html`<button type="button" @click=${this.#onRetry}>${strings.retry}</button>`
          : html`<button type="button" class="icon-only" aria-label=${strings.dismiss} @click=${() => this.#session?.dismissNotice()}>${icon('x')}</button>`}
      </div>
    `;
  }

  protected override updated(): void {
    if (this.#asking && this.#formWantsFocus) {
      this.#formWantsFocus = false;
      this.#form.focus();
    }
    // The form is gone: whoever was in it goes on from here, not from the top of the page.
    if (this.#formHadFocus && !this.shadowRoot?.activeElement) this.layout.focus({ preventScroll: true });
  }

  readonly #onSlotChange = (): void => this.requestUpdate();

  readonly #onRetry = (): void => void this.join({ nickname: this.#form.nickname || this.#snapshot?.nickname || undefined }).catch(() => {});
}
