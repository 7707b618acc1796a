import { css, html, nothing, type ReactiveController, type TemplateResult } from 'lit';
import type { CallApi } from './call-api.js';
import type { CallScene } from './call-scene.js';

export const besideStyles = css`
  .beside {
    position: absolute; inset-block: 52px auto; inset-inline: auto 12px; width: clamp(64px, 18cqi, 168px); aspect-ratio: 4 / 3; max-height: 34%; object-fit: cover; border-radius: var(--_radius);
    background: #000; outline: 1px solid #ffffff2e;
  }
  /* What is said stands above, and is as high as its words: at the other edge then, over the shield. */
  .overlay:has(.banner:not(:empty)) ~ .beside { inset-block: auto 60px; }
  .pictures[data-corner='top-end'] .beside, .pictures:not([data-corner='bottom-start']) .overlay:has(.banner:not(:empty)) ~ .beside { inset-inline: 12px auto; }
  .pictures:is([data-away], [data-swapped]) .beside { visibility: hidden; }
`;

/** The other's camera beside their screen. Of one call view. */
export class BesidePicture implements ReactiveController {
  readonly #view: CallApi;

  constructor(view: CallApi) {
    this.#view = view;
    view.addController(this);
  }

  /** By hand: a template would set the stream anew at every drawing. */
  hostUpdated(): void {
    const video = this.#view.renderRoot.querySelector<HTMLVideoElement>('.beside');
    const { besideStream = null } = this.#view.snapshot;
    if (!video) return;
    if (video.srcObject !== besideStream) video.srcObject = besideStream;
    if (besideStream && video.paused) video.play().catch(() => {});
  }

  render({ snapshot: { besideStream, remoteMedia }, picture, connected, say }: CallScene): TemplateResult | typeof nothing {
    if (!connected || !picture || !besideStream || !remoteMedia.screen) return nothing;
    return html`<video part="beside-video" class="beside" autoplay playsinline muted .muted=${true} aria-label=${say('remote-video')}></video>`;
  }
}
