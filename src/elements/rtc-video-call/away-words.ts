import { localeOf } from '../locale.js';
import { say } from '../view-strings.js';
import { awayStrings, type AwayStrings } from './away-strings.js';
import type { CallApi } from './call-api.js';

export function awayWords(view: CallApi, key: keyof AwayStrings, { nickname = '', count = 0, control = '' } = {}): string {
  const number = () => new Intl.NumberFormat(localeOf(view.words)).format(count);
  return say(view.words, key, nickname, awayStrings).replace('{count}', number).replace('{control}', () => control);
}
