import type { Member } from '../../session/public.js';

// Fetched with the first letter typed in a list: goes to the next name that begins with what was typed in one go.

/** A pause longer than this begins another word (as in the lists of browsers and systems). */
const PAUSE_MS = 1_000;
/** `e` finds “Émile”, `ø` not “Oskar”: as the reader's language has it. */
const { compare } = new Intl.Collator(undefined, { sensitivity: 'base', usage: 'search' });

let typed = '';
let typedAt = -Infinity;

/** The index to go to; `active` where nobody is called that. The same letter again and again goes from one name to the next. */
export function typeAhead(key: string, at: number, members: readonly Pick<Member, 'nickname'>[], active: number): number {
  typed = at - typedAt > PAUSE_MS ? key : typed + key;
  typedAt = at;
  const repeats = [...typed].every((letter) => letter === key);
  const word = [...(repeats ? key : typed)];
  // A longer word may still be that of the active name.
  const first = word.length === 1 ? 1 : 0;
  const matches = (nickname: string) => compare([...nickname].slice(0, word.length).join(''), word.join('')) === 0;
  for (let step = first; step < members.length + first; step += 1) {
    const index = (active + step) % members.length;
    if (matches(members[index]!.nickname)) return index;
  }
  return active;
}
