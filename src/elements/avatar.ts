import { html, nothing, type TemplateResult } from 'lit';
import type { Member } from '../session/public.js';
import { icon } from './icons.js';
import { isMediaAddress } from './media-address.js';

/** The first letters of the first and the last word, as a person would abbreviate the name. */
const initials = (nickname: string): string => nickname.trim().replace(/^(\S)\S*(.*\s(\S).*)?$/su, '$1$3').toUpperCase();

/** Degrees of the colour circle: always the same for one name, far apart for such as differ in their last letter. */
const hue = (nickname: string): number => [...nickname].reduce((sum, letter) => ((sum + letter.charCodeAt(0)) * 137) % 360, 0);

/** A member's picture, or initials; decoration beside the written name. */
export function avatar({ nickname, avatarUrl }: Member, part?: string): TemplateResult {
  return html`<span class="avatar" part=${part ?? nothing} aria-hidden="true" .style=${`--_hue:${hue(nickname)}`}>${avatarUrl && isMediaAddress(avatarUrl, 'image') ? html`<img src=${avatarUrl} alt="" />` : initials(nickname)}</span>`;
}

/** Beside a name that the server vouches for. What anybody can type never looks like it: it stands outside of the name, and only where the token gave that. */
export function verifiedBadge({ authenticated }: Member, word: string): TemplateResult | typeof nothing {
  return authenticated ? html`<span class="verified" role="img" aria-label=${word} title=${word}>${icon('check')}</span>` : nothing;
}
