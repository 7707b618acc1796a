import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { sep } from 'node:path';
import { describe, it } from 'node:test';
import { RtcError } from '../../../src/base/rtc-error.js';
import type { LanguageTable } from '../../../src/elements/languages/language-table.js';
import { LANGUAGES, lookUp } from '../../../src/elements/languages/lookup.js';
import { placeStrings } from '../../../src/elements/languages/place-strings.js';
import { placesOf } from '../../../src/elements/languages/places.js';
import { awayStrings } from '../../../src/elements/rtc-video-call/away-strings.js';
import { deviceStrings } from '../../../src/elements/device-strings.js';
import { detailsStrings } from '../../../src/elements/rtc-video-call/details-strings.js';
import { stageStrings } from '../../../src/elements/rtc-video-call/stage-strings.js';
import { qualityStrings } from '../../../src/elements/rtc-video-call/quality-strings.js';
import { verificationStrings } from '../../../src/elements/rtc-video-call/verification-strings.js';
import { roomStrings } from '../../../src/elements/strings.js';
import { viewStrings } from '../../../src/elements/view-strings.js';
import { CHECK_FINDINGS, CHECK_NAMES } from '../../../src/session/check-texts.js';
import type { CheckTexts } from '../../../src/session/public.js';
import { SAS_EMOJI } from '../../../src/media/verification-emoji.js';
import { ERROR_CODES } from '../../../src/protocol/codes.js';

/** Every table of English words. A new one goes here, and its keys into each file of src/elements/languages/. */
const TABLES: Readonly<Record<string, Readonly<Record<string, string>>>> = { roomStrings, viewStrings, awayStrings, deviceStrings, detailsStrings, qualityStrings, stageStrings, verificationStrings, placeStrings };

const errors = Object.fromEntries(ERROR_CODES.map((code) => {
  const { message, remedies } = new RtcError(code);
  return [`error-${code}`, [message, ...remedies].join('|')];
}));
const english: Readonly<Record<string, string>> = { ...Object.assign({}, ...Object.values(TABLES)), ...errors, ...Object.fromEntries(SAS_EMOJI) };
const KEYS = Object.keys(english);
/** What a check of the connection says: files of their own, which who only calls does not fetch. */
const check: CheckTexts = { ...CHECK_NAMES, ...CHECK_FINDINGS };
const CHECK_KEYS = Object.keys(check) as (keyof CheckTexts)[];

const tables = await Promise.all(LANGUAGES.map(async (name) => {
  const { language } = (await import(`../../../src/elements/languages/${name}.ts`)) as { language: LanguageTable };
  const { texts } = (await import(`../../../src/elements/languages/check/${name}.ts`)) as { texts: CheckTexts };
  return { name, language, words: language.words as Readonly<Record<string, string>>, texts };
}));

const root = new URL('../../../src/', import.meta.url);
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .map((file) => file.split(sep).join('/'))
  .filter((file) => file.endsWith('.ts') && !/strings\.ts$|languages\/(check\/)?[a-z]{2}\.ts$|(error|check)-texts\.ts$/.test(file))
  .map((file) => readFileSync(new URL(file, root), 'utf8'))
  .join('\n');

const placeholders = (text: string | undefined) => [...new Set(text?.match(/\{\w+\}/g))].sort();
const isQuoted = (text: string) => sources.includes(`'${text}'`);

/** By name, as `words.name`, or put together: `beginning-${what is quoted somewhere}`. */
function isUsed(key: string): boolean {
  if (isQuoted(key) || new RegExp(`\\bwords\\.${key}\\b`).test(sources)) return true;
  return [...key.matchAll(/-/g)].some(({ index }) => {
    const [beginning, rest] = [key.slice(0, index + 1), key.slice(index + 1)];
    return sources.includes(`\`${beginning}\${`) && (isQuoted(rest) || isQuoted(rest.replace(/-incoming$/, '')) || rest.split('-').every(isQuoted));
  });
}

describe('The English words', () => {
  it('are all said somewhere', () => {
    assert.deepEqual([...Object.values(TABLES).flatMap(Object.keys), ...CHECK_KEYS].filter((key) => !isUsed(key)), []);
  });

  it('say the same under the same key, whichever table it stands in', () => {
    const said = new Map<string, string>();
    for (const [key, text] of Object.values(TABLES).flatMap(Object.entries)) assert.equal(said.set(key, said.get(key) ?? text).get(key), text, key);
  });

  it('tell what happened: nobody reads that something went wrong', () => {
    assert.deepEqual(KEYS.filter((key) => /something went wrong/i.test(english[key]!)), []);
  });
});

