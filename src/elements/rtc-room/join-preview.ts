import { html, nothing, type LitElement, type TemplateResult } from 'lit';
import type { RtcError } from '../../base/rtc-error.js';
import { openPreview, type Preview, type PreviewOptions } from '../../session/preview.js';
import type { RtcStrings } from '../strings.js';

/** The own camera and microphone before joining. */
export class JoinPreview {
  readonly #options: Omit<PreviewOptions, 'onLevel'>;
  readonly #host: LitElement;
  #preview: Preview | null = null;
  #problems: readonly RtcError[] = [];
  #closed = false;
  #level = 0;

  /** `reports` says whether a problem is to be shown here. */
  constructor(options: Omit<PreviewOptions, 'onLevel'>, host: LitElement, reports: (error: RtcError) => boolean) {
    this.#options = options;
    this.#host = host;
    void this.#open(reports);
  }

  close(): void {
    this.#closed = true;
    this.#preview?.close();
  }

  render(strings: Pick<RtcStrings, 'local-video' | 'preview-level'>): TemplateResult {
    const { audio, video, facingMode } = this.#options;
    const stream = this.#preview?.stream;
    return html`
      ${video && !stream ? html`<div class="picture"></div>` : nothing}
      ${stream?.getVideoTracks().length
        ? html`<video class="picture ${facingMode === 'environment' ? '' : 'mirrored'}" autoplay playsinline .muted=${true}
            aria-label=${strings['local-video']}></video>`
        : nothing}
      ${audio ? html`<meter min="0" max="1" .value=${this.#level} aria-label=${strings['preview-level']}></meter>` : nothing}
      ${this.#problems.map(({ message, remedies }) => html`<p class="problem" role="alert">${message} ${remedies.join(' ')}</p>`)}
    `;
  }

  async #open(reports: (error: RtcError) => boolean): Promise<void> {
    const preview = await openPreview({
      ...this.#options,
      onLevel: (level) => {
        this.#level = level;
        this.#host.requestUpdate();
      },
    });
    if (this.#closed) return preview.close();
    this.#preview = preview;
    // A refused permission is refused for both devices: said once.
    const errors = new Map(preview.problems.map(({ error }) => [error.code, error]));
    this.#problems = [...errors.values()].filter(reports);
    this.#host.requestUpdate();
    await this.#host.updateComplete;
    // Once: a binding would set the stream anew at every drawing, which starts the picture anew.
    const video = this.#host.renderRoot.querySelector('video');
    if (video) video.srcObject = preview.stream;
  }
}
