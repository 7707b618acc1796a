import { html, type TemplateResult } from 'lit';
import type { Member } from '../session/public.js';

/** The first letters of the first and the last word, as a person would abbreviate the name. */
export function initials(nickname: string): string {
  const words = nickname.split(/\s+/).filter(Boolean);
  return [words[0], words.length > 1 ? words.at(-1) : ''].map((word) => [...(word ?? '')][0] ?? '').join('').toUpperCase();
}

/** A member's picture, or initials; decoration beside the written name. */
export function avatar({ nickname, avatarUrl }: Member): TemplateResult {
  return html`<span class="avatar" aria-hidden="true">${avatarUrl ? html`<img src=${avatarUrl} alt="" />` : initials(nickname)}</span>`;
}
