import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createReconnectPolicy } from '../../../src/signaling/reconnect-policy.js';
import { settled } from './manual-clock.js';
import { codeOf, joinedRig, rig } from './scripted-server.js';

describe('the back-off', () => {
  it('is 0, 0.3, 1, 2, 3, 3 … seconds, give or take half', () => {
    const at = (random: number): number[] => [0, 1, 2, 3, 4, 5, 500].map(createReconnectPolicy(() => random));
    assert.deepEqual(at(0.5), [0, 300, 1000, 2000, 3000, 3000, 3000]);
    assert.deepEqual(at(0), [0, 150, 500, 1000, 1500, 1500, 1500]);
    assert.deepEqual(at(1), [0, 450, 1500, 3000, 4500, 4500, 4500]);
  });

  it('never ends, and says each time that the server is unreachable, while a first connection fails', async () => {
    const { server, clock, client, states } = rig();
    server.answersConnect = false;
    client.start();
    const waits: number[] = [];
    for (let tries = 0; tries < 12; tries++) {
      await settled();
      server.down('unreachable');
      waits.push(clock.waiting[0]!);
      await clock.advance(clock.waiting[0]!);
    }
    assert.deepEqual(waits, [0, 300, 1000, 2000, 3000, 3000, 3000, 3000, 3000, 3000, 3000, 3000]);
    assert.deepEqual(states, ['connecting', ...waits.map(() => 'connecting: server-unreachable')]);
    assert.equal(server.connects, 13);
  });

  it('starts over after a link that lasted, not after one that was dropped at once', async () => {
    const { server, clock } = await joinedRig();
    const lose = async (afterMs: number): Promise<number> => {
      await clock.advance(afterMs);
      server.down('unreachable');
      const wait = clock.waiting[0]!;
      await clock.advance(wait);
      await server.welcome({ resumed: true });
      return wait;
    };
    assert.deepEqual([await lose(0), await lose(10), await lose(2_999), await lose(3_000), await lose(0)], [0, 300, 1000, 0, 300]);
  });

  it('counts code that cannot be fetched as a server that cannot be reached, and tries again', async () => {
    const { server, clock, client, states } = rig();
    server.chunkMissing = true;
    client.start();
    await settled();
    assert.deepEqual(states, ['connecting', 'connecting: server-unreachable']);
    server.chunkMissing = false;
    await clock.advance(0);
    await server.welcome();
    assert.equal(client.state, 'online');
  });

  it('is short while a call stands still for want of the link, and no try is waited for', async () => {
    const { server, clock, client } = await joinedRig();
    server.answersConnect = false;
    client.hurry(true);
    server.down('unreachable');
    await clock.advance(0);
    const connects = server.connects;
    // Nothing comes of a try for 1.5 s: the next one follows 0.3 s later.
    await clock.advance(1_800);
    assert.equal(server.connects, connects + 1);
    await clock.advance(1_800);
    assert.equal(server.connects, connects + 2);
    client.hurry(false);
  });

  it('is cut short when the network comes back', async () => {
    const { server, clock, client } = rig();
    server.answersConnect = false;
    client.start();
    for (const delay of [0, 300, 1000]) {
      await settled();
      server.down('unreachable');
      await clock.advance(delay);
    }
    server.down('unreachable');
    assert.deepEqual(clock.waiting, [2000]);
    client.wake();
    await settled();
    assert.equal(server.connects, 5);
    assert.deepEqual(clock.waiting, []);
  });

  it('hears of that from the browser, for as long as it is open', async (t) => {
    const page = new EventTarget();
    const stopped = t.mock.method(page, 'removeEventListener').mock;
    for (const name of ['addEventListener', 'removeEventListener'] as const) {
      Object.defineProperty(globalThis, name, { value: page[name].bind(page), configurable: true });
      t.after(() => Reflect.deleteProperty(globalThis, name));
    }
    const { server, clock, client } = await joinedRig({}, () => 60_000);
    server.down('unreachable');
    await clock.advance(5_000);
    assert.equal(server.connects, 1);
    page.dispatchEvent(new Event('online'));
    await server.welcome({ resumed: true });
    assert.equal(server.connects, 2);
    await client.close();
    assert.deepEqual(stopped.calls.map(({ arguments: [type] }) => type), ['online']);
    page.dispatchEvent(new Event('online'));
    await settled();
    assert.equal(server.connects, 2);
  });

  it('leaves a link alone that is up when it is woken', async () => {
    const { server, client, states } = await joinedRig();
    client.wake();
    await settled();
    assert.equal(server.connects, 1);
    assert.deepEqual(states, ['connecting', 'online']);
  });

  it('lasts as long as a draining server names', async () => {
    const { server, clock, events } = await joinedRig();
    server.event({ t: 'drain', s: 1, afterMs: 1_700 });
    assert.deepEqual(events, [{ t: 'drain', s: 1, afterMs: 1_700 }]);
    server.down('unreachable');
    assert.deepEqual(clock.waiting, [1_700]);
    await clock.advance(1_699);
    assert.equal(server.connects, 1);
    await clock.advance(1);
    await server.welcome({ epoch: 'epoch-2' });
    server.down('unreachable');
    assert.deepEqual(clock.waiting, [300], 'a drain counts for one reconnection only');
  });

  it('leaves a draining server by itself when the time has come', async () => {
    const { server, clock } = await joinedRig();
    server.event({ t: 'drain', s: 1, afterMs: 800 });
    await clock.advance(799);
    assert.equal(server.drops, 0);
    await clock.advance(1);
    assert.equal(server.drops, 1);
    assert.equal(server.connects, 2);
  });

  it('does not drop the next link for the drain of the last', async () => {
    const { server, clock, client } = await joinedRig();
    server.event({ t: 'drain', s: 1, afterMs: 5_000 });
    server.down('unreachable');
    client.wake();
    await server.welcome();
    await clock.advance(10_000);
    assert.equal(server.drops, 0);
    assert.equal(client.state, 'online');
  });

  it('waits as long as a server says that had no time for the hello', async () => {
    const { server, clock, client } = rig();
    client.start();
    await settled();
    await server.last('hello').reply({ ok: false, code: 'rate-limited', retryAfterMs: 4_000 });
    assert.deepEqual(clock.waiting, [4_000]);
    await clock.advance(4_000);
    await server.welcome();
    assert.equal(client.state, 'online');
  });
});

