import { parseNickname } from '../protocol/names.js';
import type { Availability } from '../protocol/messages.js';
import type { LoggedCall } from '../protocol/codes.js';
import type { ResumeTicket } from '../signaling/signaling-port.js';
import type { SessionOptions } from './session-api.js';

/** What this tab keeps of a membership, so that a reload comes back without asking. */
export interface Kept {
  readonly nickname: string;
  readonly ticket?: ResumeTicket;
  readonly blocked?: readonly Blocked[];
}

/** Somebody who shall not ring here; by user where they have one, since they may come back as another member. */
export type Blocked = Availability['blocked'][number];

/** The call this tab is in, and what it sends, so that a reload takes it up again. */
export interface KeptCall {
  readonly callId: string;
  readonly ticket?: string | undefined;
  readonly audio: boolean;
  readonly video: boolean;
}

export interface KeptParts {
  readonly call: KeptCall;
  readonly log: { readonly calls: readonly LoggedCall[]; readonly missed: readonly string[] };
}

export interface TabStorage {
  /** Null where nothing (or nothing usable) is kept, or storage is forbidden. */
  read(): Kept | null;
  keep(kept: Kept): void;
  forget(): void;
  /** What there is of a call under way, and of those that are over. */
  part<P extends keyof KeptParts>(name: P): KeptParts[P] | null;
  keepPart<P extends keyof KeptParts>(name: P, part: KeptParts[P] | null): void;
}

/** The tab's storage under server, room and storage key (two rooms of one page). Forbidden or full storage is as good as empty. */
export function tabStorage(server: string, { room = '', storageKey = '' }: Readonly<SessionOptions>): TabStorage {
  const key = `rtc-elements:${server}|${room}|${storageKey}`;
  const tried = <T>(use: (storage: Storage) => T): T | null => {
    try {
      return use(sessionStorage);
    } catch {
      return null;
    }
  };
  return {
    read: () =>
      tried((storage) => {
        const kept = JSON.parse(storage.getItem(key) ?? 'null') as Partial<Kept> | null;
        const nickname = parseNickname(kept?.nickname);
        return nickname === null ? null : { ...kept, nickname };
      }),
    keep: (kept) => void tried((storage) => storage.setItem(key, JSON.stringify(kept))),
    part: (name) => tried((storage) => JSON.parse(storage.getItem(`${key}|${name}`) ?? 'null')),
    keepPart: (name, part) => void tried((storage) => (part ? storage.setItem(`${key}|${name}`, JSON.stringify(part)) : storage.removeItem(`${key}|${name}`))),
    forget: () => void tried((storage) => ['', '|log'].forEach((name) => storage.removeItem(key + name))),
  };
}
