import { LitElement } from 'lit';

const warned = new Set<string>();

/** Says a thing once per page. */
export function warnOnce(text: string): void {
  if (!warned.has(text)) console.warn(`[rtc-elements] ${text}`);
  warned.add(text);
}

/** What the three elements have in common. */
export class RtcElement extends LitElement {
  /** The release this element comes from. */
  static readonly version: string = '0.1.0';

  override connectedCallback(): void {
    super.connectedCallback();
    for (const { name, value } of this.attributes) this.#check(name, value);
  }

  override attributeChangedCallback(name: string, old: string | null, value: string | null): void {
    super.attributeChangedCallback(name, old, value);
    if (value) this.#check(name, value);
  }

  /** Shows a read-only state as an attribute, for style sheets; null takes it away. */
  protected reflect(name: string, value: string | null): void {
    if (value === this.getAttribute(name)) return;
    if (value === null) this.removeAttribute(name);
    else this.setAttribute(name, value);
  }

  /** Frameworks that know no properties write objects and functions into attributes, where they are lost. */
  #check(name: string, value: string): void {
    if (!/^\[object |^(async )?function\b|=>/.test(value)) return;
    const property = name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    warnOnce(`<${this.localName} ${name}>: an attribute holds text only. Set the property: element.${property} = …`);
  }
}

/** Registers an element; where the tag exists already the first stays, and another version is told. Does nothing where there is no DOM. */
export function define(tag: string, element: typeof RtcElement): void {
  if (typeof customElements === 'undefined') return;
  const known = customElements.get(tag) as Partial<typeof RtcElement> | undefined;
  if (!known) customElements.define(tag, element);
  else if (known.version !== element.version) {
    warnOnce(`<${tag}> is defined already, version ${known.version}; ${element.version} is not used. Load one version.`);
  }
}
