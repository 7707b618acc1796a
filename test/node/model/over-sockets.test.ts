import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { FakeLocalMedia } from '../session/fake-media.js';
import { forSeedsTogether } from './for-seeds.js';
import { SocketWorld, startServer, type SocketTab } from './socket-world.js';
import { byId } from './world.js';

// 25 of each over real sockets: the product's server and signaling client with socket.io between them, each link by a slow TCP road that can be cut.

let running: Awaited<ReturnType<typeof startServer>>;
before(async () => {
  running = await startServer();
});
after(async () => {
  await running.server.close();
});

const COUNT = 25;
type Tabs = [SocketTab, SocketTab, SocketTab];
const quietly = (promise: Promise<unknown>): void => void promise.catch(() => {});
const wasEverLit = (media: FakeLocalMedia): boolean => media.tracks.length > 0;

/** A room for each seed, all at once on one server. */
function rooms(run: (world: SocketWorld) => Promise<void>): Promise<void> {
  return forSeedsTogether(COUNT, async (seed) => {
    const world = new SocketWorld(seed, running);
    try {
      await run(world);
      world.expectNoFindings();
    } finally {
      await world.close();
    }
  });
}

async function expectAllFree(world: SocketWorld): Promise<void> {
  const isBusy = async (): Promise<boolean> => (await world.members()).some(({ busy }) => busy);
  for (const end = Date.now() + 3_000; Date.now() < end && (await isBusy()); await world.run(25));
  assert.equal(await isBusy(), false, 'nobody is busy');
  assert.deepEqual(world.tabs.map(({ isInCall, light }) => [isInCall, light]), world.tabs.map(() => [false, false]), world.describe());
}

async function connect(world: SocketWorld, ana: SocketTab, bob: SocketTab): Promise<string> {
  quietly(ana.session.call(bob.id));
  await world.expectSoon('it rings', () => bob.phase === 'incoming', 5_000);
  quietly(bob.session.accept());
  await world.expectSoon('both are active', () => ana.phase === 'active' && bob.phase === 'active', 8_000);
  return ana.callId ?? '';
}

/** Whichever way: broken with a word, or without one. */
function cut(world: SocketWorld, ...tabs: readonly SocketTab[]): void {
  const tab = tabs[Math.floor(world.pace.random() * tabs.length)]!;
  tab.proxy.reset();
}

