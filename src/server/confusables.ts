import type { NicknameKeys } from '../hub/ports.js';
import { foldNickname } from '../hub/rooms.js';
import { CONFUSABLES } from './confusables-table.js';

// Nicknames that look alike, by Unicode's own table of look-alikes (UTS #39). A fold of a skeleton says nothing to people: it is compared and never shown.

let table: Map<string, string> | null = null;

/** Made at the first nickname: who only makes tokens needs none. */
function prototypes(): Map<string, string> {
  table ??= new Map(CONFUSABLES.trim().split('\n').flatMap((line) => {
    const [prototype = '', alike = ''] = line.split(' ');
    return [...alike].map((character) => [character, prototype] as const);
  }));
  return table;
}

/** UTS #39, 4: whatever looks the same has the same skeleton. */
export function skeletonOf(text: string): string {
  const known = prototypes();
  let skeleton = '';
  for (const character of text.normalize('NFD')) skeleton += known.get(character) ?? character;
  return skeleton.normalize('NFD');
}

/**
 * Nicknames are alike that share one of these. Two, since case and look do not agree: `I` looks like `l`, and is another `i`. Each is the fold of a skeleton, once of
 * the nickname as it stands and once of its fold.
 */
export const nicknameKeys: NicknameKeys = (nickname) => [
  `= ${foldNickname(skeletonOf(nickname))}`,
  `~ ${foldNickname(skeletonOf(foldNickname(nickname)))}`,
];
