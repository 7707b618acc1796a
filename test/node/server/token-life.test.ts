import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { createToken, type TokenClaims } from '../../../src/token.js';
import { RtcError } from '../../../src/base/rtc-error.js';
import type { TokenProvider } from '../../../src/session/session-api.js';
import { until } from '../../support/until.js';
import { People, inCall, inRoom, sees, type Person } from './people.js';
import { SocketClient } from './socket-client.js';

const KEY = 'the-key-of-the-tokens-0123456789abcdef';
const PAST = Math.floor(Date.now() / 1000) - 60;
const tokenOf = (sub: string, more: Partial<TokenClaims> = {}): Promise<string> => createToken({ room: 'lobby', sub, name: sub, ...more }, KEY);
const codeOf = async (promise: Promise<unknown>): Promise<string> => promise.then(() => 'ok', (error: unknown) => (error instanceof RtcError ? error.code : String(error)));

const open: People[] = [];
afterEach(async () => {
  for (const people of open.splice(0)) await people.close();
});
async function start(authMode: 'required' | 'optional' = 'required'): Promise<People> {
  const people = await People.start({ authSecret: KEY, authMode });
  open.push(people);
  return people;
}

/** Gives these one after the other, the last again and again; with what it was asked. */
function provider(...tokens: readonly (string | Promise<string>)[]): TokenProvider & { readonly asked: string[] } {
  const asked: string[] = [];
  return Object.assign(async ({ room, reason }: Parameters<TokenProvider>[0]) => {
    asked.push(`${room} ${reason}`);
    return tokens[Math.min(asked.length, tokens.length) - 1]!;
  }, { asked });
}

