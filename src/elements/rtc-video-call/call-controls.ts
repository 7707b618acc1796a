import { html, nothing, type TemplateResult } from 'lit';
import type { DeviceState } from '../../session/public.js';
import type { IconName } from '../icons.js';
import { roundButton } from './call-buttons.js';
import type { CallScene } from './call-scene.js';
import type { ControlToken } from './controls-list.js';

function deviceButton(
  { view, say, start }: CallScene, hidden: ControlToken, part: string, label: 'microphone' | 'camera' | 'screen', { state, error }: DeviceState,
  [on, off]: readonly [IconName, IconName], toggle: (force: boolean) => Promise<boolean>,
): TemplateResult | typeof nothing {
  if (state === 'unused' || view.controlsList.contains(hidden)) return nothing;
  const live = state === 'on' || state === 'starting';
  return roundButton(part, say(label), live ? on : off, () => start(toggle(!live)), {
    pressed: live, problem: state === 'blocked' ? error?.message : undefined, busy: state === 'starting',
  });
}

/** The own microphone and camera. */
export function deviceButtons(scene: CallScene): unknown {
  const { snapshot, view } = scene;
  return [
    deviceButton(scene, 'nomic', 'mic-button', 'microphone', snapshot.microphone, ['mic', 'micOff'], (force) => view.toggleMicrophone(force)),
    view.audioOnly ? nothing
      : deviceButton(scene, 'nocamera', 'camera-button', 'camera', snapshot.camera, ['video', 'videoOff'], (force) => view.toggleCamera(force)),
  ];
}

/** The bar of a call that is under way. */
export function callControls(scene: CallScene): TemplateResult {
  const { snapshot, session, view, say, start } = scene;
  const { controlsList } = view;
  const shows = (token: ControlToken, possible: boolean) => possible && !controlsList.contains(token);
  const fullscreen = view.matches(':fullscreen');
  return html`<div part="controls" class="bar" role="group" aria-label=${say('call-controls')}>
    <slot name="controls-start"></slot>
    ${deviceButtons(scene)}
    ${view.audioOnly ? nothing
      : deviceButton(scene, 'noscreen', 'screen-button', 'screen', snapshot.screen, ['screen', 'screen'], (force) => view.toggleScreenShare(force))}
    ${shows('nopip', document.pictureInPictureEnabled && view.showsPicture)
      ? roundButton('pip-button', say('pip'), 'pip', () => start(view.requestPictureInPicture())) : nothing}
    ${shows('nofullscreen', document.fullscreenEnabled)
      ? roundButton('fullscreen-button', say('fullscreen'), 'maximize',
          () => start(fullscreen ? document.exitFullscreen() : view.requestFullscreen()), { pressed: fullscreen }) : nothing}
    ${roundButton('hangup-button', say('hangup'), 'phone', () => session.hangup(), { danger: true })}
    <slot name="controls-end"></slot>
  </div>`;
}
