/** What `controlslist` can hide. */
const TOKENS = [
  'nomic', 'nocamera', 'noscreen', 'nofullscreen', 'nopip', 'nosettings', 'notimer', 'noquality', 'nohints', 'nochat', 'nofile', 'norecord', 'noscreenshot',
] as const;
export type ControlToken = (typeof TOKENS)[number];

/** The `controlslist` attribute as a token list, like `HTMLMediaElement.controlsList`. (A real `DOMTokenList` cannot be made for an attribute of one's own.) */
export class ControlsList implements Iterable<string> {
  readonly #host: Element;

  constructor(host: Element) {
    this.#host = host;
  }

  get value(): string {
    return this.#host.getAttribute('controlslist') ?? '';
  }
  set value(value: string) {
    this.#host.setAttribute('controlslist', value);
  }
  get length(): number {
    return [...this].length;
  }

  contains(token: string): boolean {
    return [...this].includes(token);
  }
  add(...tokens: string[]): void {
    this.value = [...new Set([...this, ...tokens])].join(' ');
  }
  remove(...tokens: string[]): void {
    this.value = [...this].filter((token) => !tokens.includes(token)).join(' ');
  }
  toggle(token: string, force = !this.contains(token)): boolean {
    this[force ? 'add' : 'remove'](token);
    return force;
  }
  supports(token: string): boolean {
    return (TOKENS as readonly string[]).includes(token.toLowerCase());
  }
  [Symbol.iterator](): IterableIterator<string> {
    return new Set(this.value.toLowerCase().match(/\S+/g)).values();
  }
  toString(): string {
    return this.value;
  }
}
