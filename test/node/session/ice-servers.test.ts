import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { HubOptions } from '../../../src/hub/ports.js';
import { connect, idOf, inState, until, World, type Someone } from './session-harness.js';

// Credentials of relays expire while nobody calls. A call does not wait for others: they are there.

const TTL_MS = 1_500;

let world: World;
/** How many were issued so far, and who waits for the next. */
let issued = 0;
let refusing = false;
let whenIssued: (() => void)[] = [];

const supply = (iceTtlMs?: number): HubOptions['iceServers'] => async ({ id }) => {
  issued++;
  for (const tell of whenIssued.splice(0)) tell();
  if (refusing) throw new Error('no servers');
  return { iceServers: [{ urls: 'turn:t.example', username: `${issued}:${id}`, credential: 'c' }], hasTurn: true, ...(iceTtlMs && { iceTtlMs }) };
};
const nextIssue = (): Promise<void> => new Promise((resolve) => whenIssued.push(resolve));
/** What the reply to it changes is changed. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

beforeEach(() => {
  issued = 0;
  refusing = false;
  whenIssued = [];
});
afterEach(() => world.close());

function serversOf(who: number): string {
  return String(world.network.peers[who]?.options.iceServers[0]?.username).split(':')[0] ?? '';
}

async function ring(from: Someone, to: Someone): Promise<void> {
  await from.session.call(idOf(to));
  await inState(to, 'incoming');
}

describe('ICE servers with a life', { timeout: 20_000 }, () => {
  it('are fetched anew while nobody calls, before half of it is over; the next call has them at once', async () => {
    world = new World({ iceServers: supply(TTL_MS) });
    const from = performance.now();
    const [ana, bob] = await world.two();
    assert.equal(issued, 2);
    await nextIssue();
    assert.ok(performance.now() - from < TTL_MS / 2, 'before half of it is over');
    await nextIssue();
    await settled();
    await connect(world, ana, bob);
    assert.deepEqual(world.network.peers.map((_, who) => serversOf(who)).sort(), ['3', '4']);
  });

  it('are asked for again where they could not be had, before the old ones expire', async () => {
    world = new World({ iceServers: supply(TTL_MS), onFailure: () => {} });
    const from = performance.now();
    await world.joined('Ana');
    refusing = true;
    await nextIssue();
    refusing = false;
    await nextIssue();
    assert.ok(performance.now() - from < TTL_MS, 'before the old ones expire');
  });

  it('without a life are not asked for again', async () => {
    world = new World({ iceServers: supply() });
    await world.joined('Ana');
    const again = nextIssue().then(() => 'asked');
    assert.equal(await Promise.race([again, new Promise((resolve) => setTimeout(resolve, TTL_MS / 2, 'quiet'))]), 'quiet');
  });
});

describe('An ICE restart', { timeout: 20_000 }, () => {
  it('waits for fresh ICE servers, whatever the life of the old ones', async () => {
    world = new World({ iceServers: supply() });
    const [ana, bob] = await world.two();
    await connect(world, ana, bob);
    await ana.session.restartIce();
    const [restarted] = world.network.peers.filter(({ restarts }) => restarts > 0);
    assert.equal(String(restarted?.restartedWith?.[0]?.username).split(':')[0], '3');
  });

  it('goes without where there are none to be had', async () => {
    world = new World({ iceServers: supply(), onFailure: () => {} });
    const [ana, bob] = await world.two();
    await connect(world, ana, bob);
    refusing = true;
    await ana.session.restartIce();
    assert.deepEqual(world.network.peers.filter(({ restarts }) => restarts > 0).map(({ restartedWith }) => restartedWith), [undefined]);
  });
});

describe('A connection that was prepared for a ring and waits for the next', { timeout: 20_000 }, () => {
  it('serves it', async () => {
    world = new World({ iceServers: supply() });
    const [ana, bob] = await world.two();
    await ring(ana, bob);
    bob.session.reject();
    await inState(ana, 'ended');
    await ring(ana, bob);
    assert.equal(world.network.peers.length, 3, 'two of Ana’s, one of Bob’s');
  });

  it('is not used with credentials of then', async () => {
    world = new World({ iceServers: supply(TTL_MS) });
    const [ana, bob] = await world.two();
    await ring(ana, bob);
    bob.session.reject();
    await inState(ana, 'ended');
    const prepared = world.network.peers[1];
    await nextIssue();
    await nextIssue();
    await settled();
    await ring(ana, bob);
    assert.equal(prepared?.state, 'closed');
    assert.deepEqual([serversOf(2), serversOf(3)].sort(), ['3', '4']);
  });

  it('is not used where relays alone have been asked for since', async () => {
    world = new World({ iceServers: supply() });
    const [ana, bob] = await world.two();
    await ring(ana, bob);
    bob.session.reject();
    await inState(ana, 'ended');
    bob.session.configure({ iceTransportPolicy: 'relay' });
    await connect(world, ana, bob);
    await until(bob.session, () => bob.session.getSnapshot().callState === 'active');
    assert.deepEqual(world.network.peers.map(({ options }) => options.iceTransportPolicy), ['all', 'all', 'all', 'relay']);
    assert.equal(world.network.peers[1]?.state, 'closed');
  });
});
