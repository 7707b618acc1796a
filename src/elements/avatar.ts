import { html, nothing, type TemplateResult } from 'lit';
import type { Member } from '../session/public.js';

/** The first letters of the first and the last word, as a person would abbreviate the name. */
function initials(nickname: string): string {
  const words = nickname.match(/\S+/g) ?? [];
  return [words[0], words.length > 1 && words.at(-1)].map((word) => (word ? [...word][0] : '')).join('').toUpperCase();
}

/** A member's picture, or initials; decoration beside the written name. */
export function avatar({ nickname, avatarUrl }: Member, part?: string): TemplateResult {
  return html`<span class="avatar" part=${part ?? nothing} aria-hidden="true">${avatarUrl ? html`<img src=${avatarUrl} alt="" />` : initials(nickname)}</span>`;
}
