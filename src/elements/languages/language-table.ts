import type { Translation } from '../strings.js';

/** One language, a chunk of its own. */
export interface LanguageTable {
  /** Default: left to right. */
  readonly dir?: 'rtl';
  readonly words: Translation;
}
