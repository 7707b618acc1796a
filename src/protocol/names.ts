import { MAX_NICKNAME_LENGTH, MAX_ROOM_NAME_LENGTH } from './name-limits.js';

// What a person types: nicknames and room names. Both sides apply the same rule, so that a form refuses what the server would refuse.

// Control, line and paragraph separators, private use, and whatever is not seen (UAX #44 Default_Ignorable_Code_Point: bidirectional controls, zero-width, fillers,
// variation selectors, tags; and the blank Braille pattern): two names that differ in such a thing look the same.
const REFUSED = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{DI}\u2800\ufff9-\ufffb]/u;
// Where they are needed: joiners in emoji and in Persian, Arabic and Indic words, variation selectors and keycaps of emoji, the tags of flags.
const IN_PLACE =
  /(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Malayalam}\p{M}])[\u200c\u200d]|(?<=\p{Extended_Pictographic})[\ufe0e\ufe0f]|(?<=[\d#*])\ufe0f(?=\u20e3)|(?<=\u{1f3f4}[\u{e0020}-\u{e007e}]*)[\u{e0020}-\u{e007f}]/gu;

function normalise(raw: unknown, maxLength: number): string | null {
  if (typeof raw !== 'string' || raw.length > maxLength * 8) return null;
  const text = raw.normalize('NFKC').trim();
  if (text === '' || [...text].length > maxLength) return null;
  if (REFUSED.test(text.replace(IN_PLACE, ''))) return null;
  return text.replace(/\p{Zs}+/gu, ' ');
}

/** The nickname as it will be shown (NFKC, trimmed, runs of spaces folded), or null if it is empty, longer than 64 characters or has control, bidi or invisible characters. */
export function parseNickname(raw: unknown): string | null {
  return normalise(raw, MAX_NICKNAME_LENGTH);
}

/** The room name (same rule, 128 characters), or null. */
export function parseRoomName(raw: unknown): string | null {
  return normalise(raw, MAX_ROOM_NAME_LENGTH);
}
