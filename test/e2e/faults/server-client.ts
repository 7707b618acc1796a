import { createTransportFor } from '../../../src/signaling/create-transport.js';
import { parseServer } from '../../../src/signaling/server-url.js';
import { createSignalingClient } from '../../../src/signaling/signaling-client.js';
import type { SignalingPort, SignalingState } from '../../../src/signaling/signaling-port.js';
import { applyDelta, applySnapshot, EMPTY_ROSTER, type Roster } from '../../../src/call/roster.js';
import type { Member } from '../../../src/protocol/codes.js';
import type { RoomSnapshot, ServerEvent, Welcome, WireCall } from '../../../src/protocol/messages.js';

/** A description as long as a real one: the server looks at nothing but its length. */
export const FAKE_SDP = `v=0\r\n${'a=fake:0123456789\r\n'.repeat(150)}`;

/** One member in this process: the product's own signaling over a real socket, without a page around it. Keeps what the server tells. */
export class NodeClient {
  readonly nickname: string;
  readonly signaling: SignalingPort;
  /** Every state of every call that was told, in order. */
  readonly calls: WireCall[] = [];
  readonly events: ServerEvent[] = [];
  /** `state` and when it was entered (epoch ms). */
  readonly states: { readonly state: SignalingState; readonly at: number }[] = [];
  memberId = '';
  #roster: Roster = EMPTY_ROSTER;
  readonly #waiting = new Set<() => void>();

  constructor(server: string, room: string, nickname: string) {
    this.nickname = nickname;
    const address = parseServer(server, server);
    if (!address) throw new Error(`${server} is no address of a server`);
    this.signaling = createSignalingClient(createTransportFor(address), {
      room,
      nickname,
      token: () => Promise.resolve(null),
      resume: null,
      callTicket: () => this.call?.ticket,
      rev: () => this.#roster.rev || undefined,
      handlers: {
        onWelcome: (welcome) => this.#welcome(welcome),
        onEvent: (event) => this.#event(event),
        onState: (state) => {
          this.states.push({ state, at: Date.now() });
          this.#changed();
        },
      },
    });
    this.signaling.start();
  }

  get members(): readonly Member[] {
    return this.#roster.members;
  }
  member(id: string): Member | undefined {
    return this.members.find((member) => member.id === id);
  }
  get call(): WireCall | undefined {
    return this.calls.at(-1);
  }

  async until(what: string, holds: () => boolean, limitMs = 10_000): Promise<void> {
    if (holds()) return;
    await new Promise<void>((resolve, reject) => {
      const look = (): void => {
        if (!holds()) return;
        this.#waiting.delete(look);
        clearTimeout(tooLong);
        resolve();
      };
      const tooLong = setTimeout(() => {
        this.#waiting.delete(look);
        reject(new Error(`${this.nickname}: waited ${limitMs} ms for ${what}; now ${this.signaling.state}, ${this.members.length} members, call ${this.call?.state ?? 'none'}`));
      }, limitMs);
      this.#waiting.add(look);
    });
  }

  online(limitMs?: number): Promise<void> {
    return this.until('being online', () => this.signaling.state === 'online' && this.member(this.memberId) !== undefined, limitMs);
  }

  list(): string[] {
    return this.members.map(({ id, nickname, busy, online }) => `${id} ${nickname}${busy ? ' busy' : ''}${online ? '' : ' offline'}`).sort();
  }

  close(): Promise<void> {
    return this.signaling.close();
  }

  #welcome(welcome: Welcome): void {
    this.memberId = welcome.memberId;
    if (welcome.room) this.#replace(welcome.room);
    else if (!welcome.resumed) this.#roster = { ...this.#roster, rev: 0 };
    if (welcome.call) this.calls.push(welcome.call);
    this.#changed();
  }

  #event(event: ServerEvent): void {
    this.events.push(event);
    if (event.t === 'call') this.calls.push(event.call);
    if (event.t === 'room') {
      const whole = event.fromRev === 0 && this.#roster.rev === 0;
      const change = whole ? applySnapshot(this.#roster, { rev: event.rev, members: event.put ?? [] }) : applyDelta(this.#roster, event);
      if (change) this.#roster = change.roster;
      else void this.#resync();
    }
    this.#changed();
  }

  async #resync(): Promise<void> {
    const reply = await this.signaling.request('sync', { rev: this.#roster.rev }).catch(() => null);
    // A delta may have overtaken it: several frames that come at once are all heard before any promise settles.
    if (reply?.room && reply.room.rev >= this.#roster.rev) this.#replace(reply.room);
    this.#changed();
  }

  #replace(room: RoomSnapshot): void {
    this.#roster = applySnapshot(this.#roster, room).roster;
  }

  #changed(): void {
    for (const look of [...this.#waiting]) look();
  }
}
