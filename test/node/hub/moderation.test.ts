import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Authorization } from '../../../src/hub/ports.js';
import { MemoryPresenceStore } from '../../../src/hub/memory-presence-store.js';
import { openSeal } from '../../../src/hub/tickets.js';
import { HubHarness, MEDIA, madeId, type Client } from './hub-harness.js';
import { hops, seeded, yielding } from './seeded.js';

/** The token is the user; `mod` is a moderator, no token a guest. */
const authorize = async (token: string | null): Promise<Authorization> =>
  ({ ok: true, identity: token === null ? null : { userId: token, nickname: token, ...(token === 'mod' && { moderator: true }) } });

const codeOf = (reply: { ok: boolean; code?: string }): string => (reply.ok ? 'ok' : (reply.code ?? ''));

async function room(): Promise<{ harness: HubHarness; mod: Client; ana: Client; guest: Client }> {
  const harness = new HubHarness({ authorize });
  const [mod, ana, guest] = [await harness.join('', { token: 'mod' }), await harness.join('', { token: 'ana' }), await harness.join('Guest')];
  return { harness, mod, ana, guest };
}

describe('Sending away', () => {
  it('is for moderators alone, and others cannot tell who is there', async () => {
    const { harness, mod, ana, guest } = await room();
    for (const [who, memberId] of [[ana, guest.id], [guest, ana.id], [ana, mod.id], [ana, 'nobody'], [ana, ana.id]] as const) {
      assert.equal((await who.refused('kick', { memberId })).code, 'unauthorized');
    }
    assert.equal((await harness.hub.members('lobby')).length, 3);
  });

  it('reaches nobody in another room, nobody who is not there, and not oneself', async () => {
    const { harness, mod } = await room();
    const elsewhere = await harness.join('', { token: 'eve', room: 'other' });
    for (const memberId of [elsewhere.id, 'nobody']) assert.equal((await mod.refused('kick', { memberId })).code, 'member-not-found');
    assert.equal((await mod.refused('kick', { memberId: mod.id })).code, 'bad-message');
    assert.equal(elsewhere.heard('kicked').length, 0);
  });

  it('ends all tabs of a member and its call at once, and says until when', async () => {
    const { harness, mod, ana, guest } = await room();
    const phone = await harness.join('', { token: 'ana' });
    const callId = await ana.talk(guest);
    await mod.ask('kick', { memberId: ana.id, banSeconds: 90 });
    await harness.clock.advance(100);
    assert.deepEqual([ana, phone].map((tab) => tab.heard('kicked').map(({ banSeconds }) => banSeconds)), [[90], [90]]);
    assert.deepEqual(harness.links.closed.map(({ why }) => why), ['kicked', 'kicked']);
    assert.equal(guest.stateOf(callId), 'peer-left');
    assert.deepEqual(mod.roster.members.map(({ id, busy }) => [id, busy]), [[mod.id, false], [guest.id, false]]);
  });

  for (const [what, fields, seconds] of [['for as long as was said', { banSeconds: 90 }, 90], ['for an hour where nobody said', {}, 3600]] as const) {
    it(`holds ${what}: for the token, the session and its secret, in this room`, async () => {
      const { harness, mod, ana } = await room();
      const resume = { ...ana.welcome!, lastSeq: 0 };
      await mod.ask('kick', { memberId: ana.id, ...fields });
      const tries = async (): Promise<string[]> => {
        const codes: string[] = [];
        for (const hello of [{ token: 'ana' }, { token: 'ana', resume }, { nickname: 'Ana', resume }]) {
          ana.connect();
          codes.push(codeOf(await ana.hello(hello)));
          if (codes.at(-1) === 'ok') await ana.ask('leave', {});
        }
        return codes;
      };
      assert.deepEqual(await tries(), ['kicked', 'kicked', 'kicked']);
      assert.equal(codeOf(await (await harness.join('', { token: 'ana', room: 'other' })).request('sync', { rev: 0 })), 'ok', 'another room is not concerned');
      await harness.clock.advance(seconds * 1000 - 1);
      assert.deepEqual(await tries(), ['kicked', 'kicked', 'kicked']);
      await harness.clock.advance(1);
      assert.deepEqual(await tries(), ['ok', 'ok', 'ok']);
    });
  }

  it('with a ban of 0 seconds ends the membership and keeps nobody out', async () => {
    const { mod, ana } = await room();
    const before = ana.id;
    await mod.ask('kick', { memberId: ana.id, banSeconds: 0 });
    const reply = await ana.resume({ token: 'ana' });
    assert.equal(codeOf(reply), 'ok');
    assert.notEqual(ana.id, before);
  });

  it('counts for what an earlier hub had given: its ticket does not bring the member back', async () => {
    const { ana } = await room();
    const guest = await ana.harness.join('Guest 2');
    const ticket = guest.welcome?.ticket;
    const later = new HubHarness({ authorize, seal: openSeal });
    const mod = await later.join('', { token: 'mod' });
    await guest.moveTo(later);
    const { sessionId, secret, epoch } = guest.welcome!;
    assert.ok(ticket !== undefined);
    await mod.ask('kick', { memberId: guest.id });
    const thief = later.client();
    thief.connect();
    assert.equal(codeOf(await thief.hello({ nickname: 'Guest 2', resume: { sessionId: 'x', secret: 'x', epoch: 'x', ticket } })), 'kicked');
    assert.equal(codeOf(await thief.hello({ nickname: 'Guest 2', resume: { sessionId, secret, epoch } })), 'kicked');
    // Whom nobody knows cannot be kept out: as somebody new, anybody comes into an open room.
    assert.equal(codeOf(await thief.hello({ nickname: 'Guest 2' })), 'ok');
  });

  it('holds for who is away at that moment', async () => {
    const { harness, mod, ana } = await room();
    ana.cut();
    await mod.ask('kick', { memberId: ana.id });
    assert.equal(codeOf(await ana.resume({ token: 'ana' })), 'kicked');
    await harness.clock.advance(100);
    assert.equal((await harness.hub.members('lobby')).length, 2);
  });

  it('is the affair of the newest token: who is no moderator any more sends nobody away', async () => {
    let moderator = true;
    const harness = new HubHarness({ authorize: async (token) => ({ ok: true, identity: { userId: token ?? '', nickname: token ?? '', moderator } }) });
    const [mod, ana] = [await harness.join('', { token: 'mod' }), await harness.join('', { token: 'ana' })];
    moderator = false;
    mod.cut();
    await mod.resume({ token: 'mod' });
    assert.equal((await mod.refused('kick', { memberId: ana.id })).code, 'unauthorized');
    moderator = true;
    mod.cut();
    await mod.resume({ token: 'mod' });
    await mod.ask('kick', { memberId: ana.id });
  });

  it('leaves nobody behind who enters by another tab in the same moment', async () => {
    const random = seeded(11);
    for (let round = 0; round < 60; round++) {
      const harness = new HubHarness({ authorize, presence: yielding(new MemoryPresenceStore(), random) });
      const [mod, ana] = [await harness.join('', { token: 'mod' }), await harness.join('', { token: 'ana' })];
      const tab = harness.client();
      tab.connect();
      const enter = async (): Promise<void> => {
        await hops(random, 12);
        await tab.hello({ token: 'ana' });
      };
      const kick = async (): Promise<void> => {
        await hops(random, 12);
        await mod.ask('kick', { memberId: ana.id });
      };
      await Promise.all([enter(), kick()]);
      await harness.clock.advance(100);
      assert.deepEqual((await harness.hub.members('lobby')).map(({ id }) => id), [mod.id], `round ${round}`);
      assert.match(codeOf(await tab.request('invite', { callId: madeId('call'), to: mod.id, media: MEDIA, offer: 'offer' })), /^(kicked|not-joined)$/, `round ${round}`);
    }
  });
});
