import { html, nothing, type CSSResult, type TemplateResult } from 'lit';
import { property, query } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { Member, RtcSession, SessionSnapshot } from '../../session/public.js';
import { initials } from '../avatar.js';
import { icon } from '../icons.js';
import { RtcElement } from '../rtc-element.js';
import { SessionConsumer } from '../session-consumer.js';
import { format } from '../strings.js';
import { themeStyles } from '../theme.styles.js';
import { RowWindow } from './row-window.js';
import { memberListStyles } from './rtc-member-list.styles.js';

const NOBODY: readonly Member[] = [];

/**
 * Everyone in the room, live. A click, Enter or Space on a member asks for a call. Fills the height it is given (at most the height of the window) and
 * draws only the rows in sight.
 *
 * @element rtc-member-list
 * @fires {CustomEvent<RtcCallRequestDetail>} rtc-call-request - Somebody was chosen. Cancelable: no call is made.
 * @slot heading - Replaces the heading.
 * @slot empty - Shown while nobody else is here.
 * @csspart list - The scrolling list.
 * @csspart item - One member.
 * @csspart avatar - The initials of a member.
 * @csspart nickname - The name of a member.
 * @csspart member-status - Oneself, in a call, reconnecting.
 * @csspart call-button - Calls the member.
 */
export class RtcMemberList extends RtcElement {
  static override styles: CSSResult[] = [themeStyles, memberListStyles];

  /** The id of the room element, in the same document or shadow root, when the list stands outside it. */
  @property() for: string | null = null;
  /** Leaves oneself out. */
  @property({ type: Boolean, attribute: 'hide-self' }) hideSelf = false;
  /** The session to draw; without one, that of the room. */
  @property({ attribute: false }) session: RtcSession | null = null;
  /** Which members are drawn. Drawing only: the others are still in the room. */
  @property({ attribute: false }) filter: ((member: Member) => boolean) | null = null;

  @query('.scroller') private readonly scroller!: HTMLElement;
  @query('.canvas') private readonly canvas!: HTMLElement;

  readonly #consumer = new SessionConsumer(this, 'list');
  readonly #window = new RowWindow(this, () => this.scroller);
  #shown = NOBODY;
  #shownFrom: readonly unknown[] = [];
  /** The one row in the tab order, followed by id while the list changes around it. */
  #activeId: string | null = null;
  #activeIndex = 0;
  #takesFocus = false;

