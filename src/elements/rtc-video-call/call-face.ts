import { html, nothing, type TemplateResult } from 'lit';
import { avatar } from '../avatar.js';
import { icon } from '../icons.js';
import type { RtcStrings } from '../strings.js';
import type { CallScene } from './call-scene.js';
import { callSeconds, formatSeconds } from './call-timer.js';

/** The state in words, as it is shown beneath the nickname; empty where the picture says it. */
export function statusWords({ snapshot, view, say }: CallScene): string {
  const { callState, currentCall, direction, endReason, reconnectCause } = snapshot;
  switch (callState) {
    case 'outgoing':
      return say(currentCall?.ringing ? 'ringing' : 'calling');
    case 'incoming':
      return say(currentCall?.media.video ? 'incoming-video' : 'incoming-audio');
    case 'reconnecting':
      return say(`reconnect-${reconnectCause ?? 'network'}`);
    case 'ended': {
      const key = `end-${endReason ?? 'hangup'}` as const;
      const asCalled = `${key}-incoming`;
      return say(direction === 'incoming' && asCalled in view.words ? (asCalled as keyof RtcStrings) : key);
    }
    case 'active':
      return '';
    default:
      return say(callState);
  }
}

/** Who it is and how it stands: large in the middle, or a small line above the picture (the sheet decides by state). */
export function callFace(scene: CallScene): TemplateResult {
  const { snapshot, view, say } = scene;
  const { callState: state, currentCall, remoteMedia } = snapshot;
  const peer = currentCall?.peer;
  const connected = state === 'active' || state === 'reconnecting';
  return html`<div class="face">
    <div part="placeholder" class="portrait"><slot name="remote-placeholder">${
      peer ? avatar(peer) : html`<span class="avatar">${icon('video')}</span>`}</slot></div>
    <div class="who">
      ${peer && state !== 'ended' ? html`<bdi part="peer-name">${peer.nickname}</bdi>` : nothing}
      ${connected && !remoteMedia.audio
        ? html`<span class="badge" role="img" aria-label=${say('muted')} title=${say('muted')}>${icon('micOff')}</span>`
        : nothing}
    </div>
    <div class="how">
      <span part="status">${statusWords(scene)}</span>
      ${connected && !view.controlsList.contains('notimer')
        ? html`<time part="timer" role="timer" aria-live="off">${formatSeconds(callSeconds(snapshot))}</time>`
        : nothing}
    </div>
  </div>`;
}

/** The same for who does not see it. Both regions are always there, or a first change would not be read out; ringing interrupts, the rest waits. */
export function announcements(scene: CallScene): TemplateResult {
  const { snapshot, say } = scene;
  const state = snapshot.callState;
  const incoming = state === 'incoming' && !snapshot.cardPrevented;
  const words = state === 'active' ? say('active') : statusWords(scene);
  const name = state === 'outgoing' || state === 'connecting' ? `${snapshot.currentCall?.peer.nickname}: ` : '';
  return html`<p class="visually-hidden" role="alert">${incoming ? `${say('incoming-call')}. ${words}` : ''}</p>
    <p class="visually-hidden" role="status">${state === 'incoming' || state === 'idle' ? '' : name + words}</p>`;
}
