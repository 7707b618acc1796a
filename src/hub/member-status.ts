import type { HubCore } from './hub-core.js';
import type { PresenceFeed } from './presence-feed.js';
import { wireOf } from './rooms.js';
import type { LocalMember } from './sessions.js';

/**
 * Keeps `online` and `busy` of the members here as they truly are. The flags are computed when they are written, and written by one run at a time per
 * member: however claims and connections come and go meanwhile, the last run sees the last of them.
 */
export class MemberStatus {
  readonly #core: HubCore;
  readonly #feed: PresenceFeed;
  /** Members with a run under way; true: another is due after it. */
  readonly #running = new Map<LocalMember, boolean>();

  constructor(core: HubCore, feed: PresenceFeed) {
    this.#core = core;
    this.#feed = feed;
  }

  /** Something may have changed for these. */
  refresh(...memberIds: readonly string[]): void {
    for (const id of memberIds) {
      const member = this.#core.members.get(id);
      if (!member) continue;
      if (this.#running.has(member)) this.#running.set(member, true);
      else void this.#core.untilDone('member status', () => this.#run(member));
    }
  }

  async #run(member: LocalMember): Promise<void> {
    if (this.#running.has(member)) return;
    const { presence, calls } = this.#core.options;
    try {
      do {
        this.#running.set(member, false);
        if (member.gone) return;
        const busy = (await calls.claimOf(member.id)) !== null;
        const online = [...member.sessions].some((session) => session.isHere);
        const result = await presence.patch(member.room, member.id, { online, busy });
        if (result?.changed) this.#feed.note(member.room, result.rev, { put: wireOf(result.member) });
      } while (this.#running.get(member));
    } finally {
      this.#running.delete(member);
    }
  }
}
