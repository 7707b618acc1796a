import { importAgain } from '../../base/import-again.js';
import { RtcError } from '../../base/rtc-error.js';
import type { RtcStrings, Translation } from '../strings.js';
import type { LanguageTable } from './language-table.js';
import type { LanguageName } from './lookup.js';
import { placeStrings } from './place-strings.js';
import { placesOf, type Places } from './places.js';

// The tables of words that are here.

export type SpokenName = LanguageName | 'en';
interface Spoken {
  readonly dir: 'ltr' | 'rtl';
  readonly words: Partial<Translation>;
}

const TABLES: Readonly<Record<LanguageName, () => Promise<{ readonly language: LanguageTable }>>> = {
  ar: () => import('./ar.js'),
  de: () => import('./de.js'),
  es: () => import('./es.js'),
  fr: () => import('./fr.js'),
  hi: () => import('./hi.js'),
  ja: () => import('./ja.js'),
  pt: () => import('./pt.js'),
  ru: () => import('./ru.js'),
  zh: () => import('./zh.js'),
};

export const spoken = new Map<SpokenName, Spoken>([['en', { dir: 'ltr', words: placeStrings }]]);
const loading = new Map<SpokenName, Promise<void>>();
const places: Places = placesOf(navigator.userAgent, navigator.maxTouchPoints);

/** A name keeps its own direction inside a sentence of the other, and what stands around it its place (Unicode bidi isolates). */
const isolated = (words: Translation): Translation =>
  Object.fromEntries(Object.entries(words).map(([key, text]) => [key, text.replaceAll('{nickname}', '\u2068{nickname}\u2069')])) as Translation;

/** Never rejects: without its table a language is English, and the next change tries again. */
export function load(name: SpokenName): Promise<void> {
  if (name === 'en' || spoken.has(name)) return Promise.resolve();
  const running = loading.get(name) ?? importAgain(TABLES[name])
    .then(({ language: { dir, words } }) => void spoken.set(name, { dir: dir ?? 'ltr', words: dir ? isolated(words) : words }), () => {})
    .finally(() => loading.delete(name));
  loading.set(name, running);
  return running;
}

/** The refusals, with the remedy that holds for this browser and system. */
export function withPlaces(words: Partial<Translation>): Partial<RtcStrings> {
  const refusals: Partial<RtcStrings> = {};
  for (const code of ['permission-denied', 'permission-denied-system'] as const) {
    const place = places[code];
    const [what] = words[`error-${code}`]?.split('|') ?? [new RtcError(code).message];
    if (place && words[place]) refusals[`error-${code}`] = `${what}|${words[place]}`;
  }
  return refusals;
}
