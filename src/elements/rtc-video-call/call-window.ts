import { css, html, nothing, type CSSResultOrNative, type ReactiveController, type TemplateResult } from 'lit';
import { langAround } from '../language.js';
import { say } from '../view-strings.js';
import type { CallApi } from './call-api.js';
import type { CallScene } from './call-scene.js';
import { stageStrings, type StageStrings } from './stage-strings.js';

// The call in a window of its own, above all others (https://wicg.github.io/document-picture-in-picture/; Chromium from 116). A view of the same session is made in it: sheets
// and elements belong to their document, so that a moved one would arrive naked. The page's view goes on playing the sound; the one in the window is silent.

interface PictureInPictureApi {
  requestWindow(options: { width: number; height: number }): Promise<Window & typeof globalThis>;
}
declare global {
  interface Window {
    readonly documentPictureInPicture?: PictureInPictureApi;
  }
}

const TAG = 'rtc-call-window';
/** What a page may have set, `--rtc-` in front. */
const TOKENS = [
  'accent', 'on-accent', 'bg', 'surface', 'on-surface', 'muted-text', 'border', 'danger', 'on-danger', 'success', 'warning', 'video-bg', 'video-fit', 'radius', 'gap', 'control-size',
  'font', 'focus-ring',
];

export const callWindowStyles = css`
  .pictures[data-away] :is(.remote, .local) { visibility: hidden; }
  .away { position: absolute; inset: 0; display: flex; flex-direction: column; align-items: center; justify-content: center; gap: 12px; padding: 16px; text-align: center; }
  .away p { max-width: 40ch; margin: 0; }
`;
/** Of the document in that window. */
const pageStyles = css`
  html, body { height: 100%; margin: 0; background: #14161b; }
  rtc-call-window { height: 100%; border-radius: 0 !important; }
`;

/** Sheets for a document; those of this one are shared. */
export function sheetsFor(node: Node, styles: readonly CSSResultOrNative[]): CSSStyleSheet[] {
  const home = node.ownerDocument?.defaultView ?? window;
  return styles.flatMap((style) => {
    if (style instanceof CSSStyleSheet) return style;
    if (home === window) return style.styleSheet ?? [];
    const sheet = new (home as typeof window).CSSStyleSheet();
    sheet.replaceSync(style.cssText);
    return sheet;
  });
}

/** The same view, by whoever has called this first; where its sheets come from is all that differs. */
function defineFor({ constructor }: CallApi): void {
  if (customElements.get(TAG)) return;
  const View = constructor as new () => CallApi;
  abstract class WindowView extends View {
    protected override createRenderRoot(): ShadowRoot {
      const root = this.attachShadow({ mode: 'open' });
      root.adoptedStyleSheets = sheetsFor(this, (this.constructor as unknown as { elementStyles: readonly CSSResultOrNative[] }).elementStyles);
      return root;
    }
    protected override adopt(styles: readonly CSSResultOrNative[]): void {
      this.shadowRoot!.adoptedStyleSheets = sheetsFor(this, styles);
    }
  }
  customElements.define(TAG, WindowView as unknown as CustomElementConstructor);
}

/** Of one call view, as long as it lives. */
export class CallWindow implements ReactiveController {
  readonly #view: CallApi;
  #window: Window | null = null;
  #inner: CallApi | null = null;
  #asked = false;

  constructor(view: CallApi) {
    this.#view = view;
    view.addController(this);
  }

  /** From a click or key. Null where the browser has no such windows. */
  open(): Promise<void> | null {
    return window.documentPictureInPicture && this.#view.ownerDocument === document ? this.#open(window.documentPictureInPicture) : null;
  }

  async #open(api: PictureInPictureApi): Promise<void> {
    if (this.#asked) return this.#window?.focus();
    this.#asked = true;
    try {
      const opened = await api.requestWindow({ width: 480, height: 360 });
      this.#furnish(opened);
    } finally {
      this.#asked = this.#window !== null;
    }
  }

  #furnish(opened: Window & typeof globalThis): void {
    const view = this.#view;
    const { document: page } = opened;
    this.#window = opened;
    opened.addEventListener('pagehide', () => this.#closed(), { once: true });
    page.title = view.currentCall?.peer.nickname ?? document.title;
    page.documentElement.lang = langAround(view);
    page.documentElement.dir = getComputedStyle(view).direction;
    page.adoptedStyleSheets = sheetsFor(page.documentElement, [pageStyles]);
    defineFor(view);
    const inner = (this.#inner = document.createElement(TAG) as CallApi);
    const asSet = getComputedStyle(view);
    for (const token of TOKENS) {
      const value = asSet.getPropertyValue(`--rtc-${token}`);
      if (value) inner.style.setProperty(`--rtc-${token}`, value);
    }
    this.#match();
    page.body.append(inner);
    view.requestUpdate();
  }

  hostUpdated(): void {
    const { renderRoot, state } = this.#view;
    const pictures = renderRoot.querySelector<HTMLElement>('.pictures');
    // Of a call without a picture a window of the video's own shows nothing.
    const button = renderRoot.querySelector('[part~="pip-button"]');
    if (button) button.ariaDisabled = window.documentPictureInPicture || renderRoot.querySelector('.stage.picture') ? null : 'true';
    if (!this.#window) return void delete pictures?.dataset['away'];
    if (state !== 'active' && state !== 'reconnecting') return this.close();
    if (pictures) pictures.dataset['away'] = '';
    this.#match();
  }

  hostDisconnected(): void {
    this.close();
  }

  get isOpen(): boolean {
    return this.#window !== null;
  }

  close(): void {
    this.#window?.close();
  }

  render({ view }: CallScene): TemplateResult | typeof nothing {
    if (!this.#window) return nothing;
    const wordsOf = (key: keyof StageStrings): string => say(view.words, key, '', stageStrings);
    return html`<div class="away"><p>${wordsOf('in-window')}</p>
      <button type="button" part="button" class="primary" @click=${() => this.close()}>${wordsOf('back-from-window')}</button></div>`;
  }

  /** What the page says of the one holds for the other. */
  #match(): void {
    const { bound, noMirror, audioOnly, theme, controlsList } = this.#view;
    const inner = this.#inner;
    if (!inner) return;
    Object.assign(inner, { session: bound, noMirror, audioOnly, theme });
    const hides = `${controlsList} nofullscreen nopip`;
    if (String(inner.controlsList) !== hides) inner.controlsList = hides;
  }

  #closed(): void {
    this.#inner?.remove();
    this.#window = this.#inner = null;
    this.#asked = false;
    this.#view.requestUpdate();
  }
}
