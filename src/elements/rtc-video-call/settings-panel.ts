import { css, html, nothing, type ReactiveController, type TemplateResult } from 'lit';
import { readChoices, startLevelMeter } from '../../session/device-tools.js';
import { DeviceFields, deviceStyles, type DeviceSource } from '../device-fields.js';
import { deviceStrings, type DeviceStrings } from '../device-strings.js';
import { say } from '../view-strings.js';
import type { CallApi } from './call-api.js';
import { sheetsFor } from './call-window.js';
import type { CallScene, SettingsView } from './call-scene.js';
import { closeButton } from './close-button.js';

// The lazy panel of a call: its devices, how loud one is oneself, and how loud the other. Above the bar, which stays in reach; where it is narrow, over the whole width.

const settingsStyles = css`
  .local[data-away] { transform: none; }
  .stage { position: relative; }
  .settings {
    position: absolute; z-index: 1; grid-area: 1 / 1 / 2 / -1; inset-block-end: 4px; inset-inline-end: 8px; display: grid; gap: 12px; width: min(360px, 100% - 16px);
    max-height: calc(100% - 12px); padding: 4px 16px 16px; overflow: auto; overscroll-behavior: contain; border: 1px solid var(--_border); border-radius: var(--_radius);
    font-size: .875em; text-align: start; color: #f2f4f8; background: #1e2128; --_field: #2b303a;
  }
  .settings header { position: sticky; inset-block-start: -4px; z-index: 1; display: flex; align-items: center; margin-block: 0 -8px; margin-inline: 0 -8px; background: inherit; }
  .settings h2 { flex: 1; margin: 0; font-size: 1.143em; }
  .settings h2:focus-visible { outline: none; }
  .settings header button { background: none; }
  .settings > label { display: grid; gap: 4px; font-weight: 600; }
  .settings meter { width: 100%; height: 10px; }
  .settings input { width: 100%; min-height: var(--_size); margin: 0; accent-color: #8ab4ff; }
  .settings p { margin: 0; }
  @container rtc-call (width < 480px) {
    .settings { inset-block-end: 0; inset-inline-end: 0; width: 100%; max-height: 100%; border-width: 1px 0 0; border-radius: var(--_radius) var(--_radius) 0 0; }
  }
  /* Where the bar lies over the picture, it stays free: a call can always be ended. */
  .picture:is(.active, .reconnecting):has(.keys) .settings { inset-block-end: calc(var(--_size) + 24px); max-height: calc(100% - var(--_size) - 32px); }
  @media (forced-colors: active) { .settings { background: Canvas; } }
`;

/** Problems of a device: said in the panel, where the choice was made, and not a second time in the banner. */
const OF_DEVICES = /^(permission|policy|device|constraints)/;

/** Of one call view, as long as it lives. */
export class SettingsPanel implements SettingsView, ReactiveController {
  readonly #view: CallApi;
  readonly #fields: DeviceFields;
  #open: AbortController | null = null;
  readonly #canSetVolume = canSetVolume();
  #nickname = '';
  #selected: Readonly<Partial<Record<MediaDeviceKind, string>>> = {};
  /** Whose loudness is shown. */
  #measured: MediaStreamTrack | undefined;
  #stopMeter = (): void => {};

  constructor(view: CallApi) {
    this.#view = view;
    this.#fields = new DeviceFields(view, this.#source, () => view.words);
    (view.renderRoot as ShadowRoot).adoptedStyleSheets?.push(...sheetsFor(view, [deviceStyles, settingsStyles]));
    view.addController(this);
  }

  get isOpen(): boolean {
    return this.#open !== null;
  }

