/** `bytes` random bytes from the platform's cryptographic source, in base64url. */
export function randomId(bytes: number): string {
  const text = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(bytes))));
  return text.replace(/[+/=]/g, (character) => ({ '+': '-', '/': '_' })[character] ?? '');
}
