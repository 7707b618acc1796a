import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Authorization } from '../../../src/hub/ports.js';
import type { Reply, RequestFields, RequestType } from '../../../src/protocol/messages.js';
import { parseRequest } from '../../../src/protocol/parse-request.js';
import { createSeal } from '../../../src/server/seal.js';
import { HubHarness, MEDIA, madeId, type Client } from './hub-harness.js';

// Everything that can be asked, by everybody whom a call is none of the business of, with ids that they should not even know. A new type of request does not compile
// before it has a line here.

const authorize = async (token: string | null): Promise<Authorization> => ({ ok: true, identity: token === null ? null : { userId: token, nickname: token } });

interface Target {
  readonly callId: string;
  readonly caller: Client;
  readonly callee: Client;
}
const STAGES = {
  ringing: async () => {},
  connecting: async ({ callee, callId }: Target) => void (await callee.ask('accept', { callId, media: MEDIA, answer: 'answer' })),
  active: async ({ caller, callee, callId }: Target) => {
    await callee.ask('accept', { callId, media: MEDIA, answer: 'answer' });
    await caller.ask('connected', { callId });
  },
};
type Stage = keyof typeof STAGES;

/** Who tries: `stranger` has a connection and nothing else, `neighbour` is in another room, `bystander` in the same, `namesake` another tab of the caller. */
const OUTSIDERS = {
  stranger: (harness: HubHarness) => {
    const client = harness.client();
    client.connect();
    return Promise.resolve(client);
  },
  neighbour: (harness: HubHarness) => harness.join('Eve', { room: 'other' }),
  bystander: (harness: HubHarness) => harness.join('Eve'),
  namesake: (harness: HubHarness) => harness.join('', { token: 'ana' }),
};
type Outsider = keyof typeof OUTSIDERS;

const CANDIDATES = [{ candidate: 'candidate:1 1 udp 1 192.0.2.7 5000 typ host', sdpMid: '0' }];
const resumeOf = ({ welcome }: Client, secret: string) => ({ sessionId: welcome!.sessionId, epoch: welcome!.epoch, ticket: welcome!.ticket, secret });

/** What is asked, in all its forms. */
const ATTACKS: { readonly [T in RequestType]: (target: Target) => RequestFields<T>[] } = {
  hello: ({ caller, callee, callId }) =>
    [caller, callee].flatMap((party) => [resumeOf(party, 'guess'), resumeOf(party, ''.padEnd(party.welcome!.secret.length, '?'))].map((resume) =>
      ({ versions: [1], room: 'lobby', nickname: 'Eve', resume, callTicket: party.calls.get(callId)?.ticket }))),
  leave: () => [{}],
  bye: () => [{}],
  sync: ({ callId }) => [0, 1, 99].map((callRev) => ({ rev: 0, callId, callRev })),
  ice: () => [{}],
  availability: ({ caller, callee }) => [{ doNotDisturb: true, blocked: [{ id: caller.id }, { id: callee.id }] }],
  kick: ({ caller, callee }) => [caller, callee].flatMap(({ id }) => [{ memberId: id }, { memberId: id, banSeconds: 60 }]),
  invite: ({ caller, callee, callId }) => [caller, callee].map(({ id }) => ({ callId, to: id, media: MEDIA, offer: 'evil' })),
  ringing: ({ callId }) => [{ callId }],
  accept: ({ callId }) => [{ callId, media: MEDIA, answer: 'evil' }],
  reject: ({ callId }) => [{ callId }],
  cancel: ({ callId }) => [{ callId }],
  connected: ({ callId }) => [{ callId }],
  rebuild: ({ callId }) => [0, 1].map((generation) => ({ callId, generation })),
  hangup: ({ callId }) => (['hangup', 'left', 'media-failed', 'connect-failed', 'connection-lost', 'protocol-error'] as const).map((reason) => ({ callId, reason })),
  signal: ({ callId }) => [
    { callId, n: 0, candidates: CANDIDATES },
    { callId, n: 1, description: { type: 'offer', sdp: 'evil' } },
    { callId, n: 2, generation: 1, description: { type: 'answer', sdp: 'evil' }, candidates: CANDIDATES },
  ],
};
const TYPES = Object.keys(ATTACKS) as RequestType[];

/** What each hears; where a line is missing: `call-not-found`, and `not-joined` for the stranger. */
const GRANTED: { readonly [T in RequestType]?: Partial<Record<Outsider, string>> } = {
  hello: { stranger: 'ok', neighbour: 'bad-message', bystander: 'bad-message', namesake: 'bad-message' },
  leave: { neighbour: 'ok', bystander: 'ok', namesake: 'ok' },
  bye: { neighbour: 'ok', bystander: 'ok', namesake: 'ok' },
  sync: { neighbour: 'ok', bystander: 'ok', namesake: 'ok' },
  ice: { neighbour: 'ok', bystander: 'ok', namesake: 'ok' },
  availability: { neighbour: 'ok', bystander: 'ok', namesake: 'ok' },
  kick: { neighbour: 'unauthorized', bystander: 'unauthorized', namesake: 'unauthorized' },
  // One's own tab is told that one cannot call oneself, and may not call twice; both are `bad-message` or `unavailable`.
  invite: { neighbour: 'member-not-found', bystander: 'bad-message', namesake: 'bad-message' },
};

async function stage(which: Stage): Promise<Target & { harness: HubHarness }> {
  const harness = new HubHarness({ authorize, seal: createSeal('the secret of the server') });
  const [caller, callee] = [await harness.join('', { token: 'ana' }), await harness.join('Bob')];
  const target = { harness, caller, callee, callId: await caller.call(callee) };
  await STAGES[which](target);
  await harness.clock.advance(1_000);
  return target;
}

