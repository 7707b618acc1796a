import { html, nothing, type TemplateResult } from 'lit';
import { icon, type IconName } from '../icons.js';
import { explain } from '../language.js';
import type { ViewStrings } from '../view-strings.js';
import type { CallScene } from './call-scene.js';

interface Button {
  readonly word: keyof ViewStrings;
  /** Without `-button`. Default: as the word. */
  readonly part?: string;
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
  /** Opens something, which is or is not open. */
  readonly expanded?: boolean;
}
type Buttons = readonly (Button | false | null | undefined)[];

/** By the names of their parts: the cards of three states, and the bar of a call under way. */
export const BARS = ['incoming', 'outgoing', 'ended', 'controls'] as const;
type Bar = (typeof BARS)[number];

export function buttonOf({ word, part = word, press, icon: glyph, off, look = '', pressed, problem, busy, expanded }: Button, { say }: CallScene): TemplateResult {
  const label = say(word);
  const round = glyph && !look.startsWith('answer');
  // What fails is told by the session (`rtc-error`, `notice`).
  const onClick = () => void Promise.resolve(press()).catch(() => {});
  return html`<button part="button ${part}-button" class="${look} ${round ? 'icon-only' : ''} ${problem ? 'problem' : ''}"
    aria-label=${round ? label : nothing} title=${round ? problem ?? label : nothing} aria-pressed=${pressed ?? nothing} aria-busy=${busy || nothing} aria-expanded=${expanded ?? nothing}
    @click=${onClick}>${glyph ? html`<span class="disc">${icon(glyph, off)}</span>` : nothing}${round ? nothing : label}</button>`;
}

/** The own devices, `false` in place of what the room, the call or the page does without. */
function deviceButtons({ snapshot, session, view: { controlsList, words } }: CallScene): Buttons {
  const device = (part: string, word: 'microphone' | 'camera' | 'screen', glyph: IconName, toggle: (force: boolean) => Promise<boolean>): Button | false => {
    const { state, error } = snapshot[word];
    const busy = state === 'starting';
    const pressed = busy || state === 'on';
    const screen = word === 'screen';
    return state !== 'unused' && !controlsList.contains(`no${part}`) && {
      // What is not as one expects it in a call stands out.
      part, word, pressed, busy, look: pressed === screen ? 'unusual' : '', icon: glyph, off: !pressed && !screen, press: () => toggle(!pressed),
      problem: state === 'blocked' && error ? explain(words, error)[0] : undefined,
    };
  };
  return [
    device('mic', 'microphone', 'mic', (force) => session.toggleMicrophone(force)),
    device('camera', 'camera', 'video', (force) => session.toggleCamera(force)),
    device('screen', 'screen', 'screen', (force) => session.toggleScreenShare(force)),
  ];
}

/** The buttons of each. */
function buttonsOf(scene: CallScene, bar: Bar): Buttons {
  const { snapshot, session, view, picture } = scene;
  const { currentCall, members, silenced } = snapshot;
  const { controlsList } = view;
  if (bar === 'incoming') {
    const video = currentCall?.media.video && !view.audioOnly;
    return [
      { word: 'reject', icon: 'phone', look: 'answer danger', press: () => session.reject() },
      !silenced && { word: 'silence', icon: 'bell', off: true, look: 'answer', press: () => session.silence() },
      video && snapshot.camera.state !== 'unused'
        && { word: 'accept-audio', icon: 'video', off: true, look: 'answer', press: () => session.accept({ video: false }) },
      { word: 'accept', icon: video ? 'video' : 'phone', look: 'answer success', press: () => session.accept() },
    ];
  }
  if (bar === 'ended') {
    const peer = members.find(({ id }) => id === currentCall?.peer.id);
    return [
      peer && { word: 'call-again', look: 'success', press: () => session.call(peer.id, currentCall?.media) },
      { word: 'dismiss', press: () => session.dismissEnded() },
    ];
  }
  const hangup = { part: 'hangup', look: 'danger', press: () => session.hangup() } as const;
  if (bar === 'outgoing') return [...(view.controlsHidden ? [] : deviceButtons(scene).slice(0, 2)), { ...hangup, word: 'cancel' }];
  const pressed = view.matches(':fullscreen');
  return [
    ...deviceButtons(scene),
    // Also until there is a picture: the row does not move when it comes.
    (picture || currentCall?.media.video) && document.pictureInPictureEnabled && !controlsList.contains('nopip') && { word: 'pip', icon: 'pip', press: () => scene.late?.openWindow() ?? view.requestPictureInPicture() },
    document.fullscreenEnabled && !controlsList.contains('nofullscreen')
      && { word: 'fullscreen', icon: 'maximize', pressed, press: () => (pressed ? document.exitFullscreen() : view.requestFullscreen()) },
    !controlsList.contains('nosettings') && { word: 'settings', icon: 'settings', expanded: !!scene.late?.settings.isOpen, press: scene.toggleSettings },
    { ...hangup, word: 'hangup', icon: 'phone' },
  ];
}

/** The card of a state, or the control bar of a call that is under way. */
export function callBar(scene: CallScene, bar: Bar, hidden: boolean): TemplateResult {
  const { view, say } = scene;
  const buttons = buttonsOf(scene, bar).map((button) => (button ? buttonOf(button, scene) : nothing));
  const redraw = () => view.requestUpdate();
  return html`<div part=${bar} class="bar" ?hidden=${hidden} role="group" aria-label=${say(bar === 'incoming' ? 'incoming-call' : 'call-controls')}>
    ${bar === 'controls'
      ? html`<slot name="controls-start"></slot>${buttons}<slot name="controls-end"></slot>`
      : html`<slot name=${bar} @slotchange=${redraw}>${buttons}</slot>`}
  </div>`;
}
