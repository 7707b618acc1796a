import { css, html, nothing, type LitElement, type TemplateResult } from 'lit';
import { toRtcError } from '../base/rtc-error.js';
import { facingOf, hasLoudspeakerPrompt, playTone, promptForLoudspeaker } from '../session/device-tools.js';
import { deviceStrings, type DeviceStrings } from './device-strings.js';
import { explain } from './language.js';
import type { RtcStrings } from './strings.js';
import { say } from './view-strings.js';

/** Whose devices are chosen: those of a call, or of the preview before one. */
export interface DeviceSource {
  /** What there is a use for. */
  readonly kinds: readonly MediaDeviceKind[];
  devices(): Promise<readonly MediaDeviceInfo[]>;
  /** Its id; empty: the system's own, or none. */
  inUse(kind: MediaDeviceKind): string;
  /** Rejects with the device's error. */
  choose(kind: MediaDeviceKind, deviceId: string): Promise<void>;
}

const WORDS = { videoinput: 'choose-camera', audioinput: 'choose-microphone', audiooutput: 'choose-speaker' } as const satisfies Record<MediaDeviceKind, keyof DeviceStrings>;

/** On a surface of the room's; who draws them elsewhere says `--_field`. */
export const deviceStyles = css`
  .device { display: grid; gap: 6px; min-width: 0; }
  .device label { display: grid; gap: 4px; min-width: 0; font-weight: 600; }
  .device select {
    width: 100%; min-width: 0; min-height: var(--_size); padding: 0 10px; font: inherit; font-weight: 400; font-size: max(16px, 1em); text-overflow: ellipsis; color: inherit;
    background: var(--_field, var(--_bg)); border: 1px solid color-mix(in srgb, var(--_muted) 75%, transparent); border-radius: 9px;
  }
  .device button { justify-self: start; font-weight: 400; }
  .device [aria-busy='true'] { opacity: .6; }
  .device-problem { margin: 0; }
  /* Always there, or the first thing it says would not be read out; takes no room. */
  .device-problem:empty { position: absolute; }
  .device-problem:not(:empty) { padding: 8px 12px; border-radius: 8px; color: #191c22; background: #ffe9bd; }
  @media (forced-colors: active) { .device-problem:not(:empty) { border: 1px solid; } }
`;

/** Chromium's name of whatever the system has. */
const DEFAULT_ID = 'default';

const canChooseSpeaker = (): boolean => 'setSinkId' in HTMLMediaElement.prototype;

/** The choice of camera, microphone and loudspeaker, each by its own name; what is in use is what is shown. A lazy part of the call view and of the preview. */
export class DeviceFields {
  readonly #host: LitElement;
  readonly #source: DeviceSource;
  readonly #words: () => Partial<RtcStrings>;
  #devices: readonly MediaDeviceInfo[] = [];
  /** What could not be done, said until the next try. */
  #problem = '';
  /** Chosen, and not there yet. */
  readonly #pending = new Map<MediaDeviceKind, string>();
  /** One after the other: the last choice stays. */
  #switching: Promise<void> = Promise.resolve();

  constructor(host: LitElement, source: DeviceSource, words: () => Partial<RtcStrings>) {
    this.#host = host;
    this.#source = source;
    this.#words = words;
  }

  /** Again, since something was plugged in or out, or a permission has given the devices their names. */
  async look(): Promise<void> {
    this.#devices = await this.#source.devices();
    this.#host.requestUpdate();
  }