  toggle(): void {
    const { bound, shadowRoot } = this.#view;
    if (this.#open || !bound) return this.#close();
    const { signal } = (this.#open = new AbortController());
    this.#selected = Object.fromEntries(Object.entries(readChoices()).map(([kind, choice]) => [kind, choice.deviceId]));
    bound.on('rtc-devices', ({ detail }) => {
      this.#selected = detail.selected;
      void this.#fields.look();
    }, { signal });
    shadowRoot?.addEventListener('keydown', this.#onKey as EventListener, { signal });
    shadowRoot?.addEventListener('pointerdown', this.#onPointer, { signal });
    void this.#fields.look();
    // Its title: nothing is changed by a key that was meant to open it.
    void this.#view.updateComplete.then(() => this.#find('h2')?.focus());
    this.#view.requestUpdate();
  }

  render(scene: CallScene): TemplateResult | typeof nothing {
    if (!this.#open) return nothing;
    const { snapshot: { microphone, currentCall }, view } = scene;
    this.#nickname = currentCall?.peer.nickname ?? '';
    const say = this.#say;
    const onVolume = ({ target }: Event) => {
      view.volume = Number((target as HTMLInputElement).value);
      view.muted = false;
    };
    const level = html`<meter min="0" max="1" aria-label=${say('mic-level')} ?hidden=${microphone.state !== 'on'}></meter>
      ${microphone.state === 'off' ? html`<p>${say('mic-is-off')}</p>` : nothing}`;
    return html`<section part="settings" class="settings" id="settings" aria-labelledby="settings-title">
      <header><h2 id="settings-title" tabindex="-1">${say('settings-title')}</h2>
        ${closeButton('settings-close', () => this.#close(), scene)}</header>
      ${this.#fields.render({ audioinput: level })}
      ${this.#canSetVolume ? html`<label>${say('volume')}<input type="range" min="0" max="1" step="0.05" .value=${String(view.muted ? 0 : view.volume)} @input=${onVolume}></label>` : nothing}
    </section>`;
  }

  hostUpdated(): void {
    // What another camera sees is no mirror.
    const facing = this.#view.localStream?.getVideoTracks()[0]?.getSettings().facingMode;
    this.#view.renderRoot.querySelector('.local')?.toggleAttribute('data-away', facing === 'environment');
    const { snapshot, controlsList, controlsHidden, bare } = this.#view;
    const inCall = ['connecting', 'active', 'reconnecting'].includes(snapshot.callState);
    if (this.#open && (!inCall || controlsHidden || bare || controlsList.contains('nosettings'))) this.#close();
    if (!this.#open) return;
    this.#fields.updated();
    const [track] = snapshot.localStream?.getAudioTracks() ?? [];
    if (track === this.#measured) return;
    this.#stopMeter();
    this.#measured = track;
    this.#stopMeter = track
      ? startLevelMeter(track, (level) => {
          const meter = this.#find<HTMLMeterElement>('meter');
          if (meter) meter.value = level;
        })
      : () => {};
  }

  hostDisconnected(): void {
    this.#close();
  }

  #close(): void {
    if (!this.#open) return;
    this.#open.abort();
    this.#open = null;
    this.#stopMeter();
    this.#measured = undefined;
    // Before it is taken away.
    const { shadowRoot } = this.#view;
    if (shadowRoot?.activeElement?.closest('.settings')) shadowRoot.querySelector<HTMLElement>('[part~="settings-button"]')?.focus();
    this.#view.requestUpdate();
  }

  #find<E extends HTMLElement>(selector: string): E | null {
    return this.#view.renderRoot.querySelector<E>(`.settings ${selector}`);
  }

  readonly #say = (key: keyof DeviceStrings): string => say(this.#view.words, key, this.#nickname, deviceStrings);

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || (event.target as Element).closest('dialog')) return;
    event.preventDefault();
    this.#close();
  };

  /** A click on the pictures is done with it; one in the bar may belong to it ("your microphone is off"). */
  readonly #onPointer = ({ target }: Event): void => {
    if ((target as Element).closest('.pictures')) this.#close();
  };

  get #source(): DeviceSource {
    const view = this.#view;
    return {
      get kinds() {
        const { camera, microphone } = view.snapshot;
        return [...(camera.state === 'unused' ? [] : ['videoinput' as const]), ...(microphone.state === 'unused' ? [] : ['audioinput' as const]), 'audiooutput' as const];
      },
      devices: async () => view.bound?.devices() ?? [],
      inUse: (kind) => {
        const { speaker, localStream } = view.snapshot;
        if (kind === 'audiooutput') return speaker;
        const [track] = (kind === 'audioinput' ? localStream?.getAudioTracks() : localStream?.getVideoTracks()) ?? [];
        return track?.getSettings().deviceId ?? this.#selected[kind] ?? '';
      },
      choose: (kind, deviceId) => {
        const over = new AbortController();
        view.bound?.on('rtc-error', (event) => OF_DEVICES.test(event.detail.code) && event.preventDefault(), over);
        return view.setDevice(kind, deviceId).finally(() => over.abort());
      },
    };
  }
}

/** Phones of one make leave it to their keys. */
function canSetVolume(): boolean {
  const probe = new Audio();
  probe.volume = 0.5;
  return probe.volume === 0.5;
}
