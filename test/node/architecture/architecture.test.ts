import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { sep } from 'node:path';
import { describe, it } from 'node:test';
import { findCycle, importsOf, targetOf, violationsIn } from './source-rules.js';

const root = new URL('../../../src/', import.meta.url);
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .map((file) => file.split(sep).join('/'))
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
  .sort();
const textOf = (file: string) => readFileSync(new URL(file, root), 'utf8');

describe('The house', () => {
  it('is kept by every source file', () => {
    assert.ok(files.length > 20, 'the sources were found');
    assert.deepEqual(files.flatMap((file) => violationsIn(file, textOf(file))), []);
  });

  it('has no import cycles, types and dynamic imports included', () => {
    const graph = new Map(files.map((file) => {
      const targets = importsOf(file, textOf(file)).filter(({ specifier }) => specifier.startsWith('.'));
      return [file, targets.map(({ specifier }) => targetOf(file, specifier))];
    }));
    assert.equal(findCycle(graph), null);
  });
});

describe('What makes tokens', () => {
  it('runs anywhere: it brings a few files, no server, nothing of Node', () => {
    const reached = new Set(['token.ts']);
    const packages = new Set<string>();
    for (const file of reached) {
      for (const { specifier, typeOnly } of importsOf(file, textOf(file))) {
        if (typeOnly) continue;
        if (specifier.startsWith('.')) reached.add(targetOf(file, specifier));
        else packages.add(specifier);
      }
    }
    assert.deepEqual([...packages].sort(), ['jose', 'valibot']);
    assert.deepEqual([...reached].sort(), ['protocol/limits.ts', 'protocol/name-limits.ts', 'protocol/names.ts', 'server/create-token.ts', 'server/identity.ts', 'server/token-claims.ts', 'token.ts']);
  });
});

describe('The rules of the house', () => {
  const cases: [what: string, file: string, text: string, said: RegExp][] = [
    ['an import of a higher layer', 'protocol/a.ts', `import '../hub/b.js';`, /protocol may not know hub/],
    ['a type import of a higher layer', 'call/a.ts', `import type { B } from '../session/b.js';`, /call may not know session/],
    ['a dynamic import of a higher layer', 'media/a.ts', `void import('../session/b.js');`, /media may not know session/],
    ['a type written as an import', 'hub/a.ts', `type A = import('../server/b.js').B;`, /hub may not know server/],
    ['a re-export of a foreign layer', 'elements/a.ts', `export * from '../media/b.js';`, /elements may not know media/],
    ['a package outside its layer', 'session/a.ts', `import { html } from 'lit';`, /session may not/],
    ['a package whose name only begins like an allowed one', 'elements/a.ts', `import 'lit-other';`, /elements may not/],
    ['a specifier without .js', 'hub/a.ts', `import './b';`, /without \.js/],
    ['an import from outside src', 'hub/a.ts', `import '../../test/b.js';`, /outside the layers/],
    ['a peer connection', 'session/a.ts', `new RTCPeerConnection();`, /belongs in media\/peer\.ts/],
    ['a peer connection looked up by name', 'elements/a.ts', `const a = 'RTCPeerConnection' in globalThis;`, /belongs in media\/peer\.ts/],
    ['the device interface', 'elements/a.ts', `navigator.mediaDevices.getUserMedia({});`, /belongs in media\/local-media\.ts/],
    ['an enum', 'hub/a.ts', 'export enum A { B }', /enum/],
    ['a namespace', 'hub/a.ts', 'namespace A { export const b = 1; }', /namespace/],
    ['any', 'hub/a.ts', 'let a: any;', /any/],
    ['a parameter property', 'hub/a.ts', 'class A { constructor(private readonly b: string) {} }', /parameter property/],
    ['a silenced compiler', 'hub/a.ts', '// @ts-ignore\nlet a = 1;', /silences/],
    ['markup from a string', 'elements/a.ts', 'this.innerHTML = a;', /innerHTML/],
    ['markup around an element', 'elements/a.ts', 'this.outerHTML = a;', /outerHTML/],
    ['markup beside an element', 'elements/a.ts', `this.insertAdjacentHTML('beforeend', a);`, /insertAdjacentHTML/],
    ['unchecked markup in a template', 'elements/a.ts', `import { unsafeHTML } from 'lit/directives/unsafe-html.js';`, /unsafeHTML/],
    ['markup written into the page', 'elements/a.ts', 'document.write(a);', /document\.write/],
    ['markup written into the page by another name', 'elements/a.ts', 'window.document.writeln(a);', /document\.write/],
    ['a timer with a text', 'elements/a.ts', `setTimeout('1', 5);`, /timer/],
    ['a function from a string without new', 'elements/a.ts', `Function('1');`, /new Function/],
    ['eval', 'elements/a.ts', `eval('1');`, /eval/],
    ['a function from a string', 'elements/a.ts', `new Function('1');`, /new Function/],
    ['a style attribute', 'elements/a.ts', 'const a = html`<p style="top:0">`;', /style attribute/],
    ['a file of 401 lines', 'hub/a.ts', 'let a;\n'.repeat(401), /401 lines/],
    ['a name that says nothing', 'hub/utils.ts', '', /does not say/],
  ];
  for (const [what, file, text, said] of cases) {
    it(`refuse ${what}`, () => {
      const found = violationsIn(file, text);
      assert.equal(found.length, 1, found.join('\n'));
      assert.match(found[0] ?? '', said);
    });
  }

  it('let types name the platform, and its owners use it', () => {
    assert.deepEqual(violationsIn('session/a.ts', 'export interface A { connection: RTCPeerConnection | null }\nlet a: RTCPeerConnection | undefined;'), []);
    assert.deepEqual(violationsIn('media/peer.ts', 'export const a = new RTCPeerConnection();'), []);
    assert.deepEqual(violationsIn('elements/a.ts', 'declare global { interface HTMLElementTagNameMap { a: HTMLElement } }'), []);
  });

  it('find a cycle and name it', () => {
    assert.equal(findCycle(new Map([['a', ['b']], ['b', ['c']], ['c', ['b']]])), 'b → c → b');
    assert.equal(findCycle(new Map([['a', ['b', 'c']], ['b', ['c']], ['c', []]])), null);
  });
});
