import { html, nothing, type TemplateResult } from 'lit';
import { importAgain } from '../../base/import-again.js';
import { toRtcError, type RtcError } from '../../base/rtc-error.js';
import { parseNickname } from '../../session/public.js';
import { send } from '../events.js';
import type { RtcStrings } from '../strings.js';
import type { JoinPreview } from './join-preview.js';

/** What the form needs of its room. */
export interface JoinFormHost extends HTMLElement {
  readonly renderRoot: HTMLElement | DocumentFragment;
  readonly facingMode: string | null;
  readonly constraints: MediaStreamConstraints | null;
  requestUpdate(): void;
}

/** Asks for a nickname, and shows camera and microphone on request. */
export class JoinForm {
  /** Suggested, and what is typed. */
  nickname = '';
  readonly #host: JoinFormHost;
  readonly #kinds: () => readonly ('audio' | 'video')[];
  readonly #enter: (nickname: string) => void;
  #problem: 'nickname-empty' | 'nickname-invalid' | null = null;
  #isOpen = false;
  #preview: JoinPreview | null = null;

  constructor(host: JoinFormHost, kinds: () => readonly ('audio' | 'video')[], enter: (nickname: string) => void) {
    this.#host = host;
    this.#kinds = kinds;
    this.#enter = enter;
  }

  /** The preview opens by itself where that asks nothing of anybody. */
  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    // Nobody asked: a chunk that cannot be loaded now is worth no word.
    if (this.#kinds().length > 0) this.#showPreview(true).catch(() => {});
  }

  /** Every track stops. */
  close(): void {
    this.#isOpen = false;
    this.#problem = null;
    this.#hidePreview();
  }

  /** Says why the name was refused; the person types another. */
  refuse(): void {
    this.#problem = 'nickname-invalid';
  }

  focus(): void {
    this.#input?.focus();
  }

  render(strings: RtcStrings): TemplateResult {
    const kinds = this.#kinds();
    const problem = this.#problem && strings[this.#problem];
    return html`
      <form part="join-form" novalidate @submit=${this.#onSubmit}>
        ${kinds.length > 0 ? html`<div part="preview" class="preview">
          ${this.#preview?.render(strings) ?? nothing}
          <button type="button" @click=${this.#preview ? this.#hidePreview : this.#onPreview}>${
            this.#preview ? strings['preview-close'] : strings[kinds.includes('video') ? 'preview' : 'preview-audio']}</button>
        </div>` : nothing}
        <label for="nickname">${strings.nickname}</label>
        <input id="nickname" part="nickname-input" name="nickname" maxlength="64" autocomplete="nickname" enterkeyhint="go" dir="auto" required
          .value=${this.nickname} aria-invalid=${problem !== null} aria-describedby="problem" @input=${this.#onInput} />
        <p id="problem" class="problem" role="alert">${problem}</p>
        <button class="primary" part="join-button">${strings.join}</button>
      </form>
    `;
  }

  get #input(): HTMLInputElement | null {
    return this.#host.renderRoot.querySelector('#nickname');
  }

  readonly #onInput = (event: Event): void => {
    this.nickname = (event.target as HTMLInputElement).value;
    // Nobody is told off for a name that is not typed yet.
    this.#problem = this.nickname === '' || parseNickname(this.nickname) !== null ? null : 'nickname-invalid';
    this.#host.requestUpdate();
  };

  readonly #onSubmit = (event: Event): void => {
    event.preventDefault();
    const nickname = parseNickname(this.nickname);
    if (nickname !== null) return this.#enter(nickname);
    this.#problem = this.nickname.trim() === '' ? 'nickname-empty' : 'nickname-invalid';
    this.#host.requestUpdate();
    this.focus();
  };

  readonly #onPreview = (): void => void this.#showPreview(false).catch((error: unknown) => this.#report(toRtcError(error, 'unavailable')));

  readonly #hidePreview = (): void => {
    this.#preview?.close();
    this.#preview = null;
    this.#host.requestUpdate();
  };

  async #showPreview(onlyIfAllowed: boolean): Promise<void> {
    const { JoinPreview, previewAllowed } = await importAgain(() => import('./join-preview.js'));
    const kinds = this.#kinds();
    if (onlyIfAllowed && !(await previewAllowed(kinds))) return;
    if (!this.#isOpen || this.#preview) return;
    const { constraints, facingMode } = this.#host;
    const options = { audio: kinds.includes('audio'), video: kinds.includes('video'), constraints: constraints ?? {}, facingMode };
    this.#preview = new JoinPreview(options, () => this.#host.requestUpdate(), (error) => this.#report(error));
    this.#host.requestUpdate();
  }

  #report(error: RtcError): boolean {
    return send(this.#host, 'rtc-error', error, { copy: false, cancelable: true });
  }
}