describe('A room with tokens', { concurrency: false }, () => {
  it('answers who may not enter with the same words, whether or not anybody is there, and tells nothing before', async () => {
    const people = await start();
    await people.join({ room: 'full', token: await tokenOf('ana', { room: 'full' }) });
    const tokens = [undefined, '', 'x', await createToken({ room: 'full', sub: 'eve' }, 'a-key-that-somebody-made-up-0123456789'), await tokenOf('eve', { room: 'other', exp: PAST })];
    const answers: unknown[] = [];
    for (const room of ['full', 'empty']) {
      for (const token of tokens) {
        const client = await new SocketClient(people.url).connect();
        answers.push(await client.emit({ v: 1, id: 'x'.repeat(22), t: 'hello', versions: [1], room, nickname: 'Eve', ...(token !== undefined && { token }) }));
        assert.equal(await codeOf(client.ask('sync', { rev: 0 }).then((reply) => assert.deepEqual(reply, { ok: false, code: 'not-joined' }))), 'ok');
        assert.deepEqual(client.events, []);
        client.close();
      }
    }
    for (const answer of answers) assert.deepEqual(answer, { ok: false, code: 'unauthorized' });
    assert.equal((await people.signaling.members('full')).length, 1);
  });

  it('fails for good with a token that does not fit, and with one that stays expired', async () => {
    const people = await start();
    assert.equal(await codeOf(people.join({ token: await tokenOf('eve', { room: 'other' }) })), 'unauthorized');
    assert.equal(await codeOf(people.join({ nickname: 'Eve' })), 'unauthorized');
    assert.equal(await codeOf(people.join({ token: await tokenOf('eve', { exp: PAST }) })), 'token-expired');
    const stale = provider(tokenOf('eve', { exp: PAST }));
    assert.equal(await codeOf(people.join({ tokenProvider: stale })), 'token-expired');
    assert.deepEqual(stale.asked, ['lobby join', 'lobby expired']);
  });

  it('asks for a token at joining, when it has expired and at every return, and lets nobody return on the session’s secret alone', async () => {
    const people = await start();
    const fresh = tokenOf('ana');
    const expired = tokenOf('ana', { exp: PAST });
    const tokenProvider = provider(expired, fresh, fresh, expired, fresh, expired, fresh, tokenOf('somebody-else'));
    const ana = await people.join({ tokenProvider });
    assert.deepEqual(tokenProvider.asked, ['lobby join', 'lobby expired']);
    const { id } = ana;
    const back = async (): Promise<string[]> => {
      const from = tokenProvider.asked.length;
      const left = inRoom(ana, 'reconnecting');
      await ana.session.simulate('drop-signaling');
      await left;
      await inRoom(ana, 'joined');
      return tokenProvider.asked.slice(from);
    };
    assert.deepEqual(await back(), ['lobby reconnect']);
    // The secret of the session is good, the token is not: nothing is resumed before there is a good one.
    assert.deepEqual(await back(), ['lobby reconnect', 'lobby expired']);
    assert.equal(ana.id, id);
    // A server that has forgotten all but its keys: the ticket alone is not enough either.
    const left = inRoom(ana, 'reconnecting');
    await people.serve({ authSecret: KEY });
    await left;
    await inRoom(ana, 'joined');
    assert.equal(ana.id, id, 'the same member again');
    assert.deepEqual(tokenProvider.asked.slice(-2), ['lobby reconnect', 'lobby expired']);
    // The secret with somebody else's token is a session of somebody else.
    await back();
    assert.notEqual(ana.id, id);
    assert.equal(ana.session.getSnapshot().localMember?.userId, 'somebody-else');
  });

  it('is failed for who comes back with a token that is refused', async () => {
    const people = await start();
    const ana = await people.join({ tokenProvider: provider(tokenOf('ana'), tokenOf('ana', { room: 'other' })) });
    const failed = inRoom(ana, 'failed');
    await ana.session.simulate('drop-signaling');
    await failed;
    assert.equal(ana.session.getSnapshot().roomError?.code, 'unauthorized');
  });

  it('says what is wrong with a provider that throws, rejects, gives no string or is none, tries some more, and fails', async () => {
    const people = await start();
    const own = new Error('the page’s own');
    const isOwn = (cause: unknown): boolean => cause === own;
    const providers: [unknown, (cause: unknown) => boolean][] = [
      [() => { throw own; }, isOwn],
      [() => Promise.reject(own), isOwn],
      [async () => ({ token: 'x' }), (cause) => (cause as { token: string }).token === 'x'],
      ['a.b.c', (cause) => cause instanceof TypeError],
    ];
    await Promise.all(providers.map(async ([tokenProvider, isCause]) => {
      const eve = people.enter({ tokenProvider: tokenProvider as TokenProvider });
      const said: [string, boolean, boolean][] = [];
      eve.session.on('rtc-error', ({ detail: { code, cause, fatal } }) => void said.push([code, isCause(cause), fatal]));
      await assert.rejects(eve.session.join(), (error) => error instanceof RtcError && error.code === 'unauthorized' && error.fatal && isCause(error.cause));
      assert.equal(eve.session.getSnapshot().roomState, 'failed');
      assert.deepEqual(said, [['unauthorized', true, false], ['unauthorized', true, true]]);
    }));
  });

  it('joins as soon as a provider that failed gives a token; in the room it may fail for as long as it takes', async () => {
    const people = await start();
    let failures = 2;
    const tokenProvider: TokenProvider = async () => {
      if (failures-- > 0) throw new TypeError('fetch failed');
      return tokenOf('ana');
    };
    const ana = await people.join({ tokenProvider });
    failures = 6;
    const left = inRoom(ana, 'reconnecting');
    await ana.session.simulate('drop-signaling');
    await left;
    await until(ana.session, () => ana.session.getSnapshot().roomError?.code === 'unauthorized');
    assert.match(String(ana.session.getSnapshot().roomError?.cause), /fetch failed/);
    await inRoom(ana, 'joined');
    assert.equal(failures, -1);
  });

  it('tells who provides tokens that nobody waits any more', async () => {
    const people = await start();
    const signal = await new Promise<AbortSignal>((resolve) => {
      const person = people.enter({ tokenProvider: (request) => {
        resolve(request.signal);
        return new Promise(() => {});
      } });
      void person.session.join().catch(() => {});
    });
    assert.equal(signal.aborted, false);
    const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    await people.leaveAll();
    await aborted;
  });

  it('knows its members by what their tokens say, and guests by nothing', async () => {
    const people = await start('optional');
    const ana = await people.join({ token: await tokenOf('ana', { name: 'Dr. Ana', role: 'agent', data: { desk: '4' }, picture: 'https://x.example/a.png' }), nickname: 'ignored' });
    const bob = await people.join({ token: await createToken({ room: 'lobby', sub: 'bob' }, KEY), nickname: 'Bob' });
    const guest = await people.join({ nickname: 'Dr. Аnа' });
    await sees(guest, ana, bob);
    const facts = guest.session.getSnapshot().members.map(({ nickname, userId, authenticated, role, data, avatarUrl }) => ({ nickname, userId, authenticated, role, data, avatarUrl }));
    assert.deepEqual(facts, [
      { nickname: 'Dr. Ana', userId: 'ana', authenticated: true, role: 'agent', data: { desk: '4' }, avatarUrl: 'https://x.example/a.png' },
      // Who this is is known; the name is their own choice.
      { nickname: 'Bob', userId: 'bob', authenticated: false, role: null, data: {}, avatarUrl: null },
      { nickname: 'Dr. Аnа #2', userId: null, authenticated: false, role: null, data: {}, avatarUrl: null },
    ]);
    assert.equal(await codeOf(people.join({ nickname: 'Eve', token: 'forged' })), 'unauthorized');
  });

  it('has one member for one sub: all tabs ring, the first accept wins', async () => {
    const people = await start();
    const [desk, phone, bob] = await Promise.all([people.join({ token: await tokenOf('ana') }), people.join({ token: await tokenOf('ana') }), people.join({ token: await tokenOf('bob') })]);
    assert.equal(desk.id, phone.id);
    await sees(bob, desk);
    assert.equal(bob.session.getSnapshot().members.length, 2);
    await bob.session.call({ userId: 'ana' });
    await Promise.all([inCall(desk, 'incoming'), inCall(phone, 'incoming')]);
    await phone.session.accept();
    await inCall(desk, 'ended');
    assert.deepEqual([desk.states.at(-1), phone.states.at(-1)], ['ended:answered-elsewhere', 'active']);
    await inCall(bob, 'active');
  });
});

