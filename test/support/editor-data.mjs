// @ts-check
// From the custom elements manifest: what editors show, and the types of templates in other languages. Types are named by property (`RtcRoom['server']`), so that the
// compiler knows them from the classes themselves.

/** @typedef {{name: string, description?: string, type?: {text: string}, fieldName?: string, attribute?: string, readonly?: boolean, kind?: string, default?: string}} Item */
/** @typedef {{tagName: string, name: string, description?: string, attributes?: Item[], members?: Item[], events?: Item[], slots?: Item[], cssParts?: Item[], cssProperties?: Item[]}} Declaration */

const README = 'https://www.npmjs.com/package/rtc-elements';

/** @param {string | undefined} text */
const line = (text) => (text ?? '').replace(/\s+/g, ' ').trim();
/** @param {string} name */
const flat = (name) => name.replaceAll('-', '').toLowerCase();

/** What a page can write: attributes that are only read by style sheets are left out. @param {Declaration} element @returns {(Item & {property?: Item | undefined})[]} */
function attributesOf({ attributes = [], members = [] }) {
  const fields = new Map(members.filter(({ kind }) => kind === 'field').map((field) => [flat(field.name), field]));
  return attributes.flatMap((attribute) => {
    const property = fields.get(flat(attribute.name));
    const description = attribute.description ?? property?.description;
    // One without a property is ours if it is described.
    return property?.readonly || !description ? [] : [{ ...attribute, description, property }];
  });
}

/** What a page can set. @param {Declaration} element */
const propertiesOf = ({ members = [] }) => members.filter(({ kind, readonly }) => kind === 'field' && !readonly);

/** The words of a union of words. @param {Item} item */
const wordsOf = ({ type, description = '' }) => [...new Set([...(type?.text.match(/'[^']+'/g) ?? []), ...(/^`[a-z]+`(, `[a-z]+`| or `[a-z]+`)/.test(description) ? description.match(/`[a-z]+`/g) ?? [] : [])].map((word) => word.slice(1, -1)))];

/** For `html.customData` of Visual Studio Code. @param {readonly Declaration[]} elements */
export const vscodeData = (elements) => ({
  version: 1.1,
  tags: elements.map((element) => ({
    name: element.tagName,
    description: line(element.description),
    attributes: attributesOf(element).map((attribute) => ({
      name: attribute.name,
      description: line(attribute.description),
      ...(attribute.type?.text === 'boolean' ? { valueSet: 'v' } : wordsOf(attribute).length > 0 && { values: wordsOf(attribute).map((name) => ({ name })) }),
    })),
    references: [{ name: 'README', url: README }],
  })),
});

/** For editors of JetBrains. @param {readonly Declaration[]} elements @param {string} version */
export const webTypes = (elements, version) => ({
  $schema: 'https://raw.githubusercontent.com/JetBrains/web-types/master/schema/web-types.json',
  name: 'rtc-elements',
  version,
  'description-markup': 'markdown',
  contributions: {
    html: {
      elements: elements.map((element) => ({
        name: element.tagName,
        description: line(element.description),
        'doc-url': README,
        attributes: attributesOf(element).map((attribute) => ({
          name: attribute.name, description: line(attribute.description),
          value: attribute.type?.text === 'boolean' ? { kind: 'no-value', type: 'boolean' } : { type: attribute.type?.text ?? 'string' }, required: false,
        })),
        slots: (element.slots ?? []).map(({ name, description }) => ({ name, description: line(description) })),
        js: {
          properties: propertiesOf(element).map(({ name, description, type }) => ({ name, description: line(description), value: { type: type?.text ?? 'any' } })),
          events: (element.events ?? []).map(({ name, description }) => ({ name, description: line(description) })),
        },
        css: {
          parts: (element.cssParts ?? []).map(({ name, description }) => ({ name, description: line(description) })),
          properties: (element.cssProperties ?? []).map(({ name, description }) => ({ name, description: line(description) })),
        },
      })),
    },
  },
});

/** @param {string} name */
const key = (name) => (/^\w+$/.test(name) ? name : `'${name}'`);

/** One interface an element: what can be written in a template. @param {readonly Declaration[]} elements */
function propsOf(elements) {
  return elements.map((element) => {
    const { name } = element;
    const known = new Set();
    const rows = [
      ...propertiesOf(element).map((property) => ({ name: property.name, description: property.description, type: `${name}['${property.name}']` })),
      // Text is what HTML has for all of them; presence is true.
      ...attributesOf(element).map(({ name: attribute, description, property }) => ({ name: attribute, description, type: attribute === 'controlslist' ? 'string' : property ? `${name}['${property.name}'] | string` : 'boolean | string' })),
    ].filter(({ name: row }) => !known.has(row) && known.add(row));
    return `export interface ${name}Props {\n${rows.map((row) => `${line(row.description) ? `  /** ${line(row.description).replaceAll('*/', '* /')} */\n` : ''}  ${key(row.name)}?: ${row.type} | undefined;`).join('\n')}\n}`;
  }).join('\n');
}

const head = (/** @type {readonly Declaration[]} */ elements) => `import type { ${[...elements.map(({ name }) => name), 'RtcEventMap'].join(', ')} } from './index.js';`;
const tags = (/** @type {readonly Declaration[]} */ elements, /** @type {(element: Declaration) => string} */ type) => elements.map((element) => `'${element.tagName}': ${type(element)};`).map((text) => `      ${text}`).join('\n');

/** React 19: `import type {} from 'rtc-elements/react'`. @param {readonly Declaration[]} elements */
export const reactTypes = (elements) => `${head(elements)}
import type { DetailedHTMLProps, HTMLAttributes } from 'react';

${propsOf(elements)}

/** Events bubble: each can be heard on every element, as \`onrtc-call-state\`. */
export type RtcEventProps = { [N in keyof RtcEventMap as \`on\${N}\`]?: ((event: RtcEventMap[N]) => void) | undefined };
type Tag<E, P> = Omit<DetailedHTMLProps<HTMLAttributes<E>, E>, keyof P> & P & RtcEventProps;

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
${tags(elements, ({ name }) => `Tag<${name}, ${name}Props>`)}
    }
  }
}
`;

/** Vue: `import type {} from 'rtc-elements/vue'`. @param {readonly Declaration[]} elements */
export const vueTypes = (elements) => `${head(elements)}
import type { EmitFn, HTMLAttributes, PublicProps } from 'vue';

${propsOf(elements)}

type Heard = { [N in keyof RtcEventMap]: (event: RtcEventMap[N]) => void };
type Tag<E, P> = new () => E & { $props: Omit<HTMLAttributes, keyof P> & P & PublicProps; $emit: EmitFn<Heard> };

declare module 'vue' {
  interface GlobalComponents {
${tags(elements, ({ name }) => `Tag<${name}, ${name}Props>`)}
  }
}
`;

/** Svelte 5 (`onrtc-call-state`) and 4 (`on:rtc-call-state`): `import type {} from 'rtc-elements/svelte'`. @param {readonly Declaration[]} elements */
export const svelteTypes = (elements) => `${head(elements)}
import type { HTMLAttributes } from 'svelte/elements';

${propsOf(elements)}

export type RtcEventProps = { [N in keyof RtcEventMap as \`on\${N}\` | \`on:\${N}\`]?: ((event: RtcEventMap[N]) => void) | null | undefined };
type Tag<E extends EventTarget, P> = Omit<HTMLAttributes<E>, keyof P> & P & RtcEventProps;

declare module 'svelte/elements' {
  interface SvelteHTMLElements {
${tags(elements, ({ name }) => `Tag<${name}, ${name}Props>`)}
  }
}
`;
