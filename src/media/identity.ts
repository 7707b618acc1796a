import { pause } from '../base/pause.js';
import { asked, inStore } from './browser-database.js';
import { createCertificate } from './peer.js';

const DAY_MS = 24 * 60 * 60 * 1000;
/** The most that browsers grant (their default is 30 days). A new one is another identity, which alarms everybody who has verified this one: as seldom as can be. */
const LASTS_MS = 365 * DAY_MS;
/** A page may stay open, and a browser refuses an expired one. */
const RENEWED_BEFORE_MS = 30 * DAY_MS;
const KEY = 'certificate';
/** Only in the first moments of a page: a call that is taken up after a reload. A throw-away identity in it would be a false alarm at the other side. */
const WAIT_MS = 100;

async function load(): Promise<RTCCertificate> {
  // Also where there is one: it takes a millisecond, in another thread, and one transaction finds or keeps it, whatever other tabs do.
  const made = await createCertificate(LASTS_MS);
  return inStore('identity', 'readwrite', async (store) => {
    const kept = await asked<RTCCertificate | undefined>(store.get(KEY));
    if (kept && kept.expires > Date.now() + RENEWED_BEFORE_MS) return kept;
    await asked(store.put(made, KEY));
    return made;
  }).catch(() => made);
}

/** The certificate that this browser shows to everybody it calls from this origin. The key never leaves the browser. */
export interface Identity {
  /** At once when it is loaded; nothing where it cannot be had, or not soon. */
  certificate(): Promise<RTCCertificate | void>;
  /** From the next connection on somebody new. */
  reset(): Promise<void>;
}

/** Begins to load it. */
export function openIdentity(): Identity {
  let loading = load();
  loading.catch(() => {});
  return {
    async certificate() {
      const loaded = loading.then((certificate) => (certificate.expires > Date.now() ? certificate : (loading = load())));
      return Promise.race([loaded.catch(() => {}), pause(WAIT_MS)]);
    },
    async reset() {
      await inStore('identity', 'readwrite', (store) => asked(store.delete(KEY))).catch(() => {});
      await (loading = load()).catch(() => {});
    },
  };
}
