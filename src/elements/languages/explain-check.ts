import { importAgain } from '../../base/import-again.js';
import { RtcError } from '../../base/rtc-error.js';
import { CHECK_FINDINGS, CHECK_NAMES } from '../../session/check-texts.js';
import type { CheckStep, CheckTexts } from '../../session/public.js';
import { lookUp, type LanguageName } from './lookup.js';
import { load, spoken, withPlaces } from './spoken.js';

// A lazy chunk: a step of a check in the language that is asked for.

const TEXTS: Readonly<Record<LanguageName, () => Promise<{ readonly texts: CheckTexts }>>> = {
  ar: () => import('./check/ar.js'),
  de: () => import('./check/de.js'),
  es: () => import('./check/es.js'),
  fr: () => import('./check/fr.js'),
  hi: () => import('./check/hi.js'),
  ja: () => import('./check/ja.js'),
  pt: () => import('./check/pt.js'),
  ru: () => import('./check/ru.js'),
  zh: () => import('./check/zh.js'),
};
const ENGLISH: CheckTexts = { ...CHECK_NAMES, ...CHECK_FINDINGS };

export async function explainStep(step: CheckStep, lang: string): Promise<CheckStep> {
  const name = lookUp(lang) ?? 'en';
  const { error, code } = step;
  const [texts] = await Promise.all([name === 'en' ? ENGLISH : importAgain(TEXTS[name]).then((module) => module.texts, () => ENGLISH), error && load(name)]);
  const label = texts[step.step];
  if (!code) return { ...step, label };
  const [message = '', ...remedies] = error ? explained(error, texts === ENGLISH ? 'en' : name) : texts[code].split('|').filter(Boolean);
  return { ...step, label, message, remedies };
}

/** What happened and what to do, as the elements say it. */
function explained({ code, message, remedies }: RtcError, name: LanguageName | 'en'): readonly string[] {
  const words = spoken.get(name)?.words ?? {};
  return { ...words, ...withPlaces(words) }[`error-${code}`]?.split('|') ?? [message, ...remedies];
}