describe('A moderator', () => {
  it('sends somebody away, who is out at once and stays out, with whatever they come back', async () => {
    const people = await start();
    const tokenProvider = provider(tokenOf('ana'));
    const [mod, ana, bob] = await Promise.all([people.join({ token: await tokenOf('mod', { moderator: true }) }), people.join({ tokenProvider }), people.join({ token: await tokenOf('bob') })]);
    await sees(mod, ana, bob);
    await sees(bob, mod, ana);
    assert.equal(await codeOf(bob.session.kick(ana.id)), 'unauthorized');
    assert.equal(await codeOf(mod.session.kick('nobody')), 'member-not-found');
    await bob.session.call(ana.id);
    await inCall(ana, 'incoming');
    await ana.session.accept();
    await inCall(bob, 'active');
    const begun = performance.now();
    await Promise.all([mod.session.kick(ana.id, { banSeconds: 60 }), inRoom(ana, 'failed'), inCall(bob, 'ended')]);
    const tookMs = performance.now() - begun;
    assert.ok(tookMs < 1_000, `out after ${tookMs} ms`);
    assert.equal(ana.session.getSnapshot().roomError?.code, 'kicked');
    assert.deepEqual([ana.states.at(-1), bob.states.at(-1)], ['ended:kicked', 'ended:peer-left']);
    await until(mod.session, () => mod.session.getSnapshot().members.length === 2);
    assert.deepEqual(tokenProvider.asked, ['lobby join'], 'does not come back by itself');
    assert.equal(await codeOf(ana.session.join()), 'kicked');
    assert.equal(await codeOf(people.join({ token: await tokenOf('ana', { name: 'Another name' }) })), 'kicked');
    assert.equal(await codeOf(people.join({ token: await tokenOf('ana', { room: 'other' }), room: 'other' })), 'ok');
  });
});