  protected override willUpdate(): void {
    const { members = NOBODY, localMember = null } = this.#consumer.snapshot ?? {};
    const from = [members, this.filter, this.hideSelf, localMember?.id];
    if (from.some((part, i) => part !== this.#shownFrom[i])) {
      this.#shownFrom = from;
      const { filter, hideSelf } = this;
      this.#shown = filter || hideSelf ? members.filter((member) => !(hideSelf && member.id === localMember?.id) && (!filter || filter(member))) : members;
      this.#follow();
    }
    this.#takesFocus ||= this.#focusedRow !== null;
  }

  protected override render(): TemplateResult {
    const { strings, snapshot } = this.#consumer;
    const shown = this.#shown;
    const self = snapshot?.localMember ?? null;
    const alone = snapshot?.roomState === 'joined' && (shown.length === 0 || (shown.length === 1 && shown[0]?.id === self?.id));
    return html`
      <div class="heading"><slot name="heading"><div role="heading" aria-level="2">${strings.members} <span>${shown.length}</span></div></slot></div>
      <div class="scroller" part="list" @scroll=${this.#window.onScroll} @click=${this.#onClick} @keydown=${this.#onKey} @focusin=${this.#onFocus}>
        <div class="canvas" role=${shown.length ? 'list' : nothing} aria-label=${shown.length ? strings.members : nothing}>
          ${repeat(this.#rows(), (index) => shown[index]?.id, (index) => this.#row(shown[index]!, index, snapshot!))}
        </div>
      </div>
      <div class="empty" ?hidden=${!alone}><slot name="empty">${strings['members-empty']}</slot></div>
    `;
  }

  protected override updated(): void {
    this.#window.place(this.canvas, this.#shown.length);
    if (this.#takesFocus && !this.#focusedRow) this.#focusable(this.#activeIndex)?.focus({ preventScroll: true });
    this.#takesFocus = false;
  }

  #row(member: Member, index: number, snapshot: SessionSnapshot): TemplateResult {
    const { strings } = this.#consumer;
    const { id, nickname, online, busy } = member;
    const isSelf = id === snapshot.localMember?.id;
    const callable = this.#isCallable(member, snapshot);
    const tabIndex = index === this.#activeIndex ? 0 : -1;
    const status = [isSelf && strings.you, !online ? strings['member-offline'] : busy && strings['member-busy']].filter(Boolean).join(' · ');
    const inCall = this.#isInCall(snapshot);
    return html`
      <div class="item ${callable && !inCall ? 'callable' : ''} ${online ? (busy ? 'busy' : '') : 'offline'}" part="item" role="listitem"
        aria-setsize=${this.#shown.length} aria-posinset=${index + 1} tabindex=${callable ? nothing : tabIndex}>
        <span class="avatar" part="avatar" aria-hidden="true">${initials(nickname)}</span>
        <div class="words">
          <div class="nickname" part="nickname"><bdi>${nickname}</bdi></div>
          <div class="status" part="member-status">${status}</div>
        </div>
        ${callable
          ? html`<button class="icon-only" part="call-button" type="button" tabindex=${tabIndex} aria-label=${format(strings['call-member'], { nickname })}
              aria-disabled=${inCall}>${icon(this.#media.video ? 'video' : 'phone')}</button>`
          : nothing}
      </div>
    `;
  }

  /** Those in sight, and the one that has the focus wherever it is. */
  #rows(): number[] {
    const { start, end } = this.#window;
    const rows: number[] = [];
    for (let index = start; index < Math.min(end, this.#shown.length); index++) rows.push(index);
    const active = this.#activeIndex;
    if (active < start && this.#shown.length > 0) rows.unshift(active);
    else if (active >= end && active < this.#shown.length) rows.push(active);
    return rows;
  }

  /** Keeps the active row on its member; when the member is gone, on the one that took its place. */
  #follow(): void {
    const index = this.#shown.findIndex(({ id }) => id === this.#activeId);
    this.#activeIndex = index >= 0 ? index : Math.max(0, Math.min(this.#activeIndex, this.#shown.length - 1));
    this.#activeId = this.#shown[this.#activeIndex]?.id ?? null;
  }

  #isInCall({ callState }: SessionSnapshot): boolean {
    return callState !== 'idle' && callState !== 'ended';
  }

  #isCallable({ id }: Member, snapshot: SessionSnapshot): boolean {
    return id !== snapshot.localMember?.id && !(this.#isInCall(snapshot) && id === snapshot.currentCall?.peer.id);
  }

  /** What a call from here is: a room of voices calls with voice. */
  get #media(): { audio: boolean; video: boolean } {
    const { media = '', audioOnly } = this.#consumer.session?.options ?? {};
    return { audio: true, video: !audioOnly && media.trim() !== 'audio' };
  }

  get #focusedRow(): Element | null {
    return this.shadowRoot?.activeElement?.closest('.item') ?? null;
  }

  #indexOf(target: EventTarget | null): number {
    const row = target instanceof Element ? target.closest('.item') : null;
    return row ? Number(row.getAttribute('aria-posinset')) - 1 : -1;
  }

  #focusable(index: number): HTMLElement | null {
    const row = this.canvas.querySelector<HTMLElement>(`[aria-posinset="${index + 1}"]`);
    return row?.querySelector('button') ?? row;
  }

  readonly #onFocus = (event: Event): void => this.#activate(this.#indexOf(event.target));

  readonly #onClick = (event: Event): void => {
    const peer = this.#shown[this.#indexOf(event.target)];
    const { snapshot, router } = this.#consumer;
    if (peer && snapshot && this.#isCallable(peer, snapshot) && !this.#isInCall(snapshot)) router?.request(this, peer, this.#media);
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    const last = this.#shown.length - 1;
    const at = this.#activeIndex;
    const targets: Readonly<Record<string, number>> = {
      ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: last, PageDown: at + this.#window.page, PageUp: at - this.#window.page,
    };
    const target = targets[event.key];
    if (target === undefined || last < 0 || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const index = Math.max(0, Math.min(last, target));
    this.#activate(index);
    this.#window.reveal(index);
    void this.updateComplete.then(() => this.#focusable(index)?.focus({ preventScroll: true }));
  };

  #activate(index: number): void {
    if (index < 0 || this.#shown[index]?.id === this.#activeId) return;
    this.#activeIndex = index;
    this.#activeId = this.#shown[index]?.id ?? null;
    this.requestUpdate();
  }
}
