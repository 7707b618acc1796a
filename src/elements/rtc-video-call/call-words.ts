import { html, nothing, type TemplateResult } from 'lit';
import { avatar, verifiedBadge } from '../avatar.js';
import { icon } from '../icons.js';
import { viewStrings, type ViewStrings } from '../view-strings.js';
import type { CallScene } from './call-scene.js';
import { callSeconds } from './call-time.js';

/** Seconds as `mm:ss`, from an hour on as `h:mm:ss`. */
function clock(seconds: number): string {
  const two = (n: number) => String(Math.floor(n) % 60).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  return `${hours ? `${hours}:` : ''}${two(seconds / 60)}:${two(seconds)}`;
}

/** The state in words, as it is shown beneath the nickname; empty where the picture says it. */
function statusWords({ snapshot: { callState, currentCall, direction, endReason, reconnectCause }, late, say }: CallScene): string {
  switch (callState) {
    case 'outgoing':
      return say(currentCall?.ringing ? 'ringing' : 'calling');
    case 'incoming':
      return say(currentCall?.media.video ? 'incoming-video' : 'incoming-audio');
    case 'reconnecting':
      return late?.reconnecting(reconnectCause!) ?? say('connecting');
    case 'ended': {
      const key = `end-${endReason!}` as const;
      const asCalled = `${key}-incoming`;
      return say(direction === 'incoming' && asCalled in viewStrings ? (asCalled as keyof ViewStrings) : key);
    }
    case 'active':
      return '';
    default:
      return say(callState);
  }
}

/** Who it is and how it stands: large in the middle, or a small line above the picture (the sheet decides by state). */
export function callFace(scene: CallScene): TemplateResult {
  const { snapshot, view, connected, say } = scene;
  const peer = snapshot.currentCall?.peer;
  return html`<div class="face">
    <div part="placeholder"><slot name="remote-placeholder">${peer ? avatar(peer) : html`<span class="avatar">${icon('video')}</span>`}</slot></div>
    <div class="who">
      ${peer && snapshot.callState !== 'ended' ? html`<bdi part="peer-name">${peer.nickname}</bdi>${verifiedBadge(peer, say('verified'))}` : nothing}
      ${scene.late?.badge(scene)}
    </div>
    <div class="how">
      <span part="status">${statusWords(scene)}</span>${scene.late?.beneath(scene)}
      ${connected && !view.controlsList.contains('notimer') ? html`<time part="timer" role="timer" aria-live="off">${clock(callSeconds(snapshot))}</time>` : nothing}
    </div>
    ${scene.late?.qualityBadge(scene)}
  </div>`;
}

/** Who records; empty while nobody does. */
function recordingWords({ snapshot: { recording, remoteMedia }, connected, say }: CallScene): string {
  return !connected ? '' : remoteMedia.recording ? say('recorded') : recording ? say('recording') : '';
}

/** Over the lower left of the pictures, each in a place of its own: what comes moves nothing. That somebody records is not a page's to hide, and waits for no code. */
export function corner(scene: CallScene): unknown {
  const words = recordingWords(scene);
  return [words && html`<span part="recording" class="recording" title=${words}>${words}</span>`, scene.late?.corner(scene)];
}

/** The same for who does not see it. Both regions are always there, or a first change would not be read out; ringing interrupts, the rest waits. */
export function announcements(scene: CallScene): TemplateResult {
  const { snapshot: { callState: state, cardPrevented, currentCall }, say } = scene;
  const words = [state === 'active' ? say('active') : statusWords(scene), recordingWords(scene)].filter(Boolean).join('. ');
  const name = state === 'outgoing' || state === 'connecting' ? `${currentCall?.peer.nickname}: ` : '';
  return html`<p class="unseen" role="alert">${state === 'incoming' && !cardPrevented ? `${say('incoming-call')}. ${words}` : ''}</p>
    <p class="unseen" role="status">${state === 'incoming' || state === 'idle' ? '' : name + words}</p>`;
}