describe('Over real sockets', { concurrency: 1 }, () => {
  it('25 mutual invitations make one connected call each, never busy, also where a link breaks', () => rooms(async (world) => {
    const [ana, bob, cyn] = (await world.joinAll('Ana', 'Bob', 'Cyn')) as Tabs;
    // In one turn: neither can have heard of the other.
    quietly(ana.session.call(bob.id));
    quietly(bob.session.call(ana.id));
    if (world.pace.chance(0.5)) await world.within(200, () => cut(world, ana, bob));
    await world.expectSoon('both are active', () => ana.phase === 'active' && bob.phase === 'active', 15_000);
    assert.equal(ana.callId, bob.callId);
    assert.deepEqual([...ana.told(), ...bob.told()].filter((state) => /ended|incoming/.test(state)), [], world.describe());
    await world.expectSoon('Cyn sees two busy', () => cyn.snapshot.members.filter(({ busy }) => busy).length === 2, 5_000);
    await world.expectSoon('the server knows of the connection', () => world.audit.facts.some(({ type }) => type === 'call.started'), 8_000);
    assert.equal(world.audit.facts.filter(({ type }) => type === 'call.ringing').length, 1);
    bob.session.hangup();
    await world.expectSoon('it is over', () => ana.phase === 'ended' && bob.phase === 'ended', 8_000);
    await expectAllFree(world);
  }));

  it('of 25 pairs that call one third at once, one rings and the other is told busy', () => rooms(async (world) => {
    const [ana, bob, cyn] = (await world.joinAll('Ana', 'Bob', 'Cyn')) as Tabs;
    quietly(ana.session.call(cyn.id));
    quietly(bob.session.call(cyn.id));
    await world.expectSoon('one is told busy', () => [ana, bob].filter((tab) => tab.told().at(-1) === 'ended:busy').length === 1, 5_000);
    await world.expectSoon('Cyn rings', () => cyn.phase === 'incoming', 5_000);
    const winner = ana.phase === 'ended' ? bob : ana;
    quietly(cyn.session.accept());
    await world.expectSoon('connected', () => cyn.phase === 'active' && winner.phase === 'active', 8_000);
    assert.deepEqual(cyn.rang, [winner.callId]);
    cyn.session.hangup();
    await world.expectSoon('it is over', () => winner.phase === 'ended', 5_000);
    await expectAllFree(world);
  }));

  it('25 times accept against cancel have one verdict each', () => rooms(async (world) => {
    const [ana, bob] = (await world.joinAll('Ana', 'Bob')) as Tabs;
    quietly(ana.session.call(bob.id));
    await world.expectSoon('it rings', () => bob.phase === 'incoming', 5_000);
    const callId = bob.callId ?? '';
    await world.within(150, () => ana.session.hangup(), () => bob.phase === 'incoming' && quietly(bob.session.accept()));
    await world.expectSoon('it is over for both', () => ana.phase === 'ended' && bob.phase === 'ended', 10_000);
    assert.ok(['cancelled|cancelled', 'hangup|remote-hangup'].includes(`${ana.endOf(callId)}|${bob.endOf(callId)}`), world.describe());
    await expectAllFree(world);
    assert.equal(world.audit.facts.filter(({ type }) => type === 'call.ended').length, 1);
  }));

  it('25 double hang-ups make one end each and no new call', () => rooms(async (world) => {
    const [ana, bob] = (await world.joinAll('Ana', 'Bob')) as Tabs;
    const callId = await connect(world, ana, bob);
    await world.within(60, () => ana.session.hangup(), () => bob.session.hangup(), () => ana.session.hangup());
    await world.run(1_000);
    for (const tab of [ana, bob]) {
      assert.equal(tab.told(callId).filter((state) => state.startsWith('ended')).length, 1, world.describe());
      assert.deepEqual([tab.phase, new Set(tab.states.map((each) => each.callId)).size], ['ended', 1]);
    }
    await expectAllFree(world);
    assert.equal(world.audit.facts.filter(({ type }) => type === 'call.ended').length, 1);
  }));

  it('25 times one identity in two tabs: both ring, the first accept wins, the other hears answered-elsewhere within a second and stays dark', () => rooms(async (world) => {
    const token = `uma-${world.room}`;
    const [ana, one, two] = (await world.joinAll('Ana', ['Uma', { token }], ['Uma', { token }])) as Tabs;
    quietly(ana.session.call(one.id));
    await world.expectSoon('both ring', () => one.phase === 'incoming' && two.phase === 'incoming', 5_000);
    const both = world.pace.chance(0.5);
    const callId = one.callId ?? '';
    await world.within(40, () => quietly(one.session.accept()), () => both && two.phase === 'incoming' && quietly(two.session.accept()));
    await world.expectSoon('one is active', () => ana.phase === 'active' && [one, two].some((tab) => tab.phase === 'active'), 8_000);
    const [winner, loser] = one.phase === 'active' ? [one, two] : [two, one];
    await world.expectSoon('the other is told', () => loser.phase === 'ended', 1_000);
    assert.equal(loser.endOf(callId), 'answered-elsewhere', world.describe());
    const at = (tab: SocketTab, state: string): number => tab.states.find((each) => each.state === state)?.at ?? NaN;
    assert.ok(at(loser, 'ended') - at(winner, 'connecting') <= 1_000);
    assert.deepEqual([loser.light, both || !wasEverLit(loser.media)], [false, true]);
    winner.session.hangup();
    await world.expectSoon('it is over', () => ana.phase === 'ended', 5_000);
    await expectAllFree(world);
  }));

  it('25 set-ups on slow roads that are cut at any moment always connect', () => rooms(async (world) => {
    const [ana, bob] = (await world.joinAll('Ana', 'Bob')) as Tabs;
    quietly(ana.session.call(bob.id));
    await world.within(100, () => cut(world, ana, bob));
    await world.expectSoon('it rings', () => bob.phase === 'incoming', 10_000);
    quietly(bob.session.accept());
    await world.within(300, () => cut(world, ana, bob));
    await world.expectSoon('both are active', () => ana.phase === 'active' && bob.phase === 'active', 18_000);
    bob.session.hangup();
    await world.expectSoon('it is over', () => ana.phase === 'ended', 8_000);
    await expectAllFree(world);
  }));

  it('25 rooms of five who join, leave, call and are cut off: 5 s after quiet each list equals the server’s', () => rooms(async (world) => {
    const { pace } = world;
    const tabs = await world.joinAll('Ana', 'Bob', 'Cyn', 'Dan', 'Eve');
    for (let act = 0; act < 30; act++) {
      const tab = tabs[Math.floor(pace.random() * tabs.length)]!;
      const { session, snapshot, phase } = tab;
      const dice = pace.random();
      if (snapshot.roomState === 'idle') quietly(session.join());
      else if (dice < 0.06) quietly(session.leave());
      else if (dice < 0.3) tab.proxy[pace.chance(0.8) ? 'reset' : 'mute']();
      else if (phase === 'incoming') quietly(pace.chance(0.8) ? session.accept() : Promise.resolve(session.reject()));
      else if (tab.isInCall) pace.chance(0.4) && session.hangup();
      else quietly(session.call(snapshot.members[Math.floor(pace.random() * snapshot.members.length)]?.id ?? ''));
      await world.run(pace.between(0, 250));
    }
    // Quiet begins when the last link that was muted is known to be dead.
    const isUp = (tab: SocketTab): boolean => ['joined', 'idle'].includes(tab.snapshot.roomState);
    await world.run(10_500);
    await world.run(5_000);
    const truth = byId(await world.members());
    for (const tab of tabs) {
      assert.ok(isUp(tab), `${tab.name} is ${tab.snapshot.roomState}`);
      if (tab.snapshot.roomState === 'joined') assert.deepEqual(byId(tab.snapshot.members), truth, `the list of ${tab.name}. ${world.describe()}`);
    }
    for (const tab of tabs) tab.session.hangup();
    await world.run(2_500);
    await expectAllFree(world);
  }));

  it('nothing failed in the server', () => {
    assert.deepEqual(running.log.lines.filter(({ level }) => level === 'error' || level === 'warn'), []);
  });
});
