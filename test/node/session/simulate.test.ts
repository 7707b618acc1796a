import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { RtcError } from '../../../src/base/rtc-error.js';
import type { SimulatedFault } from '../../../src/session/session-api.js';
import { connect, idOf, inState, until, World } from './session-harness.js';

const worlds: World[] = [];
afterEach(() => {
  for (const world of worlds.splice(0)) world.close();
});
const make = (): World => {
  const world = new World();
  worlds.push(world);
  return world;
};

describe('simulate()', () => {
  it('half-open: what was missed comes on the next link, and does not put the clock back by as long as the outage was', async () => {
    const world = make();
    const [ana, bob] = await world.two();
    await ana.session.simulate('half-open');
    await bob.session.call(idOf(ana));
    // The outage itself has this length.
    await delay(400);
    assert.equal(ana.session.getSnapshot().callState, 'idle');
    await ana.session.simulate('drop-signaling');
    await inState(ana, 'incoming');
    await ana.session.accept();
    await inState(bob, 'active');
    // Every entry has the server's time of its own moment, those of what came late too.
    const times = (await ana.session.dump()).entries.map(({ at }) => at);
    assert.ok(times.every((at, index) => at >= (times[index - 1] ?? 0) - 100), times.join(' '));
  });

  it('lose-session: the room is entered as a new member, and the call is over', async () => {
    const world = make();
    const [ana, bob] = await world.two();
    await connect(world, ana, bob);
    const old = idOf(ana);
    await ana.session.simulate('lose-session');
    await until(ana.session, () => ana.session.getSnapshot().roomState === 'joined' && idOf(ana) !== old);
    await inState(ana, 'ended');
    assert.equal(ana.session.getSnapshot().endReason, 'connection-lost');
  });

  it('refuses a name that is no fault, saying which there are, and what there is nothing to do to', async () => {
    const world = make();
    const ana = world.enter();
    const codeOf = async (fault: string): Promise<string> => {
      const error = await ana.session.simulate(fault as SimulatedFault).then(() => assert.fail('not refused'), (refusal: RtcError) => refusal);
      return `${error.name} ${error.code}`;
    };
    assert.equal(await codeOf('earthquake'), 'RtcError unavailable');
    assert.equal(await codeOf('constructor'), 'RtcError unavailable');
    assert.equal(await codeOf('half-open'), 'RtcError not-joined');
    await ana.session.join({ nickname: 'Ana' });
    assert.equal(await codeOf('ice-fail'), 'RtcError call-not-found');
    await assert.rejects(ana.session.simulate('earthquake' as SimulatedFault), /“earthquake”.*drop-signaling, half-open, server-drain, lose-session, ice-fail, peer-unload/);
    await ana.session.leave();
    assert.equal(await codeOf('drop-signaling'), 'RtcError not-joined');
  });
});
