// @ts-check
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { sep } from 'node:path';
import process from 'node:process';
import { reactTypes, svelteTypes, vscodeData, vueTypes, webTypes } from './editor-data.mjs';
import { create, litPlugin, ts } from './manifest-analyzer.mjs';

// `npm run docs`: the JSDoc of the elements → dist/custom-elements.json, what editors and templates read of it, and the tables of the README. `--check` fails where the README's tables have drifted.

const root = new URL('../../', import.meta.url);
const ELEMENTS = ['rtc-room', 'rtc-member-list', 'rtc-video-call'];

/** Lit's and the platform's own, public in TypeScript but nobody's business. */
const NOT_FOR_AUTHORS = new Set([
  'render', 'createRenderRoot', 'requestUpdate', 'shouldUpdate', 'willUpdate', 'update', 'updated', 'firstUpdated', 'performUpdate', 'getUpdateComplete',
  'scheduleUpdate', 'connectedCallback', 'disconnectedCallback', 'adoptedCallback', 'attributeChangedCallback',
]);

/** The custom elements manifest of the sources, with the tag of each element taken from its folder (tag = folder = file = class). */
function analyse() {
  const files = readdirSync(new URL('src/elements/', root), { recursive: true, encoding: 'utf8' })
    .map((file) => `src/elements/${file.split(sep).join('/')}`)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
    .sort();
  // The analyzer stumbles over a spread in a property's options; what is shared that way is no concern of the manifest.
  // A table of properties that is spread into the declarations is put in its place.
  const readable = (/** @type {string} */ text) => text.replace(/(@property\(\{[^}]*?),?\s*\.\.\.\w+/g, '$1')
    .replace(/^ +\.\.\.([A-Z_]+),$/gm, (spread, name) => new RegExp(`const ${name} = \\{([\\s\\S]*?)\\n\\}`).exec(text)?.[1] ?? spread);
  const modules = files.map((file) => ts.createSourceFile(file, readable(readFileSync(new URL(file, root), 'utf8')), ts.ScriptTarget.Latest, true));
  const manifest = create({ modules, plugins: litPlugin(), context: { dev: false } });
  for (const module of manifest.modules) {
    const tag = /\/(rtc-[\w-]+)\/\1\.component\.ts$/.exec(module.path)?.[1];
    module.path = module.path.replace(/^src\//, 'dist/').replace(/\.ts$/, '.js');
    for (const declaration of module.declarations ?? []) {
      if (!tag || !declaration.superclass) continue;
      declaration.customElement = true;
      declaration.tagName = tag;
      // Observed without a property of its own: reflects the property of that name, or is not this element's (`id`, and what others of the three have).
      const fields = new Map((declaration.members ?? []).filter((/** @type {any} */ member) => member.kind === 'field' && isPublic(member)).map((/** @type {any} */ field) => [flat(field.name), field]));
      declaration.attributes = (declaration.attributes ?? []).flatMap((/** @type {any} */ attribute) => {
        const { description, type, readonly } = fields.get(flat(attribute.name)) ?? {};
        return attribute.fieldName || attribute.description ? [attribute] : description ? [{ ...attribute, description, type, readonly }] : [];
      });
      // As `RtcElement.createProperty` names them.
      for (const attribute of declaration.attributes ?? []) attribute.name = kebab(attribute.name);
      for (const field of declaration.members ?? []) if (field.attribute) field.attribute = kebab(field.attribute);
      module.exports = [...(module.exports ?? []), {
        kind: 'custom-element-definition', name: tag, declaration: { name: declaration.name, module: module.path },
      }];
    }
    if (module.declarations) for (const declaration of module.declarations) declaration.members = declaration.members?.filter(isPublic);
  }
  return manifest;
}

/** @param {string} name */
const kebab = (name) => name.replace(/[A-Z]/g, '-$&').toLowerCase();

/** @param {any} member */
function isPublic(member) {
  return member.privacy !== 'private' && member.privacy !== 'protected' && !member.static && !/^[#_]/.test(member.name) && !NOT_FOR_AUTHORS.has(member.name);
}

/** @param {string | undefined} text */
const cell = (text) => (text ?? '').replace(/\s+/g, ' ').replace(/\|/g, '\\|').trim();
/** @param {string | undefined} text */
const code = (text) => (text ? `\`${cell(text)}\`` : '');

/** @param {string} title @param {string[]} head @param {string[][]} rows */
function table(title, head, rows) {
  if (rows.length === 0) return '';
  const line = (/** @type {string[]} */ cells) => `| ${cells.join(' | ')} |`;
  return [`**${title}**`, '', line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** The attribute's name as its property's, but for case. */
const flat = (/** @type {string} */ name) => name.replaceAll('-', '').toLowerCase();

/** @param {any} parameter */
const parameterText = (parameter) => `${parameter.name}${parameter.optional || parameter.default !== undefined ? '?' : ''}`;

/** @param {any} element a declaration of the manifest */
function tablesOf(element) {
  const members = element.members ?? [];
  const fields = members.filter((/** @type {any} */ member) => member.kind === 'field');
  const methods = members.filter((/** @type {any} */ member) => member.kind === 'method');
  return [
    table('Attributes', ['attribute', 'property', 'type', 'default', ''], (element.attributes ?? []).map((/** @type {any} */ attribute) => [
      code(attribute.name), code(attribute.fieldName), code(attribute.type?.text), code(attribute.default), `${attribute.readonly ? '(read-only) ' : ''}${cell(attribute.description)}`.trim(),
    ])),
    table('Properties', ['property', 'type', ''], fields.filter((/** @type {any} */ field) => !field.attribute).map((/** @type {any} */ field) => [
      `${code(field.name)}${field.readonly ? ' (read-only)' : ''}`, code(field.type?.text), cell(field.description),
    ])),
    table('Methods', ['method', 'returns', ''], methods.map((/** @type {any} */ method) => [
      code(`${method.name}(${(method.parameters ?? []).map(parameterText).join(', ')})`), code(method.return?.type?.text), cell(method.description),
    ])),
    table('Events', ['event', 'detail', ''], (element.events ?? []).map((/** @type {any} */ event) => [
      code(event.name), code(event.type?.text), cell(event.description),
    ])),
    table('Slots', ['slot', ''], named(element.slots)),
    table('CSS parts', ['part', ''], named(element.cssParts)),
  ].filter(Boolean).join('\n\n');
}

/** @param {any[] | undefined} list */
const named = (list) => (list ?? []).map((item) => [code(item.name) || '(default)', cell(item.description)]);

/** @param {string} text @param {string} name @param {string} content */
function put(text, name, content) {
  const place = new RegExp(`(<!-- api:${name} -->)[\\s\\S]*?(<!-- /api -->)`);
  if (!place.test(text)) throw new Error(`README.md has no place for ${name}: <!-- api:${name} --> … <!-- /api -->`);
  return text.replace(place, (_all, open, close) => `${open}\n\n${content}\n\n${close}`);
}

/** The three share their custom properties: said once. @param {any[]} properties */
const customProperties = (properties) => table('CSS custom properties', ['property', 'default', ''],
  properties.map(({ name, default: value, description }) => [code(name), code(value) || 'by the theme', cell(description)]));

/** @param {string} readme @param {any[]} elements */
function withTables(readme, elements) {
  const styled = elements.find(({ tagName }) => tagName === ELEMENTS[0]);
  return ELEMENTS.reduce((text, tag) => {
    const element = elements.find((candidate) => candidate.tagName === tag);
    if (!element) throw new Error(`no class for <${tag}> in src/elements/${tag}/${tag}.component.ts`);
    return put(text, tag, tablesOf(element));
  }, put(readme, 'theme', customProperties(styled?.cssProperties ?? [])));
}

const manifest = analyse();
const elements = manifest.modules.flatMap((/** @type {any} */ module) => module.declarations ?? []);
const readmeUrl = new URL('README.md', root);
const present = readFileSync(readmeUrl, 'utf8');
const wanted = withTables(present, elements);

if (process.argv.includes('--check')) {
  if (wanted !== present) {
    console.error('The tables of README.md differ from the JSDoc of the elements: run `npm run docs` and commit what it writes.');
    process.exitCode = 1;
  }
} else if (wanted !== present) {
  writeFileSync(readmeUrl, wanted);
}
mkdirSync(new URL('dist/', root), { recursive: true });
const tags = ELEMENTS.map((tag) => elements.find((/** @type {any} */ { tagName }) => tagName === tag));
const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
const files = {
  'custom-elements.json': manifest, 'vscode.html-custom-data.json': vscodeData(tags), 'web-types.json': webTypes(tags, version),
  'react.d.ts': reactTypes(tags), 'vue.d.ts': vueTypes(tags), 'svelte.d.ts': svelteTypes(tags),
};
for (const [name, content] of Object.entries(files)) {
  writeFileSync(new URL(`dist/${name}`, root), typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`);
}
