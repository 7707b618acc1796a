import { asked, inStore } from './browser-database.js';

/** Devices and browsers of one person; whoever has more verifies again. */
const MOST = 16;

/** A pair of people, as far as it can be told apart. */
export interface Pair {
  readonly server: string;
  /** Whom of this browser; null in an open room. */
  readonly ownUserId: string | null;
  /** The other, where the server vouches for who they are. */
  readonly userId: string | null;
  /** The other, where nobody does: what was compared is this name with this identity, and says nothing of the same browser under another name. */
  readonly nickname: string;
}

const keyOf = ({ server, ownUserId, userId, nickname }: Pair): string => JSON.stringify(userId === null ? [server, ownUserId, 'nickname', nickname] : [server, ownUserId, 'user', userId]);

/** The fingerprints of the other that were verified in this browser, newest first. Rejects where nothing can be kept. */
export async function recallVerified(pair: Pair): Promise<readonly string[]> {
  return (await inStore('verified', 'readonly', (store) => asked<string[] | undefined>(store.get(keyOf(pair))))) ?? [];
}

export async function keepVerified(pair: Pair, fingerprints: readonly string[]): Promise<void> {
  await inStore('verified', 'readwrite', async (store) => {
    if (fingerprints.length > 0) await asked(store.put(fingerprints.slice(0, MOST), keyOf(pair)));
    else await asked(store.delete(keyOf(pair)));
  });
}