  /** With more of the caller's own below a choice. */
  render(below: { readonly [K in MediaDeviceKind]?: unknown } = {}): TemplateResult {
    const fields: Record<MediaDeviceKind, () => unknown> = {
      videoinput: () => [this.#choice('videoinput'), this.#turnAround()],
      audioinput: () => this.#choice('audioinput'),
      audiooutput: () => [
        canChooseSpeaker() ? this.#choice('audiooutput') : nothing, hasLoudspeakerPrompt() ? this.#button('pick-speaker', () => this.#pickSpeaker()) : nothing,
        this.#button('play-tone', () => this.#playTone()),
      ],
    };
    return html`${(['videoinput', 'audioinput', 'audiooutput'] as const).filter((kind) => this.#source.kinds.includes(kind)).map((kind) => html`<div class="device">${fields[kind]()}${below[kind]}</div>`)}
      <p class="device-problem" role="status">${this.#problem}</p>`;
  }

  /** After drawing: a choice that failed, or was made elsewhere, is not what the person last saw in the field. */
  updated(): void {
    for (const select of this.#host.renderRoot.querySelectorAll<HTMLSelectElement>('.device select')) {
      const kind = select.name as MediaDeviceKind;
      select.value = this.#pending.get(kind) ?? this.#shown(kind);
      if (this.#pending.has(kind)) select.setAttribute('aria-busy', 'true');
      else select.removeAttribute('aria-busy');
    }
  }

  #of(kind: MediaDeviceKind): readonly MediaDeviceInfo[] {
    return this.#devices.filter((device) => device.kind === kind && device.deviceId);
  }

  /** The option for what is in use. */
  #shown(kind: MediaDeviceKind): string {
    const id = this.#source.inUse(kind);
    const ids = this.#of(kind).map(({ deviceId }) => deviceId);
    return [id, DEFAULT_ID].find((each) => ids.includes(each)) ?? '';
  }

  #choice(kind: MediaDeviceKind): TemplateResult | typeof nothing {
    const devices = this.#of(kind);
    // A loudspeaker that no browser names is no choice.
    if (devices.length === 0 && kind === 'audiooutput') return nothing;
    const word = this.#say(WORDS[kind]);
    const named = ({ label }: MediaDeviceInfo, index: number): string =>
      label || this.#say('device-numbered').replace('{device}', word).replace('{number}', String(index + 1));
    const onChange = ({ target }: Event) => void this.#choose(kind, (target as HTMLSelectElement).value);
    return html`<label>${word}<select name=${kind} part="device-select" @change=${onChange}>
      ${this.#shown(kind) === '' ? html`<option value="">${this.#say('device-default')}</option>` : nothing}
      ${devices.map((device, index) => html`<option value=${device.deviceId}>${named(device, index)}</option>`)}
    </select></label>`;
  }

  /** Phones have a camera on either side. */
  #turnAround(): TemplateResult | typeof nothing {
    const cameras = this.#of('videoinput');
    const facing = (device: MediaDeviceInfo | undefined) => device && facingOf(device);
    const [front, back] = (['user', 'environment'] as const).map((way) => cameras.find((device) => facing(device) === way));
    if (!front || !back) return nothing;
    const away = facing(cameras.find(({ deviceId }) => deviceId === this.#shown('videoinput'))) === 'environment';
    return this.#button(away ? 'use-front-camera' : 'use-back-camera', () => this.#choose('videoinput', (away ? front : back).deviceId));
  }

  #button(word: keyof DeviceStrings, press: () => Promise<void>): TemplateResult {
    return html`<button type="button" part="button ${word}-button" @click=${press}>${this.#say(word)}</button>`;
  }

  async #choose(kind: MediaDeviceKind, deviceId: string): Promise<void> {
    this.#pending.set(kind, deviceId);
    this.updated();
    this.#tell('');
    const done = this.#switching.then(() => (this.#pending.get(kind) === deviceId ? this.#source.choose(kind, deviceId) : undefined));
    this.#switching = done.catch(() => {});
    const failed = await done.then(() => null, (error: unknown) => toRtcError(error, 'unavailable'));
    if (this.#pending.get(kind) !== deviceId) return;
    this.#pending.delete(kind);
    // What happened, and the first thing to do about it.
    this.#tell(failed ? explain(this.#words(), failed).slice(0, 2).join(' ') : '');
  }

  /** The browser lists them itself, and names here the one that was chosen there. */
  async #pickSpeaker(): Promise<void> {
    this.#tell('');
    const deviceId = await promptForLoudspeaker().catch(() => this.#tell(this.#say('no-speaker')));
    if (!deviceId) return;
    await this.look();
    await this.#choose('audiooutput', deviceId);
  }

  async #playTone(): Promise<void> {
    this.#tell('');
    const { inUse } = this.#source;
    await playTone(inUse('audiooutput')).catch((error: unknown) => this.#tell(this.#say(error instanceof DOMException && error.name === 'NotAllowedError' ? 'tone-blocked' : 'tone-failed')));
  }

  #say(key: keyof DeviceStrings): string {
    return say(this.#words(), key, '', deviceStrings);
  }

  #tell(problem: string): void {
    this.#problem = problem;
    this.#host.requestUpdate();
  }
}
