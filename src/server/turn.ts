import { createHmac } from 'node:crypto';
import * as v from 'valibot';
import type { HubOptions, IceConfiguration } from '../hub/ports.js';
import type { Member } from '../protocol/codes.js';
import { MAX_ICE_TTL_MS, MIN_ICE_TTL_MS } from '../protocol/limits.js';
import { toMember } from '../protocol/member.js';
import type { IceServer } from '../protocol/messages.js';
import { isIceUrl } from './ice-url.js';
import { describeFailure, type ServerLogger } from './logger.js';
import type { Settings } from './settings.js';

// The ICE servers handed to members. None unless somebody configured them: nothing goes to third parties unasked.

/** ICE servers whose credentials are good for so many seconds. Said, members fetch others in time also while they are not in a call. */
export interface TimedIceServers {
  readonly iceServers: readonly IceServer[];
  readonly ttlS: number;
}

/**
 * The servers for this member, asked at joining, before every ICE restart and at a third of the life of the credentials, instead of those of the settings, which it is
 * given (with credentials made just now) to add to. One that fails falls back to them.
 */
export type IceServersHook = (
  member: Member,
  configured: readonly IceServer[],
) => readonly IceServer[] | TimedIceServers | Promise<readonly IceServer[] | TimedIceServers>;

const isTurn = (server: IceServer): boolean => [server.urls].flat().some((entry) => /^turns?:/.test(entry));
const url = v.pipe(v.string(), v.check(isIceUrl));
const server = v.object({ urls: v.union([url, v.array(url)]), username: v.optional(v.string()), credential: v.optional(v.string()) });
// Browsers refuse a relay without credentials, and with it the whole list.
const serversSchema = v.array(v.pipe(server, v.check((one) => !isTurn(one) || Boolean(one.username && one.credential), 'a relay needs username and credential')));
const timedSchema = v.object({ iceServers: serversSchema, ttlS: v.pipe(v.number(), v.minValue(MIN_ICE_TTL_MS / 1000)) });

const configuration = (iceServers: IceServer[], ttlS: number): IceConfiguration => {
  const hasTurn = iceServers.some(isTurn);
  return { iceServers, hasTurn, ...(hasTurn && Number.isFinite(ttlS) && { iceTtlMs: Math.min(Math.round(ttlS * 1000), MAX_ICE_TTL_MS) }) };
};

/**
 * By the TURN REST scheme: the name says until when and for whom, the password proves that whoever shares the relay's secret said so.
 * https://datatracker.ietf.org/doc/html/draft-uberti-behave-turn-rest-00
 */
export function turnCredentials(secret: string, memberId: string, expiresAtS: number): { username: string; credential: string } {
  const username = `${expiresAtS}:${memberId}`;
  return { username, credential: createHmac('sha1', secret).update(username).digest('base64') };
}

type IceSettings = Pick<Settings, 'stunUrls' | 'turnUrls' | 'turnSecret' | 'turnTtlS'>;

export function createIceServers(settings: IceSettings, hook: IceServersHook | undefined, log: ServerLogger): HubOptions['iceServers'] {
  const { stunUrls, turnUrls, turnSecret, turnTtlS } = settings;
  const configured = (memberId: string): IceServer[] => [
    ...(stunUrls.length > 0 ? [{ urls: [...stunUrls] }] : []),
    ...(turnSecret === undefined ? [] : [{ urls: [...turnUrls], ...turnCredentials(turnSecret, memberId, Math.floor(Date.now() / 1000) + turnTtlS) }]),
  ];
  const ownTtlS = turnSecret === undefined ? Infinity : turnTtlS;
  return async (member) => {
    const own = configured(member.id);
    if (!hook) return configuration(own, ownTtlS);
    try {
      const said: unknown = await hook(toMember(member), own);
      // What it added to ours may be good for longer; fetching too early does no harm.
      const answer = v.safeParse(timedSchema, Array.isArray(said) ? { iceServers: said, ttlS: ownTtlS } : said);
      if (answer.success) return configuration(answer.output.iceServers, answer.output.ttlS);
      log.error({ field: v.getDotPath(answer.issues[0]) }, 'iceServers returned no valid list');
    } catch (error) {
      log.warn(describeFailure(error), 'iceServers failed');
    }
    return configuration(own, ownTtlS);
  };
}
