import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import process from 'node:process';
import { before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

// What editors and templates in other languages are told of the elements, made from their JSDoc as `npm run docs` does.

const root = new URL('../../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
function run(...args: string[]): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: fileURLToPath(root), encoding: 'utf8' });
  assert.equal(status, 0, stdout + stderr);
}

interface Named {
  readonly name: string;
  readonly description?: string;
}

type Described = Named & { readonly [kind in 'attributes' | 'members' | 'events' | 'slots' | 'cssParts' | 'cssProperties']?: Named[] };

function manifestOf(tag: string): Described {
  const { modules } = JSON.parse(read('dist/custom-elements.json')) as { modules: { declarations?: (Described & { tagName?: string })[] }[] };
  const element = modules.flatMap(({ declarations = [] }) => declarations).find(({ tagName }) => tagName === tag);
  assert.ok(element, tag);
  return element;
}

before(() => run('test/support/api-docs.mjs', '--check'));

describe('Editors are told of the elements', () => {
  const TAGS = ['rtc-room', 'rtc-member-list', 'rtc-video-call'];

  it('Visual Studio Code: every attribute that a page can write, with words, and what may stand in it', () => {
    const { version, tags } = JSON.parse(read('dist/vscode.html-custom-data.json')) as { version: number; tags: (Named & { attributes: (Named & { valueSet?: string; values?: Named[] })[] })[] };
    assert.deepEqual([version, tags.map(({ name }) => name)], [1.1, TAGS]);
    const [room, , view] = tags;
    const of = (name: string) => [...room!.attributes, ...view!.attributes].find((attribute) => attribute.name === name);
    assert.deepEqual([of('manual')?.valueSet, of('priority')?.values?.map(({ name }) => name), of('theme')?.values?.map(({ name }) => name)], ['v', ['audio', 'video'], ['auto', 'light', 'dark']]);
    assert.ok(room!.attributes.some(({ name }) => name === 'no-shortcuts'));
    for (const tag of tags) for (const { name, description } of tag.attributes) assert.ok(description, `${tag.name} ${name}`);
    // Those are read by style sheets, not written by pages.
    for (const name of ['state', 'direction', 'quality']) assert.ok(!view!.attributes.some((attribute) => attribute.name === name), name);
  });

  it('JetBrains: also properties, events, slots and parts', () => {
    interface Element extends Named {
      readonly attributes: Named[];
      readonly slots: Named[];
      readonly js: { readonly properties: Named[]; readonly events: Named[] };
      readonly css: { readonly parts: Named[] };
    }
    const { version, contributions } = JSON.parse(read('dist/web-types.json')) as { version: string; contributions: { html: { elements: Element[] } } };
    assert.equal(version, (JSON.parse(read('package.json')) as { version: string }).version);
    const view = contributions.html.elements.find(({ name }) => name === 'rtc-video-call');
    const has = (list: readonly Named[] | undefined, name: string) => list?.some((each) => each.name === name);
    assert.deepEqual([has(view?.attributes, 'controlslist'), has(view?.slots, 'incoming'), has(view?.js.properties, 'ringtoneDevice'), has(view?.js.events, 'rtc-call-state'), has(view?.css.parts, 'stage')], Array(5).fill(true));
  });

  it('of every part that the sources draw, and of no other', () => {
    const sources = readdirSync(new URL('src/elements/', root), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts')).map((file) => read(`src/elements/${file}`)).join('\n');
    const found = (pattern: RegExp, suffix = '') => [...sources.matchAll(pattern)].flatMap(([, ...names]) => names).filter((name) => name !== undefined).map((name) => name + suffix);
    const drawn = new Set([
      ...found(/part="([\w -]+)"/g).flatMap((names) => names.split(' ')), ...found(/part="button ([\w-]+) /g), ...found(/avatar\(member, '(\w+)'/g), ...found(/\bpart: '(item)'/g),
      ...found(/BARS = \['(\w+)', '(\w+)', '(\w+)', '(\w+)'\]/g), ...found(/\['(\w+)', '\w+-member'/g, '-button'),
      // What `buttonOf()` and the choice of devices draw, by the names they are given.
      ...found(/\{ word: '([\w-]+)'(?!, part)/g, '-button'), ...found(/\bpart: '([\w-]+)'(?!, role)/g, '-button'), ...found(/ device\('(\w+)'/g, '-button'),
      ...found(/closeButton\('([\w-]+)'/g, '-button'), ...found(/#button\((?:\w+ \? )?'([\w-]+)'(?: : '([\w-]+)')?/g, '-button'), 'button',
    ]);
    const { modules } = JSON.parse(read('dist/custom-elements.json')) as { modules: { declarations?: { cssParts?: Named[] }[] }[] };
    const told = modules.flatMap(({ declarations = [] }) => declarations).flatMap(({ cssParts = [] }) => cssParts).map(({ name }) => name);
    assert.deepEqual([...drawn].sort(), told.sort());
  });

  it('of every custom property that the sources read, and of no other', () => {
    const sources = readdirSync(new URL('src/elements/', root), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.styles.ts')).map((file) => read(`src/elements/${file}`)).join('\n');
    const used = new Set([...sources.matchAll(/var\((--rtc-[\w-]+)/g)].map(([, name]) => name!));
    for (const tag of TAGS) assert.deepEqual(manifestOf(tag).cssProperties?.map(({ name }) => name).sort(), [...used].sort(), tag);
  });

  it('of everything in words: each attribute, property, method, event, slot, part and custom property', () => {
    for (const tag of TAGS) {
      const element = manifestOf(tag);
      const all = (['attributes', 'members', 'events', 'slots', 'cssParts', 'cssProperties'] as const).flatMap((kind) => element[kind] ?? []);
      assert.deepEqual(all.filter(({ description }) => !description).map(({ name }) => name), [], tag);
    }
    // What only others of the three have is none of its attributes.
    assert.deepEqual(manifestOf('rtc-member-list').attributes?.map(({ name }) => name).sort(), ['for', 'hide-self', 'theme', 'voice-calls']);
  });

  it('of every event that there is', () => {
    const names = [...`${read('src/session/session-events.ts')}${read('src/elements/events.ts')}`.matchAll(/^  '(rtc-[\w-]+)': \w+;$/gm)].map(([, name]) => name!);
    const { modules } = JSON.parse(read('dist/custom-elements.json')) as { modules: { declarations?: { events?: Named[] }[] }[] };
    const told = modules.flatMap(({ declarations = [] }) => declarations).flatMap(({ events = [] }) => events).map(({ name }) => name);
    assert.ok(names.length > 10);
    assert.deepEqual(names.filter((name) => !told.includes(name)), []);
  });

  it('templates of React 19, Vue and Svelte compile with what is right, and with nothing else', () => run('node_modules/typescript/bin/tsc', '-p', 'test/fixtures/templates'));
});
