import { html, nothing, type TemplateResult } from 'lit';
import { importAgain } from '../../base/import-again.js';
import { quiet } from '../../base/quiet.js';
import { toRtcError, type RtcError } from '../../base/rtc-error.js';
import { parseNickname, type Member } from '../../session/public.js';
import { captures } from '../captures.js';
import { send } from '../events.js';
import { explain } from '../language.js';
import { loadViews } from '../load-views.js';
import type { RoomWords } from '../strings.js';
import type { FormHost, JoinPreview } from './join-preview.js';

/** For so long the form waits for a preview that needs no asking. */
const PREVIEW_PATIENCE_MS = 400;

/** Asked here and not of the media layer, whose chunk is fetched only for who wants a preview. */
const isGranted = async (name: 'camera' | 'microphone'): Promise<boolean> =>
  (await navigator.permissions.query({ name: name as PermissionName })).state === 'granted';

/** The form is open: what was promised to whoever asked, and how it is kept. */
interface Asked {
  readonly member: Promise<Member>;
  readonly answer: (member: Promise<Member>) => void;
  isDrawn?: boolean;
  wantsFocus?: boolean;
}

/** Asks for a nickname, and shows camera and microphone on request. */
export class JoinForm {
  /** Suggested, and what is typed. */
  nickname = '';
  readonly #host: FormHost;
  readonly #enter: (nickname: string) => void;
  #asked: Asked | undefined;
  #problem: 'nickname-empty' | 'nickname-invalid' | undefined;
  #refusal: RtcError | undefined;
  #preview: JoinPreview | undefined;

  constructor(host: FormHost, enter: (nickname: string) => void) {
    this.#host = host;
    this.#enter = enter;
  }

  get isOpen(): boolean {
    return this.#asked !== undefined;
  }

  /** Resolves as what `close()` is given. */
  open(): Promise<Member> {
    if (!this.#asked) {
      let answer!: (member: Promise<Member>) => void;
      const member = quiet(new Promise<Member>((resolve) => (answer = resolve)));
      const asked: Asked = (this.#asked = { member, answer });
      const draw = (): void => this.#draw(asked);
      // Nobody asked for a preview: what the browser does not say, or a chunk that cannot be loaded now, is worth no word.
      this.#showGranted().then(draw, draw);
      setTimeout(draw, PREVIEW_PATIENCE_MS);
      this.#host.requestUpdate();
    }
    return this.#asked.member;
  }

  /** Every track stops. */
  close(answer: Promise<Member>): void {
    this.#asked?.answer(answer);
    this.#asked = this.#problem = this.#refusal = undefined;
    this.#hidePreview();
    // Whoever was in it goes on from here, not from the top of the page.
    const { shadowRoot } = this.#host;
    if (shadowRoot?.activeElement?.closest('form')) shadowRoot.querySelector<HTMLElement>('.layout')!.focus({ preventScroll: true });
  }

  /** Says why the name was refused; the person types another. */
  refuse(error: RtcError): void {
    this.#refusal = error;
    this.#problem = 'nickname-invalid';
  }

  /** As soon as it is drawn. */
  focus(): void {
    if (this.#asked) this.#asked.wantsFocus = true;
    this.#host.renderRoot.querySelector('input')?.focus();
  }

  /** With the preview or without: nothing moves under a finger that is on its way to the field. */
  #draw(asked: Asked): void {
    if (asked.isDrawn) return;
    asked.isDrawn = true;
    this.#host.requestUpdate();
    if (asked.wantsFocus) void this.#host.updateComplete.then(() => this.focus());
  }

  render(words: RoomWords): TemplateResult | typeof nothing {
    if (!this.#asked?.isDrawn) return nothing;
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
          .value=${this.nickname} aria-invalid=${!!this.#problem} aria-describedby="problem" @input=${this.#onInput} />
        <p id="problem" class="problem" role="alert">${this.#refusal && explain(words, this.#refusal)[0]} ${this.#problem && words[this.#problem]}</p>
        <button class="primary" part="join-button">${words.join}</button>
      </form>
    `;
  }

  get #kinds(): { audio: boolean; video: boolean } {
    const { options } = this.#host.session;
    return { audio: captures(options, 'audio'), video: captures(options, 'video') };
  }

  readonly #onInput = (event: Event): void => {
    // There when the button is pressed, also where the server is away just then: Firefox never asks again for a file that failed once.
    void loadViews();
    this.nickname = (event.target as HTMLInputElement).value;
    this.#refusal = undefined;
    // Nobody is told off for a name that is not typed yet.
    this.#problem = this.nickname === '' || parseNickname(this.nickname) !== null ? undefined : 'nickname-invalid';
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

  readonly #onPreview = (): void =>
    void this.#showPreview(true).catch((error: unknown) => send(this.#host, 'rtc-error', toRtcError(error, 'unavailable'), false, true));

  readonly #hidePreview = (): void => {
    this.#preview?.close();
    this.#preview = undefined;
    this.#host.requestUpdate();
  };

  /** The preview opens by itself where that asks nothing of anybody, and this form is shown. */
  async #showGranted(): Promise<void> {
    const { audio, video } = this.#kinds;
    if (!(audio || video) || this.#host.querySelector(':scope > [slot=join]')) return;
    if ((!audio || (await isGranted('microphone'))) && (!video || (await isGranted('camera')))) await this.#showPreview(false);
  }

  async #showPreview(isWanted: boolean): Promise<void> {
    const { JoinPreview } = await importAgain(() => import('./join-preview.js'));
    if (!this.#asked || this.#preview || (this.#asked.isDrawn && !isWanted)) return;
    this.#preview = new JoinPreview(this.#host, this.#kinds);
    this.#host.requestUpdate();
  }
}
