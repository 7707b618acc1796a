import { html, nothing, type TemplateResult } from 'lit';
import type { DeviceState } from '../../session/public.js';
import { captures } from '../captures.js';
import { icon, type IconName } from '../icons.js';
import type { ViewStrings } from '../view-strings.js';
import type { CallScene } from './call-scene.js';
import type { ControlToken } from './controls-list.js';

interface Button {
  /** Without `-button`. */
  readonly part: string;
  readonly word: keyof ViewStrings;
  readonly press: () => unknown;
  readonly icon?: IconName;
  /** The icon is struck through. */
  readonly off?: boolean;
  /** Classes. `answer`: a disc with its word beneath, as a telephone shows them; else one with an icon shows only that. */
  readonly look?: string;
  /** Makes it a switch; its label never changes with its state. */
  readonly pressed?: boolean;
  /** Why it cannot be on. */
  readonly problem?: string | undefined;
  readonly busy?: boolean;
}
type Buttons = readonly (Button | false | null | undefined)[];

function buttonOf({ part, word, press, icon: glyph, off, look = '', pressed, problem, busy }: Button, { say }: CallScene): TemplateResult {
  const label = say(word);
  const round = glyph && !look.startsWith('answer');
  // What fails is told by the session (`rtc-error`, `notice`).
  const onClick = () => void Promise.resolve(press()).catch(() => {});
  return html`<button type="button" part="button ${part}-button" class="${look} ${round ? 'icon-only' : ''} ${problem ? 'problem' : ''}"
    aria-label=${round ? label : nothing} title=${round ? problem ?? label : nothing} aria-pressed=${pressed ?? nothing} aria-busy=${busy || nothing}
    @click=${onClick}>${glyph ? html`<span class="disc">${icon(glyph, off)}</span>` : nothing}${round ? nothing : label}</button>`;
}

/** The own devices, `false` in place of what the room, the call or the page does without. */
function deviceButtons({ snapshot, session, view: { controlsList, audioOnly } }: CallScene): Buttons {
  const device = (
    hidden: ControlToken, part: string, word: 'microphone' | 'camera' | 'screen', glyph: IconName, toggle: (force: boolean) => Promise<boolean>,
  ): Button | false => {
    const { state, error }: DeviceState = snapshot[word];
    const pressed = state === 'on' || state === 'starting';
    return state !== 'unused' && !controlsList.contains(hidden) && {
      // What is not as one expects it in a call stands out.
      part, word, pressed, look: pressed === (word === 'screen') ? 'unusual' : '', icon: glyph, off: !pressed && word !== 'screen', press: () => toggle(!pressed), problem: state === 'blocked' ? error?.message : undefined,
      busy: state === 'starting',
    };
  };
  return [
    device('nomic', 'mic', 'microphone', 'mic', (force) => session.toggleMicrophone(force)),
    !audioOnly && device('nocamera', 'camera', 'camera', 'video', (force) => session.toggleCamera(force)),
    !audioOnly && device('noscreen', 'screen', 'screen', 'screen', (force) => session.toggleScreenShare(force)),
  ];
}

/** The buttons of each state; none in `idle`. */
function buttonsOf(scene: CallScene): Buttons {
  const { snapshot, session, view, picture } = scene;
  const { callState: state, currentCall, members, silenced } = snapshot;
  const { controlsList } = view;
  if (state === 'incoming') {
    const video = currentCall?.media.video && !view.audioOnly;
    return [
      { part: 'reject', word: 'reject', icon: 'phone', look: 'answer danger', press: () => session.reject() },
      !silenced && { part: 'silence', word: 'silence', icon: 'bell', off: true, look: 'answer', press: () => session.silence() },
      video && captures(session.options, 'video') && snapshot.camera.state !== 'unused'
        && { part: 'accept-audio', word: 'accept-audio', icon: 'video', off: true, look: 'answer', press: () => session.accept({ video: false }) },
      { part: 'accept', word: 'accept', icon: video ? 'video' : 'phone', look: 'answer success', press: () => session.accept() },
    ];
  }
  if (state === 'ended') {
    const peer = members.find(({ id }) => id === currentCall?.peer.id);
    return [
      peer && { part: 'call-again', word: 'call-again', look: 'success', press: () => session.call(peer.id, currentCall?.media) },
      { part: 'dismiss', word: 'dismiss', press: () => session.dismissEnded() },
    ];
  }
  const hangup = { part: 'hangup', look: 'danger', press: () => session.hangup() } as const;
  if (state === 'outgoing') return [...(view.controlsHidden ? [] : deviceButtons(scene).slice(0, 2)), { ...hangup, word: 'cancel' }];
  const pressed = view.matches(':fullscreen');
  return [
    ...deviceButtons(scene),
    picture && document.pictureInPictureEnabled && !controlsList.contains('nopip')
      && { part: 'pip', word: 'pip', icon: 'pip', press: () => view.requestPictureInPicture() },
    document.fullscreenEnabled && !controlsList.contains('nofullscreen') && {
      part: 'fullscreen', word: 'fullscreen', icon: 'maximize', pressed, press: () => (pressed ? document.exitFullscreen() : view.requestFullscreen()),
    },
    { ...hangup, word: 'hangup', icon: 'phone' },
  ];
}

/** The card of a state, or the control bar of a call that is under way. */
export function callBar(scene: CallScene, inCall: boolean): TemplateResult {
  const { snapshot: { callState: state }, view, say } = scene;
  const buttons = buttonsOf(scene).map((button) => (button ? buttonOf(button, scene) : nothing));
  const redraw = () => view.requestUpdate();
  return html`<div part=${inCall ? 'controls' : state} class="bar" role="group" aria-label=${say(state === 'incoming' ? 'incoming-call' : 'call-controls')}>
    ${inCall
      ? html`<slot name="controls-start"></slot>${buttons}<slot name="controls-end"></slot>`
      : html`<slot name=${state} @slotchange=${redraw}>${buttons}</slot>`}
  </div>`;
}
