/** The languages there are beside English. Chinese is the simplified, Portuguese the Brazilian. */
export const LANGUAGES = ['ar', 'de', 'es', 'fr', 'hi', 'ja', 'pt', 'ru', 'zh'] as const;
export type LanguageName = (typeof LANGUAGES)[number];

/** RFC 4647 section 3.4: subtags are taken off the end until there is a language of that name. Null: none, whatever is left. */
export function lookUp(range: string): LanguageName | 'en' | null {
  const subtags = range.trim().toLowerCase().split('-');
  for (; subtags.length > 0; subtags.pop()) {
    // A single letter introduces what followed it, and says nothing alone.
    if (subtags.at(-1)!.length === 1) continue;
    const found = ['en' as const, ...LANGUAGES].find((name) => name === subtags.join('-'));
    if (found) return found;
  }
  return null;
}
