import { html, nothing, render, type TemplateResult } from 'lit';
import { importAgain } from '../../base/import-again.js';
import type { Member, SessionSnapshot } from '../../session/public.js';
import { avatar, verifiedBadge } from '../avatar.js';
import { callsWithVideo } from '../captures.js';
import { EventRouter } from '../event-router.js';
import { icon } from '../icons.js';
import { localeOf } from '../locale.js';
import type { Face, SessionElement } from '../session-element.js';
import { say } from '../view-strings.js';
import { viewStyles } from '../view.styles.js';
import { listStyles } from './list.styles.js';
import { RowWindow } from './row-window.js';

export interface ListHost extends SessionElement {
  readonly hideSelf: boolean;
  readonly voiceCalls: boolean;
  readonly filter?: ((member: Member) => boolean) | null;
}

const isInCall = ({ callState }: SessionSnapshot) => callState !== 'idle' && callState !== 'ended';

/** What the member list shows of a joined room. */
export class ListFace implements Face {
  readonly styles = [viewStyles, listStyles];
  readonly #host: ListHost;
  readonly #window: RowWindow;
  #shown: readonly Member[] = [];
  /** The one row in the tab order, followed by id while the list changes around it. */
  #activeId: string | undefined;
  #activeIndex = 0;

  constructor(host: ListHost) {
    this.#host = host;
    this.#window = new RowWindow(host);
  }

  hostUpdate(): void {
    const { snapshot, filter, hideSelf } = this.#host;
    const { members, localMember } = snapshot;
    this.#shown = filter || hideSelf ? members.filter((member) => !(hideSelf && member.id === localMember?.id) && (filter?.(member) ?? true)) : members;
    // The active row stays on its member; when the member is gone, on the one that took its place.
    const index = this.#shown.findIndex(({ id }) => id === this.#activeId);
    this.#activate(index >= 0 ? index : this.#activeIndex);
  }

  render(): TemplateResult {
    const { snapshot, words } = this.#host;
    const shown = this.#shown;
    const members = say(words, 'members', '');
    const alone = snapshot.roomState === 'joined' && !shown.some(({ id }) => id !== snapshot.localMember?.id);
    return html`
      <div class="heading"><slot name="heading"><div role="heading" aria-level="2">${members} <span>${shown.length.toLocaleString(localeOf(words))}</span></div></slot></div>
      <div class="scroller" part="list" @scroll=${this.#window.measure} @click=${this.#onClick} @keydown=${this.#onKey} @focusin=${this.#onFocus}>
        <div class="canvas" role="list" aria-label=${members} ?hidden=${!shown.length}></div>
      </div>
      <div class="empty" ?hidden=${!alone}><slot name="empty">${say(words, 'members-empty', '')}</slot></div>
    `;
  }

  hostUpdated(): void {
    const { snapshot, shadowRoot } = this.#host;
    const focused = shadowRoot?.activeElement?.matches('.item, .item *');
    this.#window.draw(this.#shown, this.#activeIndex, (row, index) => this.#fill(row, this.#shown[index]!, index, snapshot));
    // Its row or button is gone.
    if (focused && !shadowRoot?.activeElement) this.#focus();
  }

  #fill(row: HTMLElement, member: Member, index: number, snapshot: SessionSnapshot): void {
    const { id, nickname, online, busy } = member;
    const { words, voiceCalls } = this.#host;
    const { video } = this.#media;
    const callable = this.#isCallable(member, snapshot);
    const inCall = isInCall(snapshot);
    const tabIndex = index === this.#activeIndex ? 0 : -1;
    const status = [id === snapshot.localMember?.id && 'you', online ? busy && 'member-busy' : 'member-offline'] as const;
    Object.assign(row, {
      className: `item ${callable && !inCall ? 'callable' : ''} ${online ? (busy ? 'busy' : '') : 'offline'}`,
      part: 'item', role: 'listitem', ariaSetSize: this.#shown.length, ariaPosInSet: index + 1,
    });
    if (callable) row.removeAttribute('tabindex');
    else row.tabIndex = tabIndex;
    render(html`
      ${avatar(member, 'avatar')}
      <div class="words">
        <div class="name"><span part="nickname" dir="auto">${nickname}</span> ${verifiedBadge(member, say(words, 'verified', nickname))}</div>
        <div class="status" part="member-status">${status.map((key) => key && say(words, key, '')).filter(Boolean).join(' · ')}</div>
      </div>
      ${([['call', 'call-member', video ? 'video' : 'phone'], ['voice', 'voice-member', 'phone']] as const).map(([kind, word, glyph], second) => (callable && !(second && !(voiceCalls && video))
        ? html`<button class="icon-only" part="${kind}-button" tabindex=${tabIndex} aria-label=${say(words, word, nickname)}
            aria-disabled=${inCall}>${icon(glyph)}</button>`
        : nothing))}
    `, row);
  }

  #isCallable({ id }: Member, snapshot: SessionSnapshot): boolean {
    return id !== snapshot.localMember?.id && !(isInCall(snapshot) && id === snapshot.currentCall?.peer.id);
  }

  /** What a call from here is: a room of voices calls with voice. */
  get #media(): { audio: boolean; video: boolean } {
    return { audio: true, video: callsWithVideo(this.#host.bound?.options ?? {}) };
  }

  #activate(index: number): void {
    this.#activeIndex = Math.max(0, Math.min(index, this.#shown.length - 1));
    this.#activeId = this.#shown[this.#activeIndex]?.id;
  }

  #focus(): void {
    const row = this.#window.row(this.#activeId);
    (row?.querySelector('button') ?? row)?.focus({ preventScroll: true });
  }

  /** Index of the row that an event came from, -1 if from none. */
  #indexOf({ target }: Event): number {
    return Number((target as Element).closest('.item')?.ariaPosInSet ?? 0) - 1;
  }

  readonly #onFocus = (event: Event): void => {
    const index = this.#indexOf(event);
    if (index < 0) return;
    this.#activate(index);
    this.#host.requestUpdate();
  };

  readonly #onClick = (event: Event): void => {
    const peer = this.#shown[this.#indexOf(event)];
    const { bound, snapshot } = this.#host;
    const media = this.#media;
    media.video &&= !(event.target as Element).closest('[part=voice-button]');
    if (bound && peer && this.#isCallable(peer, snapshot) && !isInCall(snapshot)) EventRouter.of(bound).request(this.#host, peer, media);
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    const { page } = this.#window;
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity, PageDown: page, PageUp: -page };
    const { key, timeStamp } = event;
    const step = steps[key];
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (step) {
      event.preventDefault();
      this.#go(this.#activeIndex + step);
    } else if (/^\S$/u.test(key)) importAgain(() => import('./type-ahead.js')).then(({ typeAhead }) => this.#go(typeAhead(key, timeStamp, this.#shown, this.#activeIndex)), () => {});
  };

  #go(index: number): void {
    this.#activate(index);
    this.#window.reveal(this.#activeIndex);
    void this.#host.updateComplete.then(() => this.#focus());
  }
}
