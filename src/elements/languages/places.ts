import type { PlaceStrings } from './place-strings.js';

/** Where the visitor gives a permission back, by error; null where it has no name that is known here: then the error's own remedy stands. */
export interface Places {
  readonly 'permission-denied': keyof PlaceStrings | null;
  readonly 'permission-denied-system': keyof PlaceStrings | null;
}

/** From the user agent string: there is no other source in Firefox and Safari, and a wrong guess costs a wrong hint. Every browser of iOS is Safari inside; an iPad says it is a Mac. */
export function placesOf(userAgent: string, touchPoints: number): Places {
  const is = (name: RegExp) => name.test(userAgent);
  const ios = is(/iPhone|iPad|iPod/) || (is(/Macintosh/) && touchPoints > 1);
  const browser = ios ? 'allow-ios' : is(/Firefox/) ? (is(/Android/) ? null : 'allow-firefox') : is(/Android/) ? 'allow-android' : is(/Chrom/) ? 'allow-chromium' : is(/Safari/) ? 'allow-safari' : null;
  const system = ios ? 'system-ios' : is(/Android/) ? 'system-android' : is(/Windows/) ? 'system-windows' : is(/Macintosh/) ? 'system-macos' : null;
  return { 'permission-denied': browser, 'permission-denied-system': system };
}
