import { parseNickname } from '../protocol/names.js';
import type { LoggedCall } from '../protocol/codes.js';
import type { Availability } from '../protocol/messages.js';
import type { ResumeTicket } from '../signaling/signaling-port.js';
import type { SessionOptions } from './session-api.js';

/** What this tab keeps of a membership, so that a reload comes back without asking. */
export interface Kept {
  readonly nickname: string;
  /** The name that was asked for; the one that was granted may have a suffix, or be the token's. */
  readonly asked?: string;
  readonly ticket?: ResumeTicket | undefined;
  readonly blocked?: readonly Blocked[];
  readonly log?: { readonly calls: readonly LoggedCall[]; readonly missed: readonly string[] };
}

/** Somebody who shall not ring here; by user where they have one, since they may come back as another member. */
export type Blocked = Availability['blocked'][number];

/** The call this tab is in, and what it is meant to send, so that a reload takes it up again. */
export interface KeptCall {
  readonly callId: string;
  readonly ticket?: string | undefined;
  readonly audio: boolean;
  readonly video: boolean;
}

export interface TabStorage {
  /** Null where nothing (or nothing usable) is kept, or storage is forbidden. */
  read(): Kept | null;
  keep(kept: Kept): void;
  forget(): void;
  call(): KeptCall | null;
  keepCall(call: KeptCall | null): void;
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
    call: () => tried((storage) => JSON.parse(storage.getItem(`${key}|call`) ?? 'null') as KeptCall | null),
    keepCall: (call) => void tried((storage) => (call ? storage.setItem(`${key}|call`, JSON.stringify(call)) : storage.removeItem(`${key}|call`))),
    forget: () => void tried((storage) => storage.removeItem(key)),
  };
}
