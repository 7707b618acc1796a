import type { RtcStrings } from './strings.js';

/** In which numbers, durations and lists among the words are written, in the form that Intl takes: a page may say anything. */
export function localeOf({ locale }: Partial<RtcStrings>): string {
  try {
    return Intl.getCanonicalLocales(locale)[0] ?? 'en';
  } catch {
    return 'en';
  }
}
