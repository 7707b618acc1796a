import type { SessionOptions } from '../../../src/session/session-api.js';
import type { Tab } from './tab.js';
import type { World } from './world.js';

/** Somebody who does whatever comes to their mind, on a network that breaks: joins, leaves, calls, answers, reloads, closes the tab, opens it twice. */
export class Person {
  readonly #world: World;
  readonly #name: string;
  readonly #options: SessionOptions;
  #tab: Tab | null = null;
  /** A second tab, at times. */
  #other: Tab | null = null;

  constructor(world: World, name: string) {
    this.#world = world;
    this.#name = name;
    // Some are known by a token: all their tabs are one member.
    this.#options = { endedTimeout: 1, ...(world.scheduler.chance(0.4) && { token: `user-${name}` }) };
  }

  async act(): Promise<void> {
    const { scheduler, network } = this.#world;
    const dice = scheduler.random();
    const tab = this.#tab;
    if (!tab) {
      if (dice < 0.7) this.#tab = await this.#join([]);
    } else if (tab.frozenUntil > scheduler.now()) return;
    else if (dice < 0.04) await this.#world.act(tab, () => void tab.session.leave());
    else if (dice < 0.08) await this.#close(tab);
    else if (dice < 0.13) await this.#reload(tab);
    else if (dice < 0.16) await this.#duplicate(tab);
    else if (dice < 0.3) network.cut(tab, scheduler.chance(0.6) ? 'reset' : 'half-open');
    else if (dice < 0.34) {
      tab.offlineUntil = scheduler.now() + (scheduler.chance(0.7) ? scheduler.between(100, 6_000) : scheduler.between(6_000, 40_000));
      network.cut(tab, 'reset');
    } else if (dice < 0.37) this.#world.freeze(tab, scheduler.between(500, 14_000));
    else await this.#use(tab);
  }

  /** What its page offers at this moment. */
  async #use(tab: Tab): Promise<void> {
    const { session, snapshot, phase } = tab;
    const { chance, pick } = this.#dice;
    await this.#world.act(tab, () => {
      if (snapshot.roomState === 'idle') return void session.join().catch(() => {});
      if (phase === 'incoming') return chance(0.75) ? void session.accept().catch(() => {}) : session.reject();
      if (phase !== 'idle' && phase !== 'ended') return chance(0.35) ? session.hangup() : undefined;
      const others = snapshot.members.filter(({ id }) => id !== tab.id);
      const callee = pick(others);
      if (callee) void session.call(callee.id).catch(() => {});
    });
  }

  get #dice(): { chance(probability: number): boolean; pick<T>(items: readonly T[]): T | undefined } {
    const { scheduler } = this.#world;
    return { chance: (probability) => scheduler.chance(probability), pick: (items) => scheduler.pick(items) };
  }

  async #join(stored: Iterable<[string, string]>): Promise<Tab> {
    const tab = await this.#world.open(this.#name, this.#options, stored);
    await this.#world.act(tab, () => void tab.session.join().catch(() => {}));
    return tab;
  }

  async #close(tab: Tab): Promise<void> {
    this.#tab = null;
    await this.#world.kill(tab, { says: this.#dice.chance(0.6) });
  }

  async #reload(tab: Tab): Promise<void> {
    const { scheduler } = this.#world;
    this.#tab = null;
    await this.#world.kill(tab, { says: scheduler.chance(0.8) });
    const back = await this.#world.open(this.#name, this.#options, tab.storage.items);
    this.#tab = back;
    this.#world.soon(back, [50, 3_000], 'joins again', () => back.session.join().catch(() => {}));
  }

  async #duplicate(tab: Tab): Promise<void> {
    const old = this.#other;
    if (old) await this.#world.kill(old, { says: true });
    this.#other = await this.#join(tab.storage.items);
  }
}
