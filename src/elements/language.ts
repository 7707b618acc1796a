import type { LitElement } from 'lit';
import { importAgain } from '../base/import-again.js';
import { pause } from '../base/pause.js';
import type { RtcError } from '../base/rtc-error.js';
import { pathTo } from './event-router.js';
import type { RtcStrings } from './strings.js';

// What every page needs of languages: to see that there is another than English. The rest is fetched then.

/** How long the first drawing waits for its language; after that it is English until then. */
const PATIENCE_MS = 1_000;

type Words = Partial<RtcStrings>;

let translator: typeof import('./languages/translator.js') | undefined;
let loading: Promise<unknown> | undefined;
/** One for the whole document, shadow roots included, however many elements there are. */
let observer: MutationObserver | undefined;
/** All of our elements that are in the document, in the order in which they came. */
export const hosts = new Set<LitElement>();
const redraw = (): void => hosts.forEach((host) => host.requestUpdate());

/** The next change tries again where it fails; until then all is English. */
const load = (): Promise<unknown> =>
  (loading ??= importAgain(() => import('./languages/translator.js')).then(
    (module) => {
      translator = module;
      redraw();
    },
    () => (loading = undefined),
  ));

/** The language around it, as it is written there; empty: nobody says. */
export const langAround = (host: Node): string => (pathTo(host).reverse() as HTMLElement[]).find((node) => node.hasAttribute?.('lang'))?.lang ?? '';

/** It begins like none we speak without a translator. */
const isForeign = (host: Node): boolean => !/^(en\b|$)/i.test(langAround(host));

/** It is drawn anew whenever the language around it changes. Resolves when its words are there or cannot be had, and in any case soon. */
export async function listen(host: LitElement): Promise<void> {
  hosts.add(host);
  host.requestUpdate();
  observer ??= new MutationObserver(redraw);
  for (const node of pathTo(host)) if (!node.parentNode) observer.observe(node, { subtree: true, attributeFilter: ['lang', 'dir'] });
  if (isForeign(host)) await Promise.race([load().then(() => translator?.ready(host)), pause(PATIENCE_MS)]);
}

export const stopListening = (host: LitElement): boolean => hosts.delete(host);

/** The page's own words, and under them those of the language around the element; what is in neither is English. */
export function translate(host: LitElement, own: Words): Words {
  if (!translator && isForeign(host)) void load();
  return translator?.translate(host, own, redraw) ?? own;
}

/** What happened, and what to do about it: in the words of the page or of the language, else as the error itself says it. */
export function explain(words: Words, { code, message, remedies }: RtcError): readonly string[] {
  // Where a permission is given back has a name in each browser: those are fetched too.
  if (/^perm/.test(code)) void load();
  return words[`error-${code}`]?.split('|') ?? [message, ...remedies];
}
