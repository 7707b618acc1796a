import { css, html, nothing, type LitElement, type ReactiveController, type TemplateResult } from 'lit';
import { RtcError } from '../../base/rtc-error.js';
import { openPreview, type Preview } from '../../session/preview.js';
import type { RtcSession } from '../../session/public.js';
import { DeviceFields, deviceStyles } from '../device-fields.js';
import { deviceStrings } from '../device-strings.js';
import { send } from '../events.js';
import { explain } from '../language.js';
import type { RoomWords, RtcStrings } from '../strings.js';
import { say } from '../view-strings.js';

/** The room element, as far as form and preview need it. */
export type FormHost = LitElement & { readonly session: RtcSession };

const styles = css`
  .picture { width: 100%; max-height: max(120px, 45dvh); aspect-ratio: 4 / 3; object-fit: cover; border-radius: 9px; background: var(--rtc-video-bg, #14161b); }
  .mirrored { transform: scaleX(-1); }
  meter { width: 100%; }
  summary { display: list-item; min-height: var(--_size); padding: 10px 4px; cursor: pointer; }
  .devices { display: grid; gap: 12px; padding-block-end: 8px; }
  /* Beside each other, as high as a phone on its side: nobody has to look for the way in. */
  @container rtc-room (width >= 640px) {
    .entrance:has(.picture) { grid-template-columns: min(100%, 720px); }
    form:has(.picture) { grid-template: 1fr auto auto 1fr / 1fr 1fr; column-gap: 24px; padding: 16px; }
    .preview:has(.picture) { grid-row: 1 / -1; }
    form:has(.picture) > label { align-self: end; }
    form:has(.picture) > button { align-self: start; }
  }
`;

/** The own camera and microphone before joining, and the choice of them and of the loudspeaker. */
export class JoinPreview implements ReactiveController {
  readonly #host: FormHost;
  readonly #kinds: { readonly audio: boolean; readonly video: boolean };
  readonly #fields: DeviceFields;
  /** As it was last drawn. */
  #words: Partial<RtcStrings> = {};
  #preview: Preview | null = null;
  #problems: readonly RtcError[] = [];
  #closed = false;

  constructor(host: FormHost, kinds: { readonly audio: boolean; readonly video: boolean }) {
    this.#host = host;
    this.#kinds = kinds;
    const { adoptedStyleSheets } = host.renderRoot as ShadowRoot;
    for (const sheet of [styles.styleSheet, deviceStyles.styleSheet]) if (sheet && !adoptedStyleSheets.includes(sheet)) adoptedStyleSheets.push(sheet);
    this.#fields = new DeviceFields(host, {
      kinds: [...(kinds.video ? (['videoinput'] as const) : []), ...(kinds.audio ? (['audioinput'] as const) : []), 'audiooutput'],
      devices: async () => this.#preview?.devices() ?? [],
      inUse: (kind) => this.#preview?.inUse(kind) ?? '',
      choose: (kind, deviceId) => this.#choose(kind, deviceId),
    }, () => this.#words);
    host.addController(this);
    void this.#open();
  }

  close(): void {
    this.#closed = true;
    this.#preview?.close();
    this.#host.removeController(this);
  }

  hostUpdated(): void {
    this.#fields.updated();
  }

  render(words: RoomWords): TemplateResult {
    this.#words = words;
    const { audio, video } = this.#kinds;
    const stream = this.#preview?.stream;
    const picture = stream?.getVideoTracks()[0];
    const facing = picture?.getSettings().facingMode ?? this.#host.session.options.facingMode;
    return html`
      ${picture
        ? html`<video class="picture ${facing === 'environment' ? '' : 'mirrored'}" autoplay playsinline .muted=${true}
            aria-label=${words['local-video']}></video>`
        : video ? html`<div class="picture"></div>` : nothing}
      ${audio ? html`<meter min="0" max="1" aria-label=${words['preview-level']}></meter>` : nothing}
      ${this.#problems.map((error) => html`<p class="problem" role="alert">${explain(words, error).join(' ')}</p>`)}
      <details><summary>${say(words, 'choose-devices', '', deviceStrings)}</summary><div class="devices">${this.#fields.render()}</div></details>
    `;
  }

  async #open(): Promise<void> {
    const { constraints = {}, facingMode = null } = this.#host.session.options;
    const preview = await openPreview({
      ...this.#kinds,
      constraints,
      facingMode,
      // Not by drawing the room anew, sixty times a second.
      onLevel: (level) => {
        const meter = this.#host.renderRoot.querySelector('meter');
        if (meter) meter.value = level;
      },
      onDevices: () => void this.#fields.look(),
    });
    if (this.#closed) return preview.close();
    this.#preview = preview;
    // A refused permission is refused for both devices: said once; here too unless the page prevents it.
    const errors = new Map(preview.problems.map(({ error }) => [error.code, error]));
    this.#problems = [...errors.values()].filter((error) => send(this.#host, 'rtc-error', error, false, true));
    await this.#fields.look();
    await this.#show();
  }

  async #choose(kind: MediaDeviceKind, deviceId: string): Promise<void> {
    await this.#preview?.choose(kind, deviceId).catch((error: unknown) => {
      if (error instanceof RtcError) send(this.#host, 'rtc-error', error, false, true);
      throw error;
    });
    this.#problems = [];
    await this.#show();
  }

  /** Set by hand: a binding would set the stream anew at every drawing, which starts the picture anew. */
  async #show(): Promise<void> {
    this.#host.requestUpdate();
    await this.#host.updateComplete;
    const video = this.#host.renderRoot.querySelector('video');
    const stream = this.#preview?.stream ?? null;
    if (video && video.srcObject !== stream) video.srcObject = stream;
  }
}
