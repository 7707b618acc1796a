import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { ERROR_CODES } from '../../../src/protocol/codes.js';
import type { FlightDump } from '../../../src/session/flight-recorder.js';
import { SessionStore } from '../../../src/session/session-store.js';
import { createSession } from '../../../src/session/create-session.js';
import { playAgain } from '../../support/replay.js';
import { connect, idOf, inState, until, World, type Someone } from './session-harness.js';

const worlds: World[] = [];
afterEach(() => {
  for (const world of worlds.splice(0)) world.close();
});
const make = (options?: ConstructorParameters<typeof World>[0]): World => {
  const world = new World(options);
  worlds.push(world);
  return world;
};

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}
const phases = ({ entries }: FlightDump): unknown[] => entries.flatMap(({ call }) => (call ? [call['phase']] : []));
const dumped = async ({ session }: Someone): Promise<FlightDump> => session.dump();

describe('The flight recorder', () => {
  it('tells of a call from joining to its end, by event, state and effect', async () => {
    const world = make();
    const [ana, bob] = await world.two();
    await connect(world, ana, bob);
    ana.session.hangup();
    await inState(bob, 'ended');
    const dump = await dumped(ana);
    assert.equal(dump.format, 1);
    assert.match(dump.startedAt ?? '', /^\d{4}-.*Z$/);
    assert.deepEqual([dump.roomState, dump.callState], ['joined', 'ended']);
    assert.deepEqual(dump.entries.flatMap(({ room }) => room ?? []), ['joining', 'joined']);
    assert.deepEqual(dump.entries.flatMap(({ signaling }) => signaling ?? []), ['connecting', 'online']);
    assert.deepEqual([...new Set(phases(dump))], ['outgoing', 'connecting', 'active', 'ended']);
    const invite = dump.entries.flatMap(({ effects }) => effects ?? []).find(({ type }) => type === 'send-invite');
    assert.deepEqual(invite, { type: 'send-invite', callId: 'c1', to: 'm1', media: { audio: true, video: true }, offer: 'sdp1' });
    assert.ok(dump.entries.every(({ at }, index) => at >= 0 && (index > 0 || at === 0)));
  });

  it('says nothing of what was said: no name, id, address, description, candidate, ticket or token over a whole life', async () => {
    const spoken = new Set<string>();
    const world = make({ iceServers: async () => ({ iceServers: [{ urls: 'turn:marker-turn.example', username: 'marker-user', credential: 'marker-secret' }], hasTurn: true }) });
    const { hub } = world;
    const request = hub.request.bind(hub);
    hub.request = async (id, asked) => {
      const reply = await request(id, asked);
      for (const each of stringsIn([asked, reply])) spoken.add(each);
      return reply;
    };
    const options = { token: 'marker-token', room: 'marker-room', server: 'https://marker-server.example/calls' };
    const ana = await world.joined('Marker Ana', options);
    const bob = await world.joined('Marker Bob', options);
    await until(ana.session, () => ana.session.getSnapshot().members.length === 2);
    for (const [caller, callee] of [[ana, bob], [bob, ana]] as const) {
      await caller.session.call(idOf(callee));
      await inState(callee, 'incoming');
      // The hub tells those who come back while it rings of everything so far.
      callee.cut();
      await until(callee.session, () => callee.session.getSnapshot().roomState === 'reconnecting');
      await until(callee.session, () => callee.session.getSnapshot().roomState === 'joined');
      await callee.session.accept();
      await inState(caller, 'active');
      for (const peer of world.network.peers) peer.become('disconnected');
      await inState(callee, 'reconnecting');
      for (const peer of world.network.peers) peer.become('connected');
      await inState(callee, 'active');
      caller.cut();
      await until(caller.session, () => caller.session.getSnapshot().roomState === 'joined');
      caller.session.hangup();
      await inState(callee, 'ended');
    }
    const markers = [...spoken].filter((each) => each.length > 7 && (/[^a-z-]/.test(each) || each.includes('marker')));
    assert.ok(markers.some((each) => each.startsWith('offer p')) && markers.includes('Marker Ana') && markers.includes(idOf(ana)) && markers.includes('marker-token'), 'the markers went over the wire');
    for (const someone of [ana, bob]) {
      const text = JSON.stringify(await dumped(someone));
      for (const marker of markers) assert.ok(!text.includes(marker), `${marker} is in the dump`);
      assert.ok(!/marker|"p\d+"|r p\d|from p/i.test(text), 'a marker is in the dump');
      for (const alias of ['m1', 'c2', 'sdp1', 'k1', 't1']) assert.ok(text.includes(`"${alias}"`), `${alias} is not in the dump`);
    }
  });

  it('shows no field that it does not know, however a message grows', async () => {
    const world = make();
    const [ana, bob] = await world.two();
    await connect(world, ana, bob);
    const words = new Set<string>();
    const collect = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      for (const part of Object.values(value)) typeof part === 'string' ? words.add(part) : collect(part);
    };
    collect((await dumped(bob)).entries);
    for (const word of words) assert.match(word, /^((c|m|sdp|k|t)\d+|[a-z]+(-[a-z]+)*)?$/);

    const store = new SessionStore({});
    const event = { type: 'accept', at: 5, media: { audio: true, video: true, label: 'Secret camera' }, secret: 's3cret', cause: 'Secret Cause', nested: { type: 'accept' } } as const;
    store.record({ event, previous: { phase: 'idle' }, call: { phase: 'idle' }, effects: [] });
    const { writeDump } = await import('../../../src/session/flight-recorder.js');
    assert.deepEqual(writeDump(store).entries[0]?.event, { type: 'accept', media: { audio: true, video: true } });
  });

  it('keeps the last 300, says from where the first of them goes on, and can be played again from there', async () => {
    const world = make();
    const [ana, bob] = await world.two();
    for (let call = 0; call < 50; call++) {
      await connect(world, ana, bob);
      ana.session.hangup();
      await inState(bob, 'ended');
    }
    const dump = await dumped(bob);
    assert.equal(dump.entries.length, 300);
    assert.equal(dump.entries.filter(({ from }) => from).length, 1);
    assert.ok(dump.entries.find(({ event }) => event)?.from);
    assert.deepEqual(playAgain(dump).entries, dump.entries);
  });

  it('is not flooded by an outage: every try to come back is not an event', async () => {
    const world = make();
    const ana = await world.joined('Ana');
    const before = (await dumped(ana)).entries.length;
    for (let tries = 0; tries < 3; tries++) {
      ana.cut();
      ana.cut();
      await until(ana.session, () => ana.session.getSnapshot().roomState === 'joined');
    }
    const added = (await dumped(ana)).entries.slice(before);
    assert.ok(added.filter(({ signaling }) => signaling === 'reconnecting').length <= 3, JSON.stringify(added));
  });

  it('costs an object a step: nothing is copied or written as text before the dump', () => {
    const store = new SessionStore({});
    const untouchable = new Proxy({ type: 'accept', at: 1 }, { ownKeys: () => assert.fail('copied'), get: () => assert.fail('read') }) as never;
    store.record({ event: untouchable, previous: { phase: 'idle' }, call: { phase: 'idle' }, effects: [] });
    assert.equal(store.flight.length, 1);
  });

  it('is there before joining, and tells of errors by their codes', async () => {
    const session = createSession({ room: 'marker-room' });
    await session.call('nobody').catch(() => {});
    const dump = await session.dump();
    assert.deepEqual(dump, { format: 1, startedAt: dump.startedAt, roomState: 'idle', callState: 'idle', entries: [{ at: 0, error: 'not-joined' }] });
    assert.ok(ERROR_CODES.includes('not-joined'));
    session.dispose();
  });

  it('survives a session that is gone', async () => {
    const world = make();
    const ana = await world.joined('Ana');
    ana.session.dispose();
    await delay(0);
    assert.equal((await dumped(ana)).roomState, 'idle');
  });
});
