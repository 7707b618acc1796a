import type { ResumeTicket } from '../signaling/signaling-port.js';
import type { TabStorage } from './tab-storage.js';

/** A page that reloads may find its former self still holding the lock for a moment. */
const LOCK_WAIT_MS = 500;

/**
 * What a reload needs to come back as the same member, in this tab's storage. "Duplicate tab" copies the storage but cannot hold the lock: it becomes a new
 * session. Without Web Locks no ticket is kept.
 */
export class TabMemory {
  readonly #storage: TabStorage;
  readonly #asked: string;
  #releaseLock = (): void => {};
  #lockedFor: string | null = null;
  #closed = false;

  /** `asked`: the name that the page gives now. Where it is somebody else's, what was kept is forgotten, unless a call runs: one comes back to it as the former. */
  constructor(storage: TabStorage, asked: string) {
    this.#storage = storage;
    this.#asked = asked;
    const kept = storage.read();
    if (kept && asked && asked !== kept.asked && asked !== kept.nickname && !storage.call()) storage.forget();
  }

  get holdsTicket(): boolean {
    return this.#lockedFor !== null;
  }

  /** The ticket of this tab's last session, if this tab alone may use it. */
  async takeTicket(): Promise<ResumeTicket | null> {
    const ticket = this.#storage.read()?.ticket;
    return ticket && (await this.#lock(ticket.sessionId)) ? ticket : null;
  }

  /** The ticket only once the lock on its session is ours. */
  async keep(nickname: string, ticket: ResumeTicket): Promise<void> {
    const write = (): boolean => {
      const held = ticket.sessionId === this.#lockedFor;
      if (!this.#closed) this.#storage.keep({ ...this.#storage.read(), nickname, asked: this.#asked, ticket: held ? ticket : undefined });
      return held;
    };
    if (write()) return;
    await this.#lock(ticket.sessionId);
    write();
  }

  /** Others, and this page's next joining, may have the session. */
  close(): void {
    this.#closed = true;
    this.#releaseLock();
  }

  /** True once the lock is ours, which it is until `close()`. */
  #lock(sessionId: string): Promise<boolean> {
    return new Promise((resolve) => {
      const locks = globalThis.navigator?.locks;
      if (!locks) return resolve(false);
      const patience = AbortSignal.timeout(LOCK_WAIT_MS);
      const hold = (): Promise<void> | undefined => {
        resolve(!this.#closed);
        if (this.#closed) return;
        this.#releaseLock();
        this.#lockedFor = sessionId;
        return new Promise((release) => (this.#releaseLock = release));
      };
      locks.request(`rtc-elements:session:${sessionId}`, { signal: patience }, hold).catch(() => resolve(false));
    });
  }
}
