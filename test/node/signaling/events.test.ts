import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { settled } from './manual-clock.js';
import { joinedRig, rig } from './scripted-server.js';

const away = (s: number): object => ({ t: 'peer-away', s, callId: 'call-0123456789abcdef', away: true, cause: 'lost' });
const numbers = (events: readonly object[]): unknown[] => events.map((event) => ('s' in event ? event.s : null));

describe('events', () => {
  it('come in order, each once', async () => {
    const { server, events } = await joinedRig();
    for (const number of [1, 2, 2, 1, 3]) server.event(away(number));
    assert.deepEqual(numbers(events), [1, 2, 3]);
    assert.equal(server.drops, 0);
  });

  it('start after the number that a new session names', async () => {
    const { server, client, events } = rig();
    client.start();
    await server.welcome({ seq: 40 });
    server.event(away(40));
    server.event(away(41));
    assert.deepEqual(numbers(events), [41]);
  });

  it('that skip a number lead to a new hello from the last one that came, and nothing later is applied before', async () => {
    const { server, clock, events } = await joinedRig();
    server.event(away(1));
    server.event(away(3));
    await clock.advance(499);
    assert.equal(server.drops, 0, 'it may only be late');
    await clock.advance(1);
    server.event(away(2));
    assert.deepEqual(numbers(events), [1]);
    assert.equal(server.drops, 1);
    await clock.advance(0);
    assert.deepEqual(server.last('hello').message['resume'], { sessionId: 'session-1', secret: 'secret-1', epoch: 'epoch-1', ticket: 'signed-1', lastSeq: 1, rev: 7 });
    for (const number of [2, 3]) server.event(away(number));
    await server.welcome({ resumed: true, seq: 3 });
    server.event(away(4));
    assert.deepEqual(numbers(events), [1, 2, 3, 4]);
  });

  it('that overtake others wait for them', async () => {
    const { server, clock, events } = await joinedRig();
    for (const number of [3, 2, 5, 1, 3]) server.event(away(number));
    assert.deepEqual(numbers(events), [1, 2, 3]);
    await clock.advance(400);
    server.event(away(4));
    assert.deepEqual(numbers(events), [1, 2, 3, 4, 5]);
    await clock.advance(1_000);
    assert.equal(server.drops, 0);
  });

  it('of a new session replace what was missed', async () => {
    const { server, clock, events } = await joinedRig();
    server.event(away(5));
    await clock.advance(500);
    await server.welcome({ resumed: false, sessionId: 'session-2', seq: 9 });
    server.event(away(10));
    assert.deepEqual(numbers(events), [10]);
  });

  it('without a number pass as they come', async () => {
    const { server, events } = await joinedRig();
    for (const rev of [5, 4]) server.event({ t: 'room', fromRev: rev - 1, rev });
    assert.deepEqual(events.map((event) => 'rev' in event && event.rev), [5, 4]);
  });

  it('of a later version, or malformed, are skipped without looking like a gap', async () => {
    const { server, events } = await joinedRig();
    for (const data of [{ t: 'from-the-future', s: 1 }, { t: 'peer-away', s: 2, away: 'yes' }, null, 'text', 7, { t: 'call', s: 'three' }]) server.event(data);
    server.event(away(3));
    assert.deepEqual(numbers(events), [3]);
    assert.equal(server.drops, 0);
  });

  it('that say another connection took over close for good', async () => {
    const { server, clock, client, states, events } = await joinedRig();
    server.event({ t: 'replaced', s: 3 });
    server.event(away(1));
    assert.equal(states.at(-1), 'closed: replaced!', 'whatever its number');
    assert.deepEqual(numbers(events), [3]);
    assert.equal(server.drops, 0);
    assert.equal(client.ticket, null);
    await clock.advance(60_000);
    assert.equal(server.connects, 1);
  });

  it('that say we were removed are told, then close for good', async () => {
    const { server, states, events } = await joinedRig();
    server.event({ t: 'kicked', s: 1, banSeconds: 60 });
    assert.deepEqual(events, [{ t: 'kicked', s: 1, banSeconds: 60 }]);
    assert.equal(states.at(-1), 'closed: kicked!');
  });

  it('of a link that is gone are not heard', async () => {
    const { server, events } = await joinedRig();
    server.down('unreachable');
    server.event(away(1));
    await settled();
    assert.deepEqual(events, []);
  });
});
