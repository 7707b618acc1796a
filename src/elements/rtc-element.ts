import { LitElement, type PropertyDeclaration, type PropertyDeclarations, type PropertyValues } from 'lit';
import { listen, stopListening, translate } from './language.js';
import type { RtcStrings } from './strings.js';
import { VERSION } from './version.js';

const warned = new Set<string>();

/** Says a thing once per page. */
export function warnOnce(text: string): void {
  if (!warned.has(text)) console.warn(`[rtc-elements] ${text}`);
  warned.add(text);
}

/** Shown as attributes for style sheets; what the page writes there is put right. */
const READ_ONLY = ['state', 'direction', 'quality'];

/**
 * What the three elements have in common.
 *
 * @cssprop --rtc-accent - What is pressed first: the main button, focus, a choice made.
 * @cssprop --rtc-on-accent - Text and icons on that.
 * @cssprop --rtc-bg - Behind everything.
 * @cssprop --rtc-surface - Cards, panels and fields.
 * @cssprop --rtc-on-surface - Text and icons on both.
 * @cssprop --rtc-muted-text - Text of less weight.
 * @cssprop --rtc-border - Lines around fields, cards and buttons.
 * @cssprop --rtc-danger - Hanging up and rejecting; what has failed.
 * @cssprop --rtc-on-danger - Text and icons on that.
 * @cssprop --rtc-success - Accepting; who is free.
 * @cssprop --rtc-warning - A weak network, a warning.
 * @cssprop [--rtc-video-bg=#14161b] - Behind the pictures.
 * @cssprop [--rtc-video-fit=cover within bounds] - How a camera's picture fills its place: `contain` shows all of it, `cover` fills, whatever is cut off. Default: fills, and loses at most a quarter of its height or 55% of its width. A shared screen is always seen whole.
 * @cssprop [--rtc-radius=12px] - Corners of cards, panels and pictures.
 * @cssprop [--rtc-gap=8px] - Between things.
 * @cssprop [--rtc-control-size=44px] - Width and height of a button; less than 44px is not taken.
 * @cssprop [--rtc-font=inherit] - All text, as the `font` shorthand.
 * @cssprop [--rtc-focus-ring=2px solid accent] - Around what has the focus, as `outline`.
 */
export class RtcElement extends LitElement {
  /** The release this element comes from. */
  static readonly version: string = VERSION;

  static override properties: PropertyDeclarations = { theme: {} };

  /** `auto`, `light` or `dark`. Default: as the room, else `auto`. */
  theme?: string | null;

  /** @internal What it is drawn with, where that is not English: the page's own words, else those of the language around it. */
  words: Partial<RtcStrings> = {};
  /** What assistive technology takes it for where the page says nothing (`aria-label`, `aria-labelledby`, `role`). */
  protected readonly semantics: ElementInternals = Object.assign(this.attachInternals(), { role: 'group' });
  #spoken: Promise<void> | undefined;

  static override get observedAttributes(): string[] {
    return [...super.observedAttributes, 'state', 'direction', 'quality', 'controlslist', 'id'];
  }

  /** Attributes are kebab-case. */
  static override createProperty(name: string, options?: PropertyDeclaration): void {
    super.createProperty(name, { attribute: name.replace(/[A-Z]/g, '-$&').toLowerCase(), ...options });
  }

  /** A property that Lit knows nothing of, and that the page set before the element was defined, hides the element's own: it is set anew. */
  protected honour(name: string): void {
    const early = Object.getOwnPropertyDescriptor(this, name);
    if (early && Reflect.deleteProperty(this, name)) Reflect.set(this, name, early.value);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#spoken = listen(this);
    for (const { name, value } of this.attributes) this.#check(name, value);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    stopListening(this);
  }

  override attributeChangedCallback(name: string, old: string | null, value: string | null): void {
    super.attributeChangedCallback(name, old, value);
    if (value) this.#check(name, value);
    if (READ_ONLY.includes(name)) this.reflect();
    else this.requestUpdate();
  }

  /** `theme` comes from further up: a room elsewhere. */
  protected get inheritedTheme(): string | null | undefined {
    return null;
  }

  /** The page's own words. */
  protected get ownWords(): Partial<RtcStrings> {
    return {};
  }

  /**
   * A task later than the change: what it does for the call (its description, its candidates) goes before drawing it, and what comes together is drawn once.
   * At once where nobody sees it, since timers are slow there and it must ring all the same.
   */
  protected override async scheduleUpdate(): Promise<void> {
    // Its first words are in the right language.
    if (!this.hasUpdated) await this.#spoken;
    else if (!document.hidden) await new Promise((resolve) => setTimeout(resolve));
    super.scheduleUpdate();
  }

  protected override update(changed: PropertyValues): void {
    // What a page's own table has no text for is ours.
    this.words = translate(this, Object.fromEntries(Object.entries({ ...this.ownWords }).filter(([, word]) => typeof word === 'string')));
    super.update(changed);
  }

  protected override updated(): void {
    this.reflect();
    this.style.setProperty('--_scheme', `${this.theme ?? this.inheritedTheme ?? ''}`.replace('auto', 'light dark'));
  }

  protected reflect(): void {
    // Not before the first drawing: an element that is being made has no attributes but the page's.
    for (const name of this.hasUpdated ? READ_ONLY : []) {
      const value = Reflect.get(this, name) as string | null | undefined;
      if (value === null) this.removeAttribute(name);
      else if (value !== undefined && value !== this.getAttribute(name)) this.setAttribute(name, value);
    }
  }

  /** Frameworks that know no properties write objects and functions into attributes, where they are lost. */
  #check(name: string, value: string): void {
    if (!/^\[object |^(async )?function\b|=>/.test(value)) return;
    warnOnce(`<${this.localName} ${name}>: attributes hold text only, set the property`);
  }
}

/** Registers an element; where the tag exists already the first stays, and another version is told. Does nothing where there is no DOM. */
export function define(tag: string, element: typeof RtcElement): void {
  if (typeof customElements === 'undefined') return;
  const known = customElements.get(tag) as Partial<typeof RtcElement> | undefined;
  if (!known) customElements.define(tag, element);
  else if (known.version !== element.version) {
    warnOnce(`<${tag}> is defined already by version ${known.version}; ${element.version} is not used.`);
  }
}