for (const { name, language, words, texts } of tables) {
  describe(`The words in ${new Intl.DisplayNames('en', { type: 'language' }).of(name)} (src/elements/languages/${name}.ts)`, () => {
    it('are all there', () => {
      assert.deepEqual(KEYS.filter((key) => !words[key]?.trim()), [], 'these are missing');
    });

    it('are no more than there are in English', () => {
      assert.deepEqual(Object.keys(words).filter((key) => !(key in english)), [], 'these are left over');
    });

    it('fill in the same', () => {
      assert.deepEqual(KEYS.filter((key) => placeholders(words[key]).join() !== placeholders(english[key]).join()), [], 'these have other {placeholders}');
    });

    it('say as many remedies of an error', () => {
      const count = (text: string | undefined) => text?.split('|').length;
      assert.deepEqual(Object.keys(errors).filter((key) => count(words[key]) !== count(errors[key])), []);
    });

    it('are translated: what stays as it is in English is a name, a technical term, or has no letter of its own', () => {
      const same = KEYS.filter((key) => words[key] === english[key] && /\p{L}/u.test(words[key]!.replace(/\{\w+\}/g, '')) && !SAS_EMOJI.some(([emoji]) => emoji === key));
      assert.deepEqual(same.filter((key) => !['pip', 'graph-bitrate', 'details-transport'].includes(key)), []);
    });

    it('name each emoji otherwise, which is what people compare', () => {
      assert.equal(new Set(SAS_EMOJI.map(([emoji]) => words[emoji]!.toLowerCase())).size, SAS_EMOJI.length);
    });

    it('have no stray space, and no other dots than …', () => {
      assert.deepEqual(Object.keys(words).filter((key) => /^\s|\s$| {2}|\.\.\./.test(words[key]!)), []);
    });

    it('of a check of the connection are all there and no more, translated, with a remedy where the English have one', () => {
      assert.deepEqual(Object.keys(texts).sort(), [...CHECK_KEYS].sort());
      const shape = (text: string) => text.split('|').map(Boolean);
      assert.deepEqual(CHECK_KEYS.filter((key) => shape(texts[key]).join() !== shape(check[key]).join()), []);
      assert.deepEqual(CHECK_KEYS.filter((key) => texts[key] === check[key] || /^\s|\s$| {2}|\.\.\.|\{/.test(texts[key])), []);
      assert.match(texts['relay-none'], /TURN_URLS.*TURN_SECRET/, 'what is set has one name in every language');
      assert.deepEqual(['microphone', 'camera', 'speaker'].map((key) => texts[key as keyof CheckTexts]), ['microphone', 'camera', 'speaker'].map((key) => words[`choose-${key}`]), 'devices are called as in the settings');
    });

    it('run in the direction of the language', () => {
      assert.equal(language.dir, /[\u0590-\u08ff]/.test(words['join']!) ? 'rtl' : undefined);
    });
  });
}

describe('The language looked up', () => {
  const cases: [range: string, found: string | null][] = [
    ['de', 'de'], ['DE-at', 'de'], ['pt-BR', 'pt'], ['zh-CN', 'zh'], ['zh-Hans', 'zh'], ['zh-Hans-SG', 'zh'], ['es-419', 'es'], ['en-GB', 'en'], ['fr-x-private', 'fr'],
    ['ar-u-nu-latn', 'ar'], [' ja ', 'ja'], ['sv', null], ['deu', null], ['', null], ['x-de', null], ['d', null], ['-', null], ['de_DE', null],
  ];
  for (const [range, found] of cases) it(`for “${range}” is ${found ?? 'none of ours'}`, () => assert.equal(lookUp(range), found));
});

describe('Where a permission is given back', () => {
  const WINDOWS = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0';
  const MAC_SAFARI = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15';
  const cases: [who: string, userAgent: string, touchPoints: number, browser: string | null, system: string | null][] = [
    ['Edge on Windows', WINDOWS, 0, 'allow-chromium', 'system-windows'],
    ['Safari on a Mac', MAC_SAFARI, 0, 'allow-safari', 'system-macos'],
    ['Safari on an iPad, which says it is a Mac', MAC_SAFARI, 5, 'allow-ios', 'system-ios'],
    ['Chrome on an iPhone', 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0 Mobile/15E148 Safari/604.1', 5, 'allow-ios', 'system-ios'],
    ['Firefox on Linux', 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 0, 'allow-firefox', null],
    ['Chrome on Android', 'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36', 5, 'allow-android', 'system-android'],
    ['Firefox on Android', 'Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0', 5, null, 'system-android'],
    ['something else', 'Lynx/2.9', 0, null, null],
  ];
  for (const [who, userAgent, touchPoints, browser, system] of cases) {
    it(`has the names of ${who}`, () => {
      assert.deepEqual(placesOf(userAgent, touchPoints), { 'permission-denied': browser, 'permission-denied-system': system });
    });
  }
});
