import { say } from '../view-strings.js';
import { awayStrings, type AwayStrings } from './away-strings.js';
import type { CallApi } from './call-api.js';

/** The language of an element: that of the nearest which says one, through shadow roots. Undefined: the browser's. */
export function langOf(element: Element): string | undefined {
  for (let at: Node | null = element; at; at = at.parentNode ?? (at as Partial<ShadowRoot>).host ?? null) {
    const { lang } = at as Partial<HTMLElement>;
    if (!lang) continue;
    try {
      return Intl.getCanonicalLocales(lang)[0];
    } catch {
      // Not a language.
    }
  }
  return undefined;
}

export function awayWords(view: CallApi, key: keyof AwayStrings, { nickname = '', count = 0, control = '' } = {}): string {
  const number = () => new Intl.NumberFormat(langOf(view)).format(count);
  return say(view.words, key, nickname, awayStrings).replace('{count}', number).replace('{control}', () => control);
}