describe('closing', () => {
  it('is final: no state after closed, no connection, and nothing can be asked', async () => {
    const { server, clock, client, states } = await joinedRig();
    const waiting = codeOf(client.request('ice', {}));
    await client.close();
    assert.equal(await waiting, 'not-joined');
    assert.ok(server.closed);
    client.start();
    client.wake();
    client.drop();
    await clock.advance(60_000);
    assert.deepEqual(states, ['connecting', 'online', 'closed']);
    assert.equal(await codeOf(client.request('ice', {})), 'not-joined');
    assert.equal(server.connects, 1);
    assert.deepEqual(clock.waiting, []);
  });

  it('can say goodbye first, and is deaf meanwhile', async () => {
    const { server, client, states, events } = await joinedRig();
    const closed = client.close({ leave: true });
    await settled();
    assert.equal(server.of('leave').length, 1);
    server.event({ t: 'kicked', s: 1 });
    assert.equal(client.state, 'online');
    await server.last('leave').reply({ ok: true });
    await closed;
    assert.deepEqual(events, []);
    assert.deepEqual(states, ['connecting', 'online', 'closed']);
  });

  it('says goodbye after the welcome when that was on its way, and tells nobody that it was in', async () => {
    const { server, client, states, welcomes } = rig();
    client.start();
    await settled();
    const closed = client.close({ leave: true });
    assert.equal(server.of('leave').length, 0);
    await server.welcome();
    assert.equal(server.of('leave').length, 1);
    await server.last('leave').reply({ ok: true });
    await closed;
    assert.deepEqual(welcomes, []);
    assert.deepEqual(states, ['connecting', 'closed']);
  });

  it('waits one second at most for the goodbye', async () => {
    const { clock, client } = await joinedRig();
    const closed = client.close({ leave: true });
    await clock.advance(999);
    assert.equal(client.state, 'online');
    await clock.advance(1);
    await closed;
    assert.equal(client.state, 'closed');
  });

  it('does not come back when the server answers the goodbye by closing the link', async () => {
    const { server, client, states } = await joinedRig();
    const closed = client.close({ leave: true });
    await settled();
    server.down('unreachable');
    await closed;
    assert.deepEqual(states, ['connecting', 'online', 'closed']);
    assert.equal(server.connects, 1);
  });

  it('closes a transport that is made only then', async () => {
    const { server, client } = rig();
    client.start();
    await client.close({ leave: true });
    await settled();
    assert.ok(server.closed);
    assert.equal(server.connects, 0);
  });
});
