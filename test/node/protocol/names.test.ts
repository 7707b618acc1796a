import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseNickname, parseRoomName } from '../../../src/protocol/names.js';

const INVISIBLE: [what: string, character: string][] = [
  ['a control character', '\u0007'], ['a line break', '\n'], ['a C1 control', '\u0085'], ['a line separator', '\u2028'], ['a paragraph separator', '\u2029'],
  ['a soft hyphen', '\u00ad'], ['a zero-width space', '\u200b'], ['a zero-width joiner', '\u200d'], ['a zero-width non-joiner', '\u200c'], ['a word joiner', '\u2060'],
  ['a byte order mark', '\ufeff'], ['a left-to-right mark', '\u200e'], ['a right-to-left mark', '\u200f'], ['an Arabic letter mark', '\u061c'],
  ['an embedding', '\u202b'], ['an override', '\u202e'], ['the end of an override', '\u202c'], ['an isolate', '\u2066'], ['the end of an isolate', '\u2069'],
  ['a Hangul filler', '\u3164'], ['a half-width Hangul filler', '\uffa0'], ['a Hangul choseong filler', '\u115f'], ['a Khmer inherent vowel', '\u17b4'],
  ['a Mongolian vowel separator', '\u180e'], ['a combining grapheme joiner', '\u034f'], ['a variation selector', '\ufe0f'], ['another variation selector', '\ufe00'],
  ['a variation selector of the supplement', '\u{e0100}'], ['a tag', '\u{e0061}'], ['an interlinear annotation', '\ufff9'], ['a blank Braille pattern', '\u2800'],
  ['a musical beam', '\u{1d173}'], ['half a pair', '\ud83d'], ['a private character', '\ue000'],
];

describe('A nickname', () => {
  it('is shown in NFKC, trimmed, with runs of spaces as one', () => {
    assert.equal(parseNickname(' \u3000Ａｎａ   \u00a0 B. '), 'Ana B.');
    assert.equal(parseNickname('ﬁ①'), 'fi1');
    assert.equal(parseNickname('A\u0301'), '\u00c1');
  });

  for (const [what, character] of INVISIBLE) {
    it(`with ${what} is refused, among whatever`, () => {
      for (const name of [`An${character}a`, `.${character}.`, `山${character}田`]) assert.equal(parseNickname(name), null, JSON.stringify(name));
    });
  }

  it('may be in any script, and have emoji with all that belongs to them', () => {
    const names = ['Ωμέγα', 'Анна', 'فاطمه', 'می\u200cخواهم', 'क्\u200dष', '山田 太郎', '김민준', "O’Brien-Núñez", 'ana_7 (she)', '👩\u200d🚀', '❤\ufe0f\u200d🔥', '1\ufe0f\u20e3', '#\ufe0f\u20e3', '👋🏽',
      '🏳\ufe0f\u200d🌈', '🇮🇹', '🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}'];
    for (const name of names) assert.equal(parseNickname(name), name.normalize('NFKC'), name);
  });

  it('has 1 to 64 characters', () => {
    assert.equal(parseNickname('🐈'.repeat(64)), '🐈'.repeat(64));
    for (const name of ['', '   ', '🐈'.repeat(65), 'x'.repeat(65), 7, null, undefined, {}, ['Ana']]) assert.equal(parseNickname(name), null);
  });
});

it('A room name is judged by the same rule, with 128 characters', () => {
  assert.equal(parseRoomName('x'.repeat(128)), 'x'.repeat(128));
  for (const name of ['x'.repeat(129), 'lob\u200bby', '']) assert.equal(parseRoomName(name), null);
});
