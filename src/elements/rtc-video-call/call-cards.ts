import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../icons.js';
import { answerButton } from './call-buttons.js';
import { deviceButtons } from './call-controls.js';
import type { CallScene } from './call-scene.js';

/** Somebody calls. Never takes the focus: the announcement and the tone say that it is there. */
export function incomingCard({ snapshot, session, view, say, start }: CallScene): TemplateResult {
  const video = snapshot.currentCall?.media.video && !view.audioOnly;
  return html`<div part="incoming" class="bar" role="group" aria-label=${say('incoming-call')}><slot name="incoming" @slotchange=${view.redraw}>
    ${answerButton('reject-button', say('reject'), 'phone', 'danger', () => session.reject())}
    ${snapshot.silenced ? nothing : answerButton('silence-button', say('silence'), 'bellOff', '', () => session.silence())}
    ${video ? answerButton('accept-audio-button', say('accept-audio'), 'videoOff', '', () => start(session.accept({ video: false }))) : nothing}
    ${answerButton('accept-button', say('accept'), video ? 'video' : 'phone', 'success', () => start(session.accept()))}
  </slot></div>`;
}

/** We call. */
export function outgoingCard(scene: CallScene): TemplateResult {
  const { session, view, say } = scene;
  return html`<div part="outgoing" class="bar" role="group" aria-label=${say('call-controls')}><slot name="outgoing" @slotchange=${view.redraw}>
    ${view.controlsHidden ? nothing : deviceButtons(scene)}
    <button type="button" part="button hangup-button" class="danger" @click=${() => session.hangup()}>${say('cancel')}</button>
  </slot></div>`;
}

/** It is over: once more, or away. */
export function endedCard({ snapshot, session, view, say, start }: CallScene): TemplateResult {
  const { currentCall, members } = snapshot;
  const peer = members.find(({ id }) => id === currentCall?.peer.id);
  return html`<div part="ended" class="bar"><slot name="ended" @slotchange=${view.redraw}>
    ${peer ? html`<button type="button" part="button call-again-button" class="success"
      @click=${() => start(session.call(peer.id, currentCall?.media))}>${say('call-again')}</button>` : nothing}
    <button type="button" part="button dismiss-button" @click=${() => session.dismissEnded()}>${say('dismiss')}</button>
  </slot></div>`;
}

/** A problem that ends nothing: what happened and the first thing to do about it. */
export function noticeBanner({ snapshot: { notice, noticeScope }, session, say }: CallScene): TemplateResult {
  return html`<div part="banner" class="banner" role="status">${notice && noticeScope === 'call'
    ? html`<p><strong>${notice.message}</strong> ${notice.remedies[0]}</p>
      <button type="button" part="button notice-button" class="icon-only" aria-label=${say('dismiss')} @click=${() => session.dismissNotice()}>${icon('x')}</button>`
    : nothing}</div>`;
}
