import { css, type LitElement } from 'lit';
import { pathTo } from '../event-router.js';
import type { RtcStrings } from '../strings.js';
import { lookUp } from './lookup.js';
import { load, spoken, withPlaces, type SpokenName } from './spoken.js';

// The lazy part of languages: which one is spoken where, and its direction.

type Words = Partial<RtcStrings>;

/** The element's own box goes with what is in it. Of the two kinds of saying it this is the one that a page's style sheet overrules. */
const sheets = {
  ltr: css`:host { direction: ltr; }`.styleSheet!,
  // What points somewhere points there from the other side.
  rtl: css`
    :host { direction: rtl; }
    :is([part~='screen-button'], [part~='pip-button']) .icon { scale: -1 1; }
  `.styleSheet!,
};

/** Until another language has arrived, an element goes on in the one it speaks. */
const current = new WeakMap<LitElement, SpokenName>();

/** What the page says of an element, the nearest first: its language, and its direction. */
function saidOf(host: LitElement) {
  const path = (pathTo(host) as HTMLElement[]).reverse();
  const [byLang, byDir] = ['lang', 'dir'].map((name) => path.findIndex((node) => node.hasAttribute?.(name)));
  return {
    lang: path[byLang!]?.lang ?? '',
    dir: path[byDir!]?.dir ?? '',
    /** The direction was chosen for this language, not for what stands further out. */
    isDirected: byDir! >= 0 && (byLang! < 0 || byDir! <= byLang!),
  };
}

/** Resolves when the language around the element can be spoken. */
export const ready = (host: LitElement): Promise<void> => load(lookUp(saidOf(host).lang) ?? 'en');

/** As `strings` of the page, with everything that it leaves out in the language around the element. `redraw`: that language has arrived. */
export function translate(host: LitElement, own: Words, redraw: () => void): Words {
  const said = saidOf(host);
  const wanted = lookUp(said.lang);
  const name = spoken.has(wanted ?? 'en') ? wanted ?? 'en' : current.get(host) ?? 'en';
  if (wanted && name !== wanted) void load(wanted).then(() => spoken.has(wanted) && redraw());
  current.set(host, name);
  const { dir, words } = spoken.get(name)!;
  // A page in a language that is not among ours may have brought its own words: those are in its language, and laid out as the page is.
  const foreign = wanted === null && said.lang !== '';
  const ours = foreign && Object.keys(own).length > 0;
  // After it is drawn. On what is drawn, never on the element: its attributes are the page's.
  const lang = name !== wanted && said.lang !== '' && !ours ? name : null;
  // Where a language is marked, a direction stands with it: what is inside would take it for a nearer word of the page.
  const direction = (foreign ? lang && said.dir : said.isDirected || dir === (said.dir || 'ltr') ? null : dir) || null;
  queueMicrotask(() => {
    for (const child of host.renderRoot.children) {
      mark(child, 'lang', lang);
      mark(child, 'dir', direction);
    }
    adopt(host.renderRoot as ShadowRoot, (direction ?? said.dir) === 'rtl' ? sheets.rtl : direction === 'ltr' ? sheets.ltr : null);
  });
  const locale = name === wanted || ours ? said.lang : name;
  return { locale, ...words, ...withPlaces(words), ...own };
}

function mark(element: Element, name: string, value: string | null): void {
  if (value === null) element.removeAttribute(name);
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/** Of our two sheets this one, or none; nothing is touched where nothing changes. */
function adopt(root: ShadowRoot, sheet: CSSStyleSheet | null): void {
  const { adoptedStyleSheets: all } = root;
  const kept = all.filter((each) => each === sheet || (each !== sheets.ltr && each !== sheets.rtl));
  if (kept.length === all.length && (!sheet || kept.includes(sheet))) return;
  root.adoptedStyleSheets = sheet && !kept.includes(sheet) ? [...kept, sheet] : kept;
}
