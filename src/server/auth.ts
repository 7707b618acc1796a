import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import * as v from 'valibot';
import type { Authorization, HubOptions, Identity } from '../hub/ports.js';
import { identitySchema } from './identity.js';
import { describeFailure, type ServerLogger } from './logger.js';
import type { SettingsInput } from './settings.js';

// Who may enter, and as whom: as the operator's hook says, else as a token does (token-check.ts). With neither, rooms are open: anybody who knows a room's name, as
// nobody in particular.

/** What the hook may look at besides the token: the room asked for, and the HTTP request that opened the connection. */
export interface JoinRequest {
  readonly room: string;
  readonly headers: IncomingHttpHeaders;
  readonly url: string;
  /** The visitor's, behind proxies (`trustProxy`) too; null once the connection is gone. */
  readonly remoteAddress: string | null;
}

/**
 * Decides about one hello, before anything of the room is read: the identity to enter with, or null for no entry (`unauthorized`). Throwing is no entry too;
 * an error with `code: 'token-expired'` makes the client fetch a new token. Called again at every reconnection.
 */
export type AuthorizeHook = (token: string | null, request: JoinRequest) => Identity | null | Promise<Identity | null>;

const REFUSED: Authorization = { ok: false, code: 'unauthorized' };

function isExpiry(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'token-expired';
}

export const openRooms: HubOptions['authorize'] = () => Promise.resolve({ ok: true, identity: null });

/** For the lines at start: an operator shall see whether anybody may come in. */
export function describeRooms({ authSecret, authMode }: Pick<SettingsInput, 'authSecret' | 'authMode'>, hook?: AuthorizeHook): string {
  if (hook) return "authorized: the program's hook decides who may enter";
  if (!authSecret) return 'open: anybody who knows the name may enter';
  return authMode === 'optional' ? 'token optional: guests may enter any room, members with a token are marked' : 'token required: nobody enters without one';
}

/** The HTTP request that opened a connection; undefined once that is gone. */
type RequestOf = (connectionId: string) => IncomingMessage | undefined;

export function createHookCheck(hook: AuthorizeHook, requestOf: RequestOf, addressOf: (request: IncomingMessage) => string, log: ServerLogger): HubOptions['authorize'] {
  return async (token, connectionId, room) => {
    const request = requestOf(connectionId);
    if (!request) return REFUSED;
    try {
      const { headers, url = '' } = request;
      const answer: unknown = await hook(token, { room, headers, url, remoteAddress: addressOf(request) || null });
      if (answer === null) return REFUSED;
      const identity = v.safeParse(identitySchema, answer);
      if (identity.success) return { ok: true, identity: identity.output };
      log.error({ field: v.getDotPath(identity.issues[0]) }, 'authorize returned no valid identity');
      return REFUSED;
    } catch (error) {
      if (isExpiry(error)) return { ok: false, code: 'token-expired' };
      log.warn(describeFailure(error), 'authorize failed');
      return REFUSED;
    }
  };
}