describe('Who does not want to be called by somebody', () => {
  const outcome = async (from: Person, to: Person): Promise<string> => {
    const { state, reason } = await from.session.call(to.id);
    if (state === 'outgoing') from.session.hangup();
    await until(from.session, () => ['ended', 'idle'].includes(from.session.getSnapshot().callState));
    if (state === 'outgoing') await until(to.session, () => ['ended', 'idle'].includes(to.session.getSnapshot().callState));
    return reason ?? state;
  };

  it('is not, whether by block or by do-not-disturb, over reconnections and restarts, until they want to', async () => {
    const people = await start('optional');
    const [ana, bob] = await Promise.all([people.join({ token: await tokenOf('ana') }), people.join({ token: await tokenOf('bob') })]);
    /** The hub hears of a changed option by itself: asked until it has. */
    const soon = async (wanted: string): Promise<void> => {
      while ((await outcome(bob, ana)) !== wanted);
    };
    const met = () => Promise.all([sees(ana, bob), sees(bob, ana)]);
    const restart = async (): Promise<void> => {
      const left = Promise.all([inRoom(ana, 'reconnecting'), inRoom(bob, 'reconnecting')]);
      await people.serve({ authSecret: KEY, authMode: 'optional' });
      await left;
      await Promise.all([inRoom(ana, 'joined'), inRoom(bob, 'joined')]);
      await met();
    };
    await met();
    assert.equal(await outcome(bob, ana), 'outgoing');
    await ana.session.block(bob.id);
    assert.equal(await outcome(bob, ana), 'rejected');
    await restart();
    assert.equal(await outcome(bob, ana), 'rejected', 'blocked at the next server');
    const again = await people.join({ token: await tokenOf('bob') });
    await sees(again, ana);
    assert.equal(await outcome(again, ana), 'rejected', 'and in another tab');
    const before = bob.id;
    await Promise.all([bob, again].map(({ session }) => session.leave()));
    await bob.session.join();
    await met();
    assert.notEqual(bob.id, before);
    assert.equal(await outcome(bob, ana), 'rejected', 'and as another member, being the same person');
    await ana.session.unblock(bob.id);
    assert.equal(await outcome(bob, ana), 'outgoing');
    ana.session.configure({ doNotDisturb: true });
    await soon('rejected');
    await restart();
    assert.equal(await outcome(bob, ana), 'rejected', 'not to be disturbed at the next server');
    ana.session.configure({ doNotDisturb: false });
    await soon('outgoing');
    assert.deepEqual([...new Set(ana.states.filter((state) => state.startsWith('ended')))], ['ended:cancelled'], 'heard of nothing else');
  });

  it('is not where the operator’s program says so, which answers later too', async () => {
    const people = await People.start({ authSecret: KEY, mayCall: async (from, to) => from.role === 'agent' || to.role === 'agent' });
    open.push(people);
    const [ana, bob, agent] = await Promise.all([people.join({ token: await tokenOf('ana') }), people.join({ token: await tokenOf('bob') }), people.join({ token: await tokenOf('agent', { role: 'agent' }) })]);
    await Promise.all([sees(ana, bob, agent), sees(bob, ana), sees(agent, ana)]);
    assert.deepEqual([await outcome(ana, bob), await outcome(ana, agent), await outcome(agent, ana)], ['rejected', 'outgoing', 'outgoing']);
    assert.deepEqual(bob.states, []);
  });

  it('may block a hundred, and is told when that is not enough', async () => {
    const people = await start('optional');
    const ana = await people.join({ nickname: 'Ana' });
    await Promise.all(Array.from({ length: 100 }, (_, n) => ana.session.block(`member-${n}`)));
    assert.equal(await codeOf(ana.session.block('one-more')), 'too-large');
    await ana.session.unblock('member-0');
    await ana.session.block('one-more');
  });
});
