import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Member, SessionSnapshot } from '../../session/public.js';
import { avatar } from '../avatar.js';
import { EventRouter } from '../event-router.js';
import { icon } from '../icons.js';
import type { Face, SessionElement } from '../session-element.js';
import { say } from '../view-strings.js';
import { viewStyles } from '../view.styles.js';
import { listStyles } from './list.styles.js';
import { RowWindow } from './row-window.js';

export interface ListHost extends SessionElement {
  readonly hideSelf: boolean;
  readonly filter?: ((member: Member) => boolean) | null;
}

const NOBODY: readonly Member[] = [];
const rowOf = (target: EventTarget | null | undefined) => (target instanceof Element ? target.closest('.item') : null);
/** Index of the row that an event came from, -1 if from none. */
const indexOf = ({ target }: Event) => Number(rowOf(target)?.ariaPosInSet ?? 0) - 1;
const isInCall = ({ callState }: SessionSnapshot) => callState !== 'idle' && callState !== 'ended';

/** What the member list shows of a joined room. */
export class ListFace implements Face {
  readonly styles = [viewStyles, listStyles];
  readonly #host: ListHost;
  readonly #window: RowWindow;
  #shown = NOBODY;
  #shownFrom: readonly unknown[] = [];
  /** The one row in the tab order, followed by id while the list changes around it. */
  #activeId: string | undefined;
  #activeIndex = 0;
  #takesFocus = false;

  constructor(host: ListHost) {
    this.#host = host;
    this.#window = new RowWindow(host);
  }

  hostUpdate(): void {
    const { snapshot, filter, hideSelf } = this.#host;
    const members = snapshot?.members ?? NOBODY;
    const self = snapshot?.localMember?.id;
    const from = [members, filter, hideSelf, self];
    if (from.some((part, i) => part !== this.#shownFrom[i])) {
      this.#shownFrom = from;
      this.#shown = filter || hideSelf ? members.filter((member) => !(hideSelf && member.id === self) && (filter?.(member) ?? true)) : members;
      // The active row stays on its member; when the member is gone, on the one that took its place.
      const index = this.#shown.findIndex(({ id }) => id === this.#activeId);
      this.#activeIndex = index >= 0 ? index : Math.max(0, Math.min(this.#activeIndex, this.#shown.length - 1));
      this.#activeId = this.#shown[this.#activeIndex]?.id;
    }
    this.#takesFocus ||= this.#focusedRow !== null;
  }

  render(): TemplateResult {
    const { snapshot, words } = this.#host;
    const shown = this.#shown;
    const members = say(words, 'members', '');
    const alone = snapshot?.roomState === 'joined' && !shown.some(({ id }) => id !== snapshot.localMember?.id);
    return html`
      <div class="heading"><slot name="heading"><div role="heading" aria-level="2">${members} <span>${shown.length}</span></div></slot></div>
      <div class="scroller" part="list" @scroll=${this.#window.onScroll} @click=${this.#onClick} @keydown=${this.#onKey} @focusin=${this.#onFocus}>
        <div class="canvas" role=${shown.length ? 'list' : nothing} aria-label=${shown.length ? members : nothing}>
          ${snapshot && repeat(this.#rows(), (index) => shown[index]?.id, (index) => this.#row(shown[index]!, index, snapshot))}
        </div>
      </div>
      <div class="empty" ?hidden=${!alone}><slot name="empty">${say(words, 'members-empty', '')}</slot></div>
    `;
  }

  hostUpdated(): void {
    this.#window.place(this.#shown.length);
    if (this.#takesFocus && !this.#focusedRow) this.#focus();
    this.#takesFocus = false;
  }

  #row(member: Member, index: number, snapshot: SessionSnapshot): TemplateResult {
    const { id, nickname, online, busy } = member;
    const { words } = this.#host;
    const callable = this.#isCallable(member, snapshot);
    const inCall = isInCall(snapshot);
    const tabIndex = index === this.#activeIndex ? 0 : -1;
    const status = [id === snapshot.localMember?.id && 'you', online ? busy && 'member-busy' : 'member-offline'] as const;
    return html`
      <div class="item ${callable && !inCall ? 'callable' : ''} ${online ? (busy ? 'busy' : '') : 'offline'}" part="item" role="listitem"
        aria-setsize=${this.#shown.length} aria-posinset=${index + 1} tabindex=${callable ? nothing : tabIndex}>
        ${avatar(member, 'avatar')}
        <div class="words">
          <div part="nickname"><bdi>${nickname}</bdi></div>
          <div class="status" part="member-status">${status.map((key) => key && say(words, key, '')).filter(Boolean).join(' · ')}</div>
        </div>
        ${callable
          ? html`<button class="icon-only" part="call-button" type="button" tabindex=${tabIndex} aria-label=${say(words, 'call-member', nickname)}
              aria-disabled=${inCall}>${icon(this.#media.video ? 'video' : 'phone')}</button>`
          : nothing}
      </div>
    `;
  }

  /** Those in sight, and the one that has the focus wherever it is. */
  #rows(): number[] {
    const { start, end } = this.#window;
    const count = this.#shown.length;
    const rows = Array.from({ length: Math.max(0, Math.min(end, count) - start) }, (_, i) => start + i);
    const active = this.#activeIndex;
    if (active < start && count > 0) rows.unshift(active);
    else if (active >= end && active < count) rows.push(active);
    return rows;
  }

  #isCallable({ id }: Member, snapshot: SessionSnapshot): boolean {
    return id !== snapshot.localMember?.id && !(isInCall(snapshot) && id === snapshot.currentCall?.peer.id);
  }

  /** What a call from here is: a room of voices calls with voice. */
  get #media(): { audio: boolean; video: boolean } {
    const { media, audioOnly } = this.#host.bound?.options ?? {};
    return { audio: true, video: !audioOnly && media?.trim() !== 'audio' };
  }

  get #focusedRow(): Element | null {
    return rowOf(this.#host.shadowRoot?.activeElement);
  }

  #focus(): void {
    const row = this.#host.renderRoot.querySelector<HTMLElement>(`[aria-posinset='${this.#activeIndex + 1}']`);
    (row?.querySelector('button') ?? row)?.focus({ preventScroll: true });
  }

  #activate(index: number): void {
    if (index < 0) return;
    this.#activeIndex = index;
    this.#activeId = this.#shown[index]?.id;
    this.#host.requestUpdate();
  }

  readonly #onFocus = (event: Event): void => this.#activate(indexOf(event));

  readonly #onClick = (event: Event): void => {
    const peer = this.#shown[indexOf(event)];
    const { bound, snapshot } = this.#host;
    if (bound && snapshot && peer && this.#isCallable(peer, snapshot) && !isInCall(snapshot)) EventRouter.of(bound).request(this.#host, peer, this.#media);
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    const last = this.#shown.length - 1;
    const { page } = this.#window;
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity, PageDown: page, PageUp: -page };
    const step = steps[event.key];
    if (!step || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    this.#activate(Math.max(0, Math.min(last, this.#activeIndex + step)));
    this.#window.reveal(this.#activeIndex);
    void this.#host.updateComplete.then(() => this.#focus());
  };
}
