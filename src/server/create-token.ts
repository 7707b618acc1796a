import { SignJWT } from 'jose';
import * as v from 'valibot';
import { claimsSchema, MIN_AUTH_SECRET_LENGTH, type TokenClaims } from './token-claims.js';

export type { TokenClaims } from './token-claims.js';

export interface TokenOptions {
  /** Seconds until it expires, unless the claims have `exp`. Default 3600. */
  readonly expiresIn?: number;
}

const DEFAULT_LIFE_S = 3600;

/**
 * A room token: an HS256 JWT that a server with the same `AUTH_SECRET` takes. For your application's backend, whatever it runs in (only WebCrypto is needed), never
 * for a page: whoever has the secret may be anybody.
 *
 * @param secret As in `AUTH_SECRET`; of several, separated by commas, the first signs.
 * @throws {TypeError} naming the claim, or the secret, that no server would take. Their values are not repeated.
 */
export async function createToken(claims: TokenClaims, secret: string, { expiresIn = DEFAULT_LIFE_S }: TokenOptions = {}): Promise<string> {
  const key = secret.split(',').map((each) => each.trim()).find(Boolean) ?? '';
  if (key.length < MIN_AUTH_SECRET_LENGTH) throw new TypeError(`secret: expected at least ${MIN_AUTH_SECRET_LENGTH} characters`);
  if (!Number.isFinite(expiresIn)) throw new TypeError('expiresIn: expected seconds');
  const checked = v.safeParse(claimsSchema, claims);
  if (!checked.success) throw new TypeError(`${v.getDotPath(checked.issues[0]) ?? 'claims'}: not valid in a room token`);
  const now = Math.floor(Date.now() / 1000);
  const { room, sub, name, role, data, picture, moderator, nbf, exp = now + Math.round(expiresIn) } = claims;
  return new SignJWT({ room, sub, name, role, data, picture, moderator, nbf, exp, iat: now }).setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(new TextEncoder().encode(key));
}
