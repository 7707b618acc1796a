import assert from 'node:assert/strict';
import { byId, type World } from './world.js';

/** A list may be so much older than the hub's: a batch, two store answers and a message. */
export const NEWS_MS = 350;

/** What every page in the room lists is what the hub lists, as soon as nothing has changed there for as long as a change takes to be told. */
export async function expectListsAgree(world: World, newsMs = NEWS_MS): Promise<void> {
  let truth = await world.truth();
  for (;;) {
    await world.scheduler.run(newsMs);
    const now = await world.truth();
    if (JSON.stringify(now) === JSON.stringify(truth)) break;
    truth = now;
  }
  for (const tab of world.alive) {
    const { roomState, members } = tab.snapshot;
    if (roomState === 'idle') continue;
    assert.equal(roomState, 'joined', `${tab.name}: ${world.describe()}`);
    assert.deepEqual(byId(members), truth, `the list of ${tab.name}`);
  }
}

/**
 * What pages believe of their calls is what the hub has: the same call, alive, with them in it; and nobody is kept in one by the hub alone. Media outlives
 * signaling: a page that the hub has given up goes by its connection, and is `reconnecting` until it gives that up too (`givenUp`: there was time enough).
 */
export async function expectCallsAgree(world: World, { givenUp }: { givenUp: boolean }): Promise<void> {
  const told = world.describe();
  const sessions = new Map(world.alive.map((tab) => [tab.ticket()?.sessionId, tab]));
  for (const tab of world.alive) {
    if (!tab.isInCall || tab.snapshot.roomState !== 'joined') continue;
    if (tab.phase === 'reconnecting' && !givenUp) continue;
    const record = await world.calls.get(tab.callId ?? '');
    assert.ok(record && record.state !== 'ended', `${tab.name} is ${tab.phase} in ${tab.callId}, which is ${record?.state} ${record?.reason}. ${told}`);
    const bound = [record.callerSession, record.calleeSession].includes(tab.ticket()?.sessionId ?? '');
    assert.ok(bound || (tab.phase === 'incoming' && record.state === 'ringing'), `${tab.name} is ${tab.phase} in a ${record.state} call of others. ${told}`);
  }
  for (const { id } of (await world.truth()) as { id: string }[]) {
    const callId = await world.calls.claimOf(id);
    const record = callId === null ? null : await world.calls.get(callId);
    if (!record || record.state === 'ringing') continue;
    for (const session of [record.callerSession, record.calleeSession]) {
      const tab = sessions.get(session ?? '');
      if (tab) assert.equal(tab.callId, callId, `${tab.name} is ${tab.phase}; by the hub it is ${record.state} in ${callId}. ${told}`);
    }
  }
}
