import { html, nothing, type LitElement, type TemplateResult } from 'lit';
import { importAgain } from '../../base/import-again.js';
import { toRtcError, type RtcError } from '../../base/rtc-error.js';
import { parseNickname, type SessionOptions } from '../../session/public.js';
import { captures } from '../captures.js';
import { send } from '../events.js';
import type { RtcStrings } from '../strings.js';
import type { JoinPreview } from './join-preview.js';

type Words = Pick<RtcStrings, keyof typeof import('../strings.js').roomStrings>;

/** Asked here and not of the media layer, whose chunk is fetched only for who wants a preview. */
const isGranted = (name: 'camera' | 'microphone'): Promise<boolean> =>
  navigator.permissions.query({ name: name as PermissionName }).then(({ state }) => state === 'granted');

/** Asks for a nickname, and shows camera and microphone on request. */
export class JoinForm {
  /** Suggested, and what is typed. */
  nickname = '';
  readonly #host: LitElement;
  readonly #options: () => SessionOptions;
  readonly #enter: (nickname: string) => void;
  #problem: 'nickname-empty' | 'nickname-invalid' | null = null;
  #refusal: string | null = null;
  #isOpen = false;
  #preview: JoinPreview | null = null;

  constructor(host: LitElement, options: () => SessionOptions, enter: (nickname: string) => void) {
    this.#host = host;
    this.#options = options;
    this.#enter = enter;
  }

  /** The preview opens by itself where that asks nothing of anybody. */
  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    const { audio, video } = this.#kinds;
    if (!audio && !video) return;
    // Nobody asked: what the browser does not say, or a chunk that cannot be loaded now, is worth no word.
    Promise.all([!audio || isGranted('microphone'), !video || isGranted('camera')])
      .then((granted) => (granted.every(Boolean) ? this.#showPreview() : undefined)).catch(() => {});
  }

  /** Every track stops. */
  close(): void {
    this.#isOpen = false;
    this.#problem = this.#refusal = null;
    this.#hidePreview();
  }

  /** Says why the name was refused; the person types another. */
  refuse(message: string): void {
    this.#refusal = message;
    this.#problem = 'nickname-invalid';
  }

  focus(): void {
    this.#host.renderRoot.querySelector('input')?.focus();
  }

  render(words: Words): TemplateResult {
    const { audio, video } = this.#kinds;
    const preview = this.#preview;
    const word = preview ? 'preview-close' : video ? 'preview' : 'preview-audio';
    return html`
      <form part="join-form" novalidate @submit=${this.#onSubmit}>
        ${audio || video ? html`<div part="preview" class="preview">
          ${preview?.render(words)}<button type="button" @click=${preview ? this.#hidePreview : this.#onPreview}>${words[word]}</button>
        </div>` : nothing}
        <label for="nickname">${words.nickname}</label>
        <input id="nickname" part="nickname-input" name="nickname" maxlength="64" autocomplete="nickname" enterkeyhint="go" dir="auto" required
          .value=${this.nickname} aria-invalid=${this.#problem !== null} aria-describedby="problem" @input=${this.#onInput} />
        <p id="problem" class="problem" role="alert">${this.#refusal} ${this.#problem && words[this.#problem]}</p>
        <button class="primary" part="join-button">${words.join}</button>
      </form>
    `;
  }

  get #kinds(): { audio: boolean; video: boolean } {
    const options = this.#options();
    return { audio: captures(options, 'audio'), video: captures(options, 'video') };
  }

  readonly #onInput = (event: Event): void => {
    this.nickname = (event.target as HTMLInputElement).value;
    this.#refusal = null;
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

  readonly #onPreview = (): void => void this.#showPreview().catch((error: unknown) => this.#report(toRtcError(error, 'unavailable')));

  readonly #hidePreview = (): void => {
    this.#preview?.close();
    this.#preview = null;
    this.#host.requestUpdate();
  };

  async #showPreview(): Promise<void> {
    const { JoinPreview } = await importAgain(() => import('./join-preview.js'));
    if (!this.#isOpen || this.#preview) return;
    const { constraints = {}, facingMode = null } = this.#options();
    this.#preview = new JoinPreview({ ...this.#kinds, constraints, facingMode }, this.#host, (error) => this.#report(error));
    this.#host.requestUpdate();
  }

  #report(error: RtcError): boolean {
    return send(this.#host, 'rtc-error', error, false, true);
  }
}
