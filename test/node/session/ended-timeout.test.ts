import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { inState, World } from './session-harness.js';

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.close());

describe('How a call ended', () => {
  it('stays as long as somebody reads it, and goes when they have', async () => {
    const [ana, bob] = await world.two();
    ana.session.configure({ endedTimeout: 0.05 });
    let asked = 0;
    ana.session.holdEnded(() => ++asked < 3);
    await ana.session.call(bob.session.getSnapshot().localMember!.id);
    ana.session.hangup();
    await inState(ana, 'ended');
    await inState(ana, 'idle');
    assert.equal(asked, 3);
  });

  it('goes by itself where nobody reads, and is not held by whoever read an earlier one', async () => {
    const [ana, bob] = await world.two();
    ana.session.configure({ endedTimeout: 0.05 });
    for (let call = 0; call < 2; call += 1) {
      if (call === 0) ana.session.holdEnded(() => false);
      await ana.session.call(bob.session.getSnapshot().localMember!.id);
      ana.session.hangup();
      await inState(ana, 'ended');
      await inState(ana, 'idle');
      await inState(bob, 'ended');
    }
  });

  it('stays for ever where the page says so', async () => {
    const [ana, bob] = await world.two();
    ana.session.configure({ endedTimeout: Infinity });
    bob.session.configure({ endedTimeout: 0.05 });
    await ana.session.call(bob.session.getSnapshot().localMember!.id);
    ana.session.hangup();
    await inState(bob, 'ended');
    await inState(bob, 'idle');
    assert.equal(ana.session.getSnapshot().callState, 'ended');
  });
});
