import { ContextProvider } from '@lit/context';
import { html, nothing, type CSSResult, type PropertyDeclaration, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import { quiet } from '../../base/quiet.js';
import { RtcError } from '../../base/rtc-error.js';
import {
  createSession, IDLE_SNAPSHOT, parseRoomName, type CallInfo, type CallOptions, type CallTarget, type JoinOptions, type KickOptions, type LoggedCall, type Member, type RoomState, type RtcSession, type SessionOptions,
  type SessionSnapshot, type TokenProvider,
} from '../../session/public.js';
import { EventRouter } from '../event-router.js';
import { explain, hosts } from '../language.js';
import { loadViews } from '../load-views.js';
import { RtcElement } from '../rtc-element.js';
import { roomContext } from '../session-context.js';
import { roomStrings, type RoomWords, type RtcStrings } from '../strings.js';
import { themeStyles } from '../theme.styles.js';
import { JoinForm } from './join-form.js';
import { lowWindowStyles } from './low-window.styles.js';
import { roomStyles } from './rtc-room.styles.js';
import { whenSettled } from './when-settled.js';

/** The properties that the session takes by the same names. */
const OPTIONS = {
  server: {},
  room: {},
  nickname: {},
  token: {},
  tokenProvider: { attribute: false },
  media: {},
  facingMode: {},
  iceTransportPolicy: {},
  iceServers: { attribute: false },
  constraints: { attribute: false },
  ringTimeout: { type: Number },
  audioOnly: { type: Boolean },
  autoAccept: { type: Boolean },
  doNotDisturb: { type: Boolean },
} as const satisfies Partial<Record<keyof SessionOptions, PropertyDeclaration>>;
const OPTION_NAMES = Object.keys(OPTIONS) as (keyof typeof OPTIONS)[];

/**
 * Membership of a room: joins it, shares its session with the lists and call views inside or bound by `for`. Without element children it draws a member list
 * and a call view itself.
 *
 * @element rtc-room
 * @attr {boolean} no-shortcuts - No keyboard shortcuts in any of its call views.
 * @fires {CustomEvent<RtcRoomStateDetail>} rtc-room-state - The room's state changed.
 * @fires {CustomEvent<RtcMembersDetail>} rtc-members - Somebody came, left or changed.
 * @fires {CustomEvent<RtcCallMissedDetail>} rtc-call-missed - Somebody called and nobody here took it: it rang in vain, they gave up, one was in another call, or did not want to be disturbed. Never of who is blocked.
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
  static override styles: CSSResult[] = [themeStyles, roomStyles, lowWindowStyles];

  static override properties: PropertyDeclarations = {
    ...OPTIONS,
    manual: { type: Boolean },
    strings: { attribute: false },
    controlsList: { attribute: 'controlslist' },
    ringtone: {},
  };

  /** Absolute, or relative to the document; a path is a folder; `local:` = no server, tabs of this browser. Default: where the script came from. */
  server?: string | null;
  /** The room's name. A change leaves the old room and joins the new. */
  room?: string | null;
  /** The own name; without one the room asks. */
  nickname?: string | null;
  /** What the server knows somebody by. */
  token?: string | null;
  /** Gets a token whenever one is needed. Where it fails: `unauthorized`, with what it threw as `cause`. */
  tokenProvider?: TokenProvider | null;
  /** Does not join by itself, and draws nothing until `join()`. */
  manual = false;
  /** The most that is ever captured: `audio video`, `audio` or `none`. Any other word counts for nothing, which the console says once a call runs. */
  media?: string | null;
  /** `user` (default) or `environment`. */
  facingMode?: string | null;
  /** `all` (default) or `relay`. */
  iceTransportPolicy?: RTCIceTransportPolicy | null;
  /** Instead of those of the server; an empty list: none. Where the browser refuses them, calls are `unavailable` in its words. */
  iceServers?: readonly RTCIceServer[] | null;
  /** What is asked of camera and microphone. */
  constraints?: MediaStreamConstraints | null;
  /** Seconds an own call rings; the server clamps it. */
  ringTimeout?: number | null;
  /** Nobody may ring here; a caller reads `rejected`, as of a person. Nobody is told. */
  doNotDisturb = false;
  /** Other words for those shown. */
  strings: Partial<RtcStrings> = {};
  /** For the call view it draws: what to hide. */
  controlsList?: string | null;
  /** For the call view it draws: address of a sound, or `none`. */
  ringtone?: string | null;
  /** For the call view it draws: takes every call by itself, after a countdown of 3 s while the page is shown. */
  autoAccept = false;
  /** For the call view it draws: sends and takes no video. */
  audioOnly = false;

  readonly #context = new ContextProvider(this, { context: roomContext, initialValue: {} });
  readonly #form = new JoinForm(this, (nickname) => this.#enter({ nickname }));
  #session: RtcSession | undefined;
  #unsubscribe: (() => void) | undefined;
  /** What the session was last told; undefined if it is the page's own, which keeps the options it was made with. */
  #told: SessionOptions | undefined;
  /** Whether somebody wants to be in or out; undefined: nobody has said so since it stands here. */
  #wanted: boolean | undefined;
  /** The nickname to come back with after the element was taken out of the document. */
  #lastNickname: string | undefined;
  #settled = false;

  constructor() {
    super();
    // Not one of Lit's properties, since Lit reads all of them at the first update and reading this one makes a session.
    this.honour('session');
  }

  // --- What there is to know ---------------------------------------------------------------------------------------------------------------------

  /** Shared by the room, its lists and its call views; made here unless the page sets one (which then keeps the options it was made with). */
  get session(): RtcSession {
    if (!this.#session) {
      const options = this.#options;
      this.#adopt(this.createSession({ ...options, storageKey: this.#storageKey }), options);
    }
    return this.#session!;
  }
  set session(session: RtcSession | null) {
    if (session && session !== this.#session) this.#adopt(session);
  }
  /** Where joining stands; also an attribute, for style sheets. */
  get state(): RoomState {
    return this.#snapshot.roomState;
  }
  /** Oneself in the room; null before joining. */
  get localMember(): Member | null {
    return this.#snapshot.localMember;
  }
  /** Everybody in the room, oneself included. */
  get members(): readonly Member[] {
    return this.#snapshot.members;
  }
  /** The call that runs, or has just ended. */
  get currentCall(): CallInfo | null {
    return this.#snapshot.currentCall;
  }

  /** The calls of this tab that are over, the newest first: at most 100, reloads included, until it leaves the room. */
  get callHistory(): readonly LoggedCall[] {
    return this.#snapshot.callHistory;
  }
  /** Those that were missed and not seen to yet; `cause` says why. */
  get missedCalls(): readonly LoggedCall[] {
    return this.#snapshot.missedCalls;
  }

  // --- What it can do ----------------------------------------------------------------------------------------------------------------------------

  /** Joins; without a nickname asks for one and stays pending meanwhile. Rejects with an `RtcError`. */
  join(options?: JoinOptions | null): Promise<Member> {
    const joined = this.#join(options);
    // Whoever has pressed a button for it goes on in the form.
    if (navigator.userActivation.isActive) void this.updateComplete.then(() => this.#form.focus());
    return joined;
  }

  /** Ends a call, leaves the room and forgets the nickname of this tab. */
  async leave(): Promise<void> {
    this.#wanted = false;
    this.#lastNickname = undefined;
    this.#stopAsking();
    await this.#session?.leave();
    // Whoever typed a name may type it again; a page that gave one, or asked for the first join, decides itself.
    if (!this.nickname && !this.manual && this.isConnected && this.state === 'idle') void this.#form.open();
  }

  /** Calls a member; resolves when the server has taken the invitation, whatever comes of it. Rejects with an `RtcError`. */
  call(target: CallTarget, options?: CallOptions | null): Promise<CallInfo> {
    return this.session.call(target, options);
  }

  /** From now on this member cannot ring here; they cannot tell it from `do-not-disturb`. Kept for this tab, reloads included. Rejects with an `RtcError`. */
  block(id: string): Promise<void> {
    return this.session.block(id);
  }
  /** Takes that back. */
  unblock(id: string): Promise<void> {
    return this.session.unblock(id);
  }

  /** Sends a member out of the room for `banSeconds` (3600), where the own token says `moderator`. Rejects with an `RtcError`. */
  kick(id: string, options?: KickOptions | null): Promise<void> {
    return this.session.kick(id, options);
  }

  /** Missed calls have been seen to: all, or those of one member. They stay in `callHistory`. */
  clearMissedCalls(memberId?: string): Promise<void> {
    return this.session.clearMissedCalls(memberId);
  }

  /** Asks the person, from a click or a key, whether the browser may notify of calls while the page is hidden; resolves with whether it may. */
  enableNotifications(): Promise<boolean> {
    return this.session.enableNotifications();
  }

  // --- Joining and leaving -----------------------------------------------------------------------------------------------------------------------

  override connectedCallback(): void {
    // Known before it is announced.
    if (this.#session) EventRouter.of(this.#session).room = this;
    super.connectedCallback();
    whenSettled(this.#start);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // Moving is not leaving: that is known one task later.
    setTimeout(() => {
      if (this.isConnected || !this.#settled) return;
      this.#settled = false;
      this.#wanted = undefined;
      this.#lastNickname = this.#snapshot.nickname || this.#lastNickname;
      this.#stopAsking();
      if (this.#told) void this.#session?.leave();
      // The page's own session goes on; its views speak for themselves now.
      else if (this.#session) EventRouter.of(this.#session).room = null;
    });
  }

  readonly #start = (): void => {
    if (!this.isConnected || this.#settled) return;
    this.#settled = true;
    this.requestUpdate();
    if (!this.manual && this.#wanted !== false && this.session.getSnapshot().roomState === 'idle') void this.#join();
  };

  #join(options?: JoinOptions | null): Promise<Member> {
    const { nickname, token } = options ?? {};
    this.#wanted = true;
    const { session } = this;
    this.#tell();
    const name = nickname ?? (this.nickname || this.#lastNickname || session.options.nickname || session.rememberedNickname());
    const anonymous = !name && !token && !this.token && !this.tokenProvider && parseRoomName(session.options.room) !== null;
    if (anonymous && ['idle', 'failed'].includes(this.state)) return this.#form.open();
    return this.#enter({ ...(name && { nickname: name }), ...(token && { token }) });
  }

  #enter(options: JoinOptions): Promise<Member> {
    if (options.nickname) this.#form.nickname = options.nickname;
    const joined = quiet(this.session.join(options));
    this.#form.close(joined);
    return joined;
  }

  #stopAsking(): void {
    this.#form.close(quiet(Promise.reject(new RtcError('not-joined'))));
  }

  // --- The session -------------------------------------------------------------------------------------------------------------------------------

  /** Makes the session on first use. */
  protected createSession(options: SessionOptions): RtcSession {
    return createSession(options);
  }

  get #snapshot(): SessionSnapshot {
    return this.#session?.getSnapshot() ?? IDLE_SNAPSHOT;
  }

  get #options(): SessionOptions {
    return Object.fromEntries(OPTION_NAMES.map((name) => [name, this[name]]));
  }

  /** Its id. Of several rooms of one name without one (or with the same), the first has what a single one would have, the others are told apart by their order. */
  get #storageKey(): string {
    const before = [...hosts].filter((host) => host.id === this.id && (host as Partial<RtcRoom>).room === this.room).indexOf(this);
    return this.id + (before > 0 ? before : '');
  }

  /** Hands on what has changed. */
  #tell(): void {
    const before = this.#told;
    if (!before) return;
    const { session } = this;
    const now = (this.#told = this.#options);
    const changed = OPTION_NAMES.filter((name) => before[name] !== now[name]);
    if (changed.length === 0) return;
    const { roomState, nickname } = session.getSnapshot();
    // The first try named no valid room; with nobody's name known yet, the next one starts with asking.
    const again = roomState === 'failed' && !nickname && changed.some((name) => name === 'room' || name === 'server');
    if (again) void session.leave();
    session.configure(Object.fromEntries(changed.map((name) => [name, now[name]])));
    if (again) void this.#join();
  }

  #adopt(session: RtcSession, told?: SessionOptions): void {
    // What is no session throws here, and nothing has changed.
    const unsubscribe = session.subscribe(this.#onChange);
    this.#unsubscribe?.();
    if (this.#told) this.#session?.dispose();
    this.#session = session;
    this.#told = told;
    this.#unsubscribe = unsubscribe;
    EventRouter.of(session).room = this;
    this.#share();
    // Views of this session that stand elsewhere look again.
    if (this.isConnected) this.#context.hostConnected();
    this.#onChange();
  }

  #share(): void {
    this.#context.setValue({ session: this.#session, strings: this.strings, theme: this.theme });
  }

  readonly #onChange = (): void => {
    this.reflect();
    this.requestUpdate();
  };

  override attributeChangedCallback(name: string, old: string | null, value: string | null): void {
    super.attributeChangedCallback(name, old, value);
    // Lists and views that wait for a room of this name look again.
    if (name === 'id' && this.isConnected) this.#context.hostConnected();
  }

  // --- Drawing -----------------------------------------------------------------------------------------------------------------------------------

  /** Draws all of it itself: white space, text and what stands in another slot are no arrangement of the page's own. */
  get #draws(): boolean | undefined {
    return this.#settled && (!this.manual || this.#wanted || this.localMember !== null) && [...this.children].every((child) => child.slot);
  }

  protected override get ownWords(): Partial<RtcStrings> {
    return this.strings;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('strings') || changed.has('theme')) this.#share();
    this.#tell();
    const { roomState, roomError, room } = this.#snapshot;
    this.semantics.ariaLabel = room;
    if (roomState === 'failed' && roomError?.code === 'nickname-invalid' && !this.#form.isOpen) {
      void this.#form.open();
      this.#form.refuse(roomError);
    }
    // Drawn once joined; fetched meanwhile.
    if (this.#draws && roomState === 'joining') void loadViews();
  }

  protected override render(): TemplateResult {
    const words = { ...roomStrings, ...this.words };
    const { roomState: state, callState } = this.#snapshot;
    const asking = this.#form.isOpen;
    const draws = this.#draws;
    return html`
      <div part="layout" tabindex="-1" class="layout ${draws ? 'own' : ''} ${asking ? 'asking' : ''}">
        <div role="status" class="status">${state === 'joining' || state === 'reconnecting' ? words[state] : nothing}</div>
        ${this.#notice(words)}
        <div class="entrance" ?hidden=${!asking}><slot name="join">${this.#form.render(words)}</slot></div>
        <slot @slotchange=${() => this.requestUpdate()}></slot>
        ${draws && (state === 'joined' || state === 'reconnecting')
          ? html`<div class="views ${callState === 'idle' ? '' : 'calling'}">
              <rtc-member-list></rtc-member-list>
              <rtc-video-call controlslist=${this.controlsList ?? nothing} ringtone=${this.ringtone ?? nothing}
                ?auto-accept=${this.autoAccept} ?audio-only=${this.audioOnly}></rtc-video-call>
            </div>`
          : nothing}
      </div>
    `;
  }

  protected override updated(): void {
    super.updated();
    // Whoever called by keyboard does not lose the focus with the list, for which a low window has no place in a call.
    const { shadowRoot } = this;
    if (shadowRoot?.querySelector<HTMLElement>('.calling rtc-member-list:focus-within')?.offsetHeight === 0) shadowRoot.querySelector<HTMLElement>('.layout')!.focus({ preventScroll: true });
  }

  #notice(words: RoomWords): TemplateResult | typeof nothing {
    const { notice, noticeScope, roomState, nickname } = this.#snapshot;
    const form = this.#form;
    // Why a name was refused is said by the form.
    if (!notice || noticeScope !== 'room' || (form.isOpen && notice.code === 'nickname-invalid')) return nothing;
    const failed = roomState === 'failed';
    const press = () => (failed ? this.join({ nickname: form.nickname || nickname || undefined }) : this.session.dismissNotice());
    return html`
      <div part="error" class="error ${failed ? 'fatal' : ''}" role=${failed || notice.fatal ? 'alert' : 'status'}>
        <div>${explain(words, notice).map((sentence) => html`<p>${sentence}</p>`)}</div>
        ${failed && form.isOpen ? nothing : html`<button type="button" @click=${press}>${words[failed ? 'retry' : 'dismiss']}</button>`}
      </div>
    `;
  }
}
