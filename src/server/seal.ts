import { createHmac, timingSafeEqual } from 'node:crypto';
import type { TicketSeal } from '../hub/ports.js';

/**
 * HMAC-SHA-256 over kind and text: `base64url(text).base64url(mac)`. The text can be read by whoever holds it, not changed. Closes with the first secret and opens
 * what any of them has closed.
 */
export function createSeal(...secrets: readonly string[]): TicketSeal {
  const macOf = (secret: string, kind: string, body: string) => createHmac('sha256', secret).update(`${kind}\n${body}`).digest();
  return {
    close(kind, text) {
      const body = Buffer.from(text).toString('base64url');
      return `${body}.${macOf(secrets[0]!, kind, body).toString('base64url')}`;
    },
    open(kind, ticket) {
      const [body = '', mac = ''] = ticket.split('.');
      const given = Buffer.from(mac, 'base64url');
      const isOurs = secrets.some((secret) => {
        const wanted = macOf(secret, kind, body);
        return given.length === wanted.length && timingSafeEqual(given, wanted);
      });
      return isOurs ? Buffer.from(body, 'base64url').toString() : null;
    },
  };
}
