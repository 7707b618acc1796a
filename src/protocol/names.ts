import { MAX_NICKNAME_LENGTH, MAX_ROOM_NAME_LENGTH } from './limits.js';

// What a person types: nicknames and room names. Both sides apply the same rule, so that a form refuses what the server would refuse.

// Control, line and paragraph separators, bidirectional controls, zero-width and other invisible format characters. ZWJ and ZWNJ are treated apart:
// emoji sequences and Persian, Arabic and Indic words need them.
const REFUSED = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Co}\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]/u;
const JOINERS_IN_PLACE = /(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Malayalam}\p{M}])[\u200c\u200d]/gu;

function normalise(raw: unknown, maxLength: number): string | null {
  if (typeof raw !== 'string' || raw.length > maxLength * 8) return null;
  const text = raw.normalize('NFKC').trim();
  if (text === '' || [...text].length > maxLength) return null;
  if (REFUSED.test(text) || /[\u200c\u200d]/.test(text.replace(JOINERS_IN_PLACE, ''))) return null;
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
