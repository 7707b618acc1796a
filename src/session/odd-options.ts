import type { SessionOptions } from './session-api.js';

// What a page has written and nobody knows: it changes less than the page thinks, and nothing fails. A session takes it as it is; whoever looks for the mistake is told.

const KNOWN = { media: ['audio', 'video', 'none'], facingMode: ['user', 'environment', 'left', 'right'], priority: ['audio', 'video'] } as const satisfies {
  readonly [option in keyof SessionOptions]?: readonly string[];
};
const said = new Set<string>();

/** Warns in the console, once per page of each. */
export function warnOfOddOptions(options: SessionOptions): void {
  for (const [name, known] of Object.entries(KNOWN) as [keyof typeof KNOWN, readonly string[]][]) {
    const value = options[name];
    const warning = `[rtc-elements] ${name}="${String(value)}": expected ${known.join(', ')}`;
    if (value === undefined || said.has(warning) || String(value).trim().split(/\s+/).every((word) => known.includes(word))) continue;
    said.add(warning);
    console.warn(warning);
  }
}
