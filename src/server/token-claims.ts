import * as v from 'valibot';
import { parseNickname, parseRoomName } from '../protocol/names.js';
import { avatarUrl, data, role, userId } from './identity.js';

// What a room token says (RFC 7519 names where there are such). One schema for who makes tokens and who takes them.

/** Of `AUTH_SECRET`, in characters: 256 bits (RFC 7518, 3.2). */
export const MIN_AUTH_SECRET_LENGTH = 32;

/** Claims of a room token. Times (`exp`, `nbf`) are seconds since 1970, as JWT has them. */
export interface TokenClaims {
  /** The room it is good for, or several. */
  readonly room: string | readonly string[];
  /** Who it is, in the terms of your application: the same `sub` in several tabs or devices is one member. At most 256 characters. */
  readonly sub: string;
  /** The nickname, vouched for: shown with a badge. Without it the page chooses, and there is no badge. */
  readonly name?: string | undefined;
  /** For your own use and for calls to a role. At most 64 characters. */
  readonly role?: string | undefined;
  /** For your own use; everybody in the room sees it. */
  readonly data?: Readonly<Record<string, string>> | undefined;
  /** Address of a picture. At most 2,048 characters. */
  readonly picture?: string | undefined;
  /** May send others away. */
  readonly moderator?: boolean | undefined;
  readonly exp?: number | undefined;
  readonly nbf?: number | undefined;
}

const roomName = v.pipe(v.unknown(), v.transform(parseRoomName), v.string());
const time = v.pipe(v.number(), v.finite(), v.minValue(0));

/** Room names come out as the hub knows them, in a list. */
export const claimsSchema = v.object({
  room: v.pipe(
    v.union([roomName, v.array(roomName)]),
    v.transform((room) => [room].flat()),
    v.minLength(1),
  ),
  sub: userId,
  name: v.nullish(v.pipe(v.string(), v.check((name) => parseNickname(name) !== null, 'a nickname'))),
  role: v.nullish(role),
  data: v.nullish(data),
  picture: v.nullish(avatarUrl),
  moderator: v.nullish(v.boolean()),
  exp: v.nullish(time),
  nbf: v.nullish(time),
});
