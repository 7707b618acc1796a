import assert from 'node:assert/strict';
import { afterEach, it } from 'node:test';
import { People, inCall, inRoom, sees } from './people.js';

let people: People;
afterEach(() => people.close());

it('a server that dies as a call is accepted, and comes back knowing nothing: both read the same reason, and nobody has missed a call', async () => {
  people = await People.start({});
  const [ana, ben] = [await people.join({ nickname: 'Ana' }), await people.join({ nickname: 'Ben' })];
  await Promise.all([sees(ana, ben), sees(ben, ana)]);
  await ana.session.call(ben.id);
  await inCall(ben, 'incoming');
  await people.stop();
  const accepted = ben.session.accept().then(() => 'active', ({ code }) => String(code));
  await inCall(ben, 'connecting');
  await people.serve({});
  await Promise.all([inCall(ana, 'ended'), inCall(ben, 'ended')]);
  assert.deepEqual([ana, ben].map(({ states }) => states.at(-1)), ['ended:server', 'ended:server']);
  assert.equal(await accepted, 'call-not-found');
  await Promise.all([inRoom(ana, 'joined'), inRoom(ben, 'joined')]);
  assert.deepEqual(ben.session.getSnapshot().missedCalls, []);
});
