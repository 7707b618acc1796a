import { errors, jwtVerify, type JWTPayload } from 'jose';
import * as v from 'valibot';
import type { Authorization, HubOptions, Identity } from '../hub/ports.js';
import type { ServerLogger } from './logger.js';
import { claimsSchema } from './token-claims.js';

// Room tokens (HS256, RFC 7519), judged before anything of the room is read. Every refusal is the same word; that a token has expired is told only to who brings
// one that was once good for this very room, so a forger learns nothing.

const REFUSED: Authorization = { ok: false, code: 'unauthorized' };

/** The clocks of who makes tokens and of this server may differ by so much. */
const CLOCK_TOLERANCE_S = 5;

/** Null: none of the keys signed it, it is no such token, or not valid yet. */
async function open(token: string, keys: readonly Uint8Array[]): Promise<{ payload: JWTPayload; expired: boolean } | null> {
  for (const key of keys) {
    try {
      const { payload } = await jwtVerify(token, key, { algorithms: ['HS256'], clockTolerance: CLOCK_TOLERANCE_S });
      return { payload, expired: false };
    } catch (error) {
      // Looked at only after the signature.
      if (error instanceof errors.JWTExpired) return { payload: error.payload, expired: true };
    }
  }
  return null;
}

export interface TokenCheckOptions {
  readonly secrets: readonly string[];
  /** Who brings no token: nobody, or a guest. A bad token is never a guest's. */
  readonly mode: 'required' | 'optional';
  readonly log: ServerLogger;
}

export function createTokenCheck({ secrets, mode, log }: TokenCheckOptions): HubOptions['authorize'] {
  const keys = secrets.map((secret) => new TextEncoder().encode(secret));
  return async (token, _connectionId, room) => {
    if (!token) return mode === 'optional' ? { ok: true, identity: null } : REFUSED;
    const opened = await open(token, keys);
    if (!opened) return REFUSED;
    const claims = v.safeParse(claimsSchema, opened.payload);
    if (!claims.success) {
      // Signed with our key: a mistake of the application, which its operator wants to hear of.
      log.warn({ claim: v.getDotPath(claims.issues[0]) }, 'token refused: this claim is missing or not valid');
      return REFUSED;
    }
    const { room: rooms, sub, name, role, data, picture, moderator } = claims.output;
    if (!rooms.includes(room)) return REFUSED;
    if (opened.expired) return { ok: false, code: 'token-expired' };
    const identity: Identity = {
      userId: sub,
      ...(name != null && { nickname: name }),
      ...(role != null && { role }),
      ...(data != null && { data }),
      ...(picture != null && { avatarUrl: picture }),
      ...(moderator && { moderator }),
    };
    return { ok: true, identity };
  };
}
