/**
 * Whether an address that somebody else may have chosen (a picture in a token, a ringtone in an attribute) leads to a picture or a sound: fetched, or held in
 * the address itself. Browsers run no script from the others, but a strict policy reports each as an attempt.
 */
export function isMediaAddress(address: string, kind: 'audio' | 'image'): boolean {
  try {
    return RegExp(`^(https?:|blob:|data:${kind}/)`).test(new URL(address, document.baseURI).href);
  } catch {
    return false;
  }
}
