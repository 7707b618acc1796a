import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { FAKE_SDP, NodeClient } from './server-client.js';

export interface SwarmCall {
  readonly callId: string;
  readonly caller: NodeClient;
  readonly callee: NodeClient;
}

/** Come in so many at a time: the server is loaded by what the test is about, not by its beginning. */
const BATCH = 100;

/** Many members in rooms of `roomSize`, two of each room in a call, in this process and on real sockets. */
export class Swarm {
  readonly #name = randomUUID();
  readonly clients: NodeClient[] = [];
  readonly rooms: NodeClient[][] = [];
  calls: SwarmCall[] = [];

  async join(server: string, count: number, roomSize: number): Promise<void> {
    while (this.clients.length < count) {
      const batch = Array.from({ length: Math.min(BATCH, count - this.clients.length) }, () => this.#oneMore(server, roomSize));
      await Promise.all(batch.map((client) => client.online()));
    }
    await Promise.all(this.rooms.map((room) => Promise.all(room.map((client) => client.until('all of the room', () => client.members.length === room.length)))));
  }

  #oneMore(server: string, roomSize: number): NodeClient {
    let room = this.rooms.at(-1);
    if (!room || room.length === roomSize) this.rooms.push((room = []));
    const client = new NodeClient(server, `swarm-${this.#name}-${this.rooms.length}`, `Member ${room.length + 1}`);
    room.push(client);
    this.clients.push(client);
    return client;
  }

  /** The first two of each room. */
  async callInEachRoom(): Promise<void> {
    this.calls = await Promise.all(this.rooms.map(async ([caller, callee]) => {
      assert.ok(caller && callee);
      const callId = randomUUID();
      const media = { audio: true, video: true };
      await caller.signaling.request('invite', { callId, to: callee.memberId, media, offer: FAKE_SDP });
      await callee.until('ringing', () => callee.call?.callId === callId);
      await callee.signaling.request('accept', { callId, media, answer: FAKE_SDP });
      await Promise.all([caller, callee].map((client) => client.signaling.request('connected', { callId })));
      await Promise.all([caller, callee].map((client) => client.until('the call to be active', () => client.call?.state === 'active')));
      return { callId, caller, callee };
    }));
  }

  /** Calls of which a party was told an end, or whose parties are not listed as busy. */
  lostCalls(): SwarmCall[] {
    return this.calls.filter(({ callId, caller, callee }) => [caller, callee].some((client) =>
      client.calls.some((call) => call.callId === callId && call.state === 'ended') || client.member(client.memberId)?.busy !== true));
  }

  /** Rooms whose members do not all hold the same full list. */
  unequalRooms(): NodeClient[][] {
    return this.rooms.filter((room) => room.some((client) => client.members.length !== room.length || client.list().join() !== room[0]?.list().join()));
  }

  /** When each came online after `since` (epoch ms), sorted; whoever did not is missing. */
  returns(since: number): number[] {
    return this.clients.flatMap(({ states }) => states.find(({ state, at }) => state === 'online' && at >= since)?.at ?? []).sort((a, b) => a - b);
  }

  async hangUpOne(): Promise<void> {
    const [call] = this.calls;
    assert.ok(call);
    const { callId, caller, callee } = call;
    await caller.signaling.request('hangup', { callId, reason: 'hangup' });
    await callee.until('the end', () => callee.call?.callId === callId && callee.call.state === 'ended', 1_000);
  }
}

/** The most that fall into any window so long. */
export function densest(moments: readonly number[], windowMs: number): number {
  let most = 0;
  let first = 0;
  for (const [index, moment] of moments.entries()) {
    while (moment - (moments[first] ?? moment) >= windowMs) first += 1;
    most = Math.max(most, index - first + 1);
  }
  return most;
}
