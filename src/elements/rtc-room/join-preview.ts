import { css, html, nothing, type LitElement, type TemplateResult } from 'lit';
import type { RtcError } from '../../base/rtc-error.js';
import { openPreview, type Preview } from '../../session/preview.js';
import type { RtcSession } from '../../session/public.js';
import { send } from '../events.js';
import { explain } from '../language.js';
import type { RoomWords } from '../strings.js';

/** The room element, as far as form and preview need it. */
export type FormHost = LitElement & { readonly session: RtcSession };

const styles = css`
  .picture { width: 100%; aspect-ratio: 4 / 3; object-fit: cover; border-radius: 9px; background: var(--rtc-video-bg, #14161b); }
  .mirrored { transform: scaleX(-1); }
  meter { width: 100%; }
`;

/** The own camera and microphone before joining. */
export class JoinPreview {
  readonly #host: FormHost;
  readonly #kinds: { readonly audio: boolean; readonly video: boolean };
  #preview: Preview | null = null;
  #problems: readonly RtcError[] = [];
  #closed = false;
  #level = 0;

  constructor(host: FormHost, kinds: { readonly audio: boolean; readonly video: boolean }) {
    this.#host = host;
    this.#kinds = kinds;
    const { adoptedStyleSheets } = host.renderRoot as ShadowRoot;
    if (!adoptedStyleSheets.includes(styles.styleSheet!)) adoptedStyleSheets.push(styles.styleSheet!);
    void this.#open();
  }

  close(): void {
    this.#closed = true;
    this.#preview?.close();
  }

  render(words: RoomWords): TemplateResult {
    const { audio, video } = this.#kinds;
    const { facingMode } = this.#host.session.options;
    const stream = this.#preview?.stream;
    return html`
      ${video && !stream ? html`<div class="picture"></div>` : nothing}
      ${stream?.getVideoTracks().length
        ? html`<video class="picture ${facingMode === 'environment' ? '' : 'mirrored'}" autoplay playsinline .muted=${true}
            aria-label=${words['local-video']}></video>`
        : nothing}
      ${audio ? html`<meter min="0" max="1" .value=${this.#level} aria-label=${words['preview-level']}></meter>` : nothing}
      ${this.#problems.map((error) => html`<p class="problem" role="alert">${explain(words, error).join(' ')}</p>`)}
    `;
  }

  async #open(): Promise<void> {
    const { constraints = {}, facingMode = null } = this.#host.session.options;
    const preview = await openPreview({
      ...this.#kinds,
      constraints,
      facingMode,
      onLevel: (level) => {
        this.#level = level;
        this.#host.requestUpdate();
      },
    });
    if (this.#closed) return preview.close();
    this.#preview = preview;
    // A refused permission is refused for both devices: said once; here too unless the page prevents it.
    const errors = new Map(preview.problems.map(({ error }) => [error.code, error]));
    this.#problems = [...errors.values()].filter((error) => send(this.#host, 'rtc-error', error, false, true));
    this.#host.requestUpdate();
    await this.#host.updateComplete;
    // Once: a binding would set the stream anew at every drawing, which starts the picture anew.
    const video = this.#host.renderRoot.querySelector('video');
    if (video) video.srcObject = preview.stream;
  }
}