describe('A call', () => {
  for (const outsider of Object.keys(OUTSIDERS) as Outsider[]) {
    for (const which of Object.keys(STAGES) as Stage[]) {
      for (const type of TYPES) {
        const expected = GRANTED[type]?.[outsider] ?? (outsider === 'stranger' ? 'not-joined' : 'call-not-found');
        it(`that is ${which} is not reached by the ${type} of a ${outsider} (${expected})`, async () => {
          const target = await stage(which);
          const { harness, caller, callee, callId } = target;
          const eve = await OUTSIDERS[outsider](harness);
          await harness.clock.advance(1_000);
          const record = await harness.options.calls.get(callId);
          const heard = [caller.events.length, callee.events.length];
          const mood = async () => (await harness.hub.members('lobby')).filter(({ id }) => id === caller.id || id === callee.id);
          const members = await mood();
          for (const fields of ATTACKS[type](target)) {
            const reply: Reply = type === 'hello' ? await eve.hello(fields as RequestFields<'hello'>) : await eve.request(type, fields as never);
            assert.equal(reply.ok ? 'ok' : reply.code, expected);
            assert.doesNotMatch(JSON.stringify(reply), new RegExp(`${callId}|"call"`), 'nothing of the call is in the answer');
            if (type === 'hello' && outsider === 'stranger') {
              assert.ok(![caller.id, callee.id].includes(eve.id), 'somebody new');
              await eve.ask('leave', {});
              eve.connect();
            }
          }
          await harness.clock.advance(1_000);
          assert.equal(await harness.options.calls.get(callId), record, 'the call is as it was');
          assert.deepEqual([caller.events.length, callee.events.length], heard, 'nothing was delivered');
          assert.deepEqual(await mood(), members);
          // It goes on to its end.
          if (which === 'ringing') await callee.ask('accept', { callId, media: MEDIA, answer: 'answer' });
          if (which !== 'active') await caller.ask('connected', { callId });
          await callee.ask('hangup', { callId, reason: 'hangup' });
          assert.equal(caller.stateOf(callId), 'remote-hangup');
        });
      }
    }
  }

  it('taken on one device is beyond the reach of the others', async () => {
    const harness = new HubHarness({ authorize });
    const [caller, callee, phone] = [await harness.join('Ana'), await harness.join('', { token: 'bob' }), await harness.join('', { token: 'bob' })];
    const callId = await caller.talk(callee);
    const record = await harness.options.calls.get(callId);
    for (const type of ['accept', 'reject', 'connected', 'rebuild', 'hangup'] as const) {
      for (const fields of ATTACKS[type]({ callId, caller, callee })) assert.equal((await phone.refused(type, fields)).code, 'too-late', type);
    }
    for (const fields of ATTACKS.signal({ callId, caller, callee })) assert.equal((await phone.refused('signal', fields)).code, 'call-not-found');
    assert.equal(await harness.options.calls.get(callId), record);
  });

  it('has the sender that the server knows, whatever a request claims', async () => {
    const harness = new HubHarness();
    const [ana, bob, eve] = (await harness.joinAll('Ana', 'Bob', 'Eve')) as [Client, Client, Client];
    const claims = { from: ana.id, memberId: ana.id, sessionId: ana.welcome!.sessionId, userId: 'ana', caller: { id: ana.id }, sender: ana.id, peer: { id: ana.id, nickname: 'Ana' }, room: 'lobby' };
    const request = parseRequest({ ...claims, v: 1, id: madeId('req'), t: 'invite', callId: madeId('call'), to: bob.id, media: MEDIA, offer: 'offer' });
    assert.ok(request.ok);
    assert.deepEqual(Object.keys(request.value).filter((key) => key in claims), []);
    await harness.hub.request(eve.connectionId, { ...request.value, ...claims } as never);
    await harness.clock.advance(100);
    assert.deepEqual(bob.heard('call').map(({ call }) => [call.peer.id, call.peer.nickname]), [[eve.id, 'Eve']]);
  });
});

describe('A room', () => {
  it('is not seen from another: who is in it, who comes and goes, who calls whom', async () => {
    const harness = new HubHarness();
    const eve = await harness.join('Eve', { room: 'third' });
    const before = harness.links.broadcasts;
    const [ana, bob] = [await harness.join('Ana', { room: 'one' }), await harness.join('Bob', { room: 'one' })];
    const cyn = await harness.join('Cyn', { room: 'two' });
    const callId = await ana.talk(bob);
    await ana.ask('hangup', { callId, reason: 'hangup' });
    await cyn.ask('leave', {});
    bob.cut();
    await harness.clock.advance(60_000);
    assert.ok(harness.links.broadcasts > before);
    assert.deepEqual([eve.events, eve.roster.members.map(({ nickname }) => nickname), eve.roster.rev], [[], ['Eve'], eve.welcome?.room?.rev]);
    const { room } = await eve.ask('sync', { rev: 0 });
    assert.deepEqual(room?.members.map(({ nickname }) => nickname), ['Eve']);
  });

  it('is not seen either from one whose name is made up to sound like a part of it', async () => {
    const harness = new HubHarness();
    const ears = await Promise.all(Array.from({ length: 20 }, (_, n) => harness.join('Eve', { room: `big newcomers ${n}` })));
    // So many that newcomers hear of the list together.
    for (let n = 0; n < 60; n++) await harness.join(`Member ${n}`, { room: 'big' });
    await harness.clock.advance(1_000);
    assert.ok((await harness.join('Last', { room: 'big' })).roster.members.length < 60, 'the list comes later');
    await harness.clock.advance(1_000);
    for (const ear of ears) assert.deepEqual([ear.roster.members.map(({ nickname }) => nickname), ear.needsSync], [['Eve'], false]);
  });
});
