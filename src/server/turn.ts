import * as v from 'valibot';
import type { HubOptions, IceConfiguration } from '../hub/ports.js';
import type { Member } from '../protocol/codes.js';
import { toMember } from '../protocol/member.js';
import type { IceServer } from '../protocol/messages.js';
import { describeFailure, type ServerLogger } from './logger.js';

// The ICE servers handed to members. None unless somebody configured them: nothing goes to third parties unasked.

/** Instead of `stunUrls`: the servers for this member, asked at joining and before every ICE restart. One that fails falls back to `stunUrls`. */
export type IceServersHook = (member: Member) => readonly IceServer[] | Promise<readonly IceServer[]>;

const url = v.pipe(v.string(), v.regex(/^(?:stun|turn)s?:\S+$/));
const serversSchema = v.array(v.object({ urls: v.union([url, v.array(url)]), username: v.optional(v.string()), credential: v.optional(v.string()) }));

const isTurn = (server: IceServer): boolean => [server.urls].flat().some((entry) => /^turns?:/.test(entry));
const configuration = (iceServers: IceServer[]): IceConfiguration => ({ iceServers, hasTurn: iceServers.some(isTurn) });

export function createIceServers(stunUrls: readonly string[], hook: IceServersHook | undefined, log: ServerLogger): HubOptions['iceServers'] {
  const configured = configuration(stunUrls.length > 0 ? [{ urls: [...stunUrls] }] : []);
  if (!hook) return () => Promise.resolve(configured);
  return async (member) => {
    try {
      const servers = v.safeParse(serversSchema, await hook(toMember(member)));
      if (servers.success) return configuration(servers.output);
      log.error({ field: v.getDotPath(servers.issues[0]) }, 'iceServers returned no valid list');
    } catch (error) {
      log.warn(describeFailure(error), 'iceServers failed');
    }
    return configured;
  };
}
