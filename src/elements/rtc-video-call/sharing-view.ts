import { html, type TemplateResult } from 'lit';
import { say } from '../view-strings.js';
import type { CallScene } from './call-scene.js';
import { stageStrings, type StageStrings } from './stage-strings.js';

/** That the own screen is seen over there, and the way to end it, or that nothing of oneself is; null where there is nothing to say. */
export function sharingBanner({ snapshot: { screen, camera, remoteMedia, currentCall }, session, view, connected }: CallScene): TemplateResult | null {
  const isSharing = screen.state === 'on';
  if (!connected || !(isSharing || (remoteMedia.audioOnly && camera.state === 'on'))) return null;
  const words = (key: keyof StageStrings): string => say(view.words, key, currentCall?.peer.nickname ?? '', stageStrings);
  if (!isSharing || remoteMedia.audioOnly) return html`<p>${words('not-seen')}</p>`;
  const stop = () => void session.toggleScreenShare(false).catch(() => {});
  return html`<p>${words('sharing')}</p><button type="button" part="button" @click=${stop}>${words('stop-sharing')}</button>`;
}
