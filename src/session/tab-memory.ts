import type { ResumeTicket } from '../signaling/signaling-port.js';
import type { TabStorage } from './tab-storage.js';

// What a reload needs to come back as the same member, in this tab's storage. "Duplicate tab" copies the storage but cannot hold the lock: it becomes a new session.

export class TabMemory {
  readonly #storage: TabStorage;
  #releaseLock: (() => void) | null = null;
  #lockedFor: string | null = null;

  constructor(storage: TabStorage) {
    this.#storage = storage;
  }

  get nickname(): string | null {
    return this.#storage.read()?.nickname ?? null;
  }

  keep(nickname: string, ticket: ResumeTicket | null): void {
    const held = ticket !== null && ticket.sessionId === this.#lockedFor;
    this.#storage.keep({ nickname, ...(held && { ticket }) });
  }

  get holdsTicket(): boolean {
    return this.#lockedFor !== null;
  }

  /** The ticket of this tab's last session, if this tab alone may use it. */
  async takeTicket(): Promise<ResumeTicket | null> {
    const ticket = this.#storage.read()?.ticket;
    return ticket && (await this.#lock(ticket.sessionId, 500)) ? ticket : null;
  }

  /** Claims a new session for this tab, so that its ticket may be kept. Without Web Locks nothing is stored. */
  async claim(sessionId: string): Promise<void> {
    if (this.#lockedFor !== sessionId) await this.#lock(sessionId, 500);
  }

  forget(): void {
    this.#releaseLock?.();
    this.#releaseLock = this.#lockedFor = null;
    this.#storage.forget();
  }

  /** A page that reloads may find its former self still holding the lock for a moment: hence the short wait. */
  #lock(sessionId: string, waitMs: number): Promise<boolean> {
    if (typeof navigator === 'undefined' || !navigator.locks) return Promise.resolve(false);
    const patience = AbortSignal.timeout(waitMs);
    return new Promise((resolve) => {
      navigator.locks
        .request(`rtc-elements:session:${sessionId}`, { signal: patience }, () => {
          this.#releaseLock?.();
          this.#lockedFor = sessionId;
          resolve(true);
          return new Promise<void>((release) => (this.#releaseLock = release));
        })
        .catch(() => resolve(false));
    });
  }
}
