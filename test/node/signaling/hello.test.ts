import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RtcError } from '../../../src/base/rtc-error.js';
import { parseRequest } from '../../../src/protocol/parse-request.js';
import { joinedRig, rig } from './scripted-server.js';
import { settled } from './manual-clock.js';

const TICKET = { sessionId: 'old-session', secret: 'old-secret', epoch: 'old-epoch' };

describe('saying hello', () => {
  it('does nothing before start, and is connecting until the welcome', async () => {
    const { server, client, states, welcomes } = rig();
    await settled();
    assert.equal(client.state, 'idle');
    assert.equal(server.connects, 0);
    client.start();
    assert.equal(client.state, 'connecting');
    await server.welcome();
    assert.equal(client.state, 'online');
    assert.deepEqual(states, ['connecting', 'online']);
    assert.equal(welcomes.length, 1);
  });

  it('starts once however often it is told to', async () => {
    const { server, client } = rig();
    client.start();
    client.start();
    await settled();
    assert.equal(server.connects, 1);
  });

  it('is the first request of a link, valid by the protocol, with versions, room, nickname and token', async () => {
    const { server, client } = rig({ token: async () => 'a.b.c' });
    client.start();
    await settled();
    const hello = server.asked[0]!.message;
    const parsed = parseRequest(hello);
    assert.ok(parsed.ok, parsed.ok ? '' : parsed.problem);
    assert.deepEqual({ ...hello, id: '' }, { v: 1, id: '', t: 'hello', versions: [1], room: 'support', nickname: 'Ana', token: 'a.b.c' });
    assert.match(hello.id, /^[\w-]{22}$/);
  });

  it('offers the ticket of an earlier page load for resumption', async () => {
    const { server, client } = rig({ resume: TICKET });
    client.start();
    await settled();
    const { sessionId, secret, epoch } = TICKET;
    assert.deepEqual(server.last('hello').message['resume'], { sessionId, secret, epoch, rev: 7 });
  });

  it('names the call that this page is in at that moment', async () => {
    let call: string | undefined;
    const { server, clock } = await joinedRig({ callTicket: () => call });
    assert.equal(server.last('hello').message['callTicket'], undefined);
    call = 'signed call';
    server.down('unreachable');
    await clock.advance(0);
    assert.equal(server.last('hello').message['callTicket'], 'signed call');
  });

  it('resumes with the newest secret and the last event that came', async () => {
    const { server, client, clock, welcomes, states } = await joinedRig();
    assert.deepEqual(client.ticket, { sessionId: 'session-1', secret: 'secret-1', epoch: 'epoch-1', ticket: 'signed-1' });
    server.event({ t: 'replaced-by-a-later-version', s: 1 });
    server.down('unreachable');
    assert.equal(client.state, 'reconnecting');
    await clock.advance(0);
    assert.deepEqual(server.last('hello').message['resume'], { sessionId: 'session-1', secret: 'secret-1', epoch: 'epoch-1', ticket: 'signed-1', lastSeq: 1, rev: 7 });
    await server.welcome({ resumed: true, secret: 'secret-2', seq: 5 });
    assert.equal(client.ticket?.secret, 'secret-2');
    assert.equal(welcomes.length, 2);
    assert.deepEqual(states, ['connecting', 'online', 'reconnecting: server-unreachable', 'online']);
  });

  it('has the welcome judged before anything else is told, and can ask from within it', async () => {
    const order: string[] = [];
    const { server, client } = rig({
      handlers: {
        onWelcome: () => {
          order.push(`welcome while ${client.state}`);
          void client.request('ice', {}).catch(() => {});
        },
        onEvent: (event) => order.push(event.t),
        onState: (state) => order.push(state),
      },
    });
    client.start();
    await settled();
    server.event({ t: 'room', fromRev: 1, rev: 2 });
    server.event({ t: 'drain', s: 1, afterMs: 50 });
    await server.welcome();
    assert.deepEqual(order, ['connecting', 'welcome while online', 'online', 'room', 'drain']);
    assert.equal(server.of('ice').length, 1);
  });

  it('asks for a token with the reason: joining, expired, reconnecting', async () => {
    const { server, clock, client, tokens, states } = rig();
    client.start();
    await settled();
    await server.last('hello').reply({ ok: false, code: 'token-expired' });
    assert.equal(server.of('hello').length, 2, 'says hello again on the same link');
    assert.equal(server.connects, 1);
    await server.welcome();
    server.down('unreachable');
    await clock.advance(0);
    await server.welcome();
    assert.deepEqual(tokens, ['join', 'expired', 'reconnect']);
    assert.equal(states.at(-1), 'online');
  });

  it('asks for one token while the server cannot be reached, however many tries it takes', async () => {
    const { server, clock, client, tokens } = rig();
    server.answersConnect = false;
    client.start();
    for (const delay of [0, 300, 1000]) {
      await settled();
      server.down('unreachable');
      await clock.advance(delay);
    }
    server.up();
    await server.welcome();
    assert.deepEqual(tokens, ['join']);
    assert.equal(server.connects, 4);
  });

  it('gives up when a fresh token has expired too', async () => {
    const { server, client, states } = rig();
    client.start();
    await settled();
    await server.last('hello').reply({ ok: false, code: 'token-expired' });
    await server.last('hello').reply({ ok: false, code: 'token-expired' });
    assert.equal(states.at(-1), 'closed: token-expired!');
    assert.ok(server.closed);
  });

  it('tries again when the page cannot get a token just now, and gives up when it says that there is none', async () => {
    let failure: Error = new TypeError('fetch failed');
    const { server, clock, client, states } = rig({ token: () => Promise.reject(failure) });
    client.start();
    await settled();
    assert.equal(server.of('hello').length, 0);
    assert.equal(states.at(-1), 'connecting: server-unreachable');
    failure = new RtcError('unauthorized', { cause: failure });
    await clock.advance(0);
    assert.equal(states.at(-1), 'connecting: unauthorized');
    failure = new RtcError('unauthorized', { fatal: true });
    await clock.advance(1_000);
    assert.equal(states.at(-1), 'closed: unauthorized!');
  });

  it('drops a link whose server never answers the hello', async () => {
    const { server, clock, client } = rig();
    client.start();
    await clock.advance(8_999);
    assert.equal(server.drops, 0);
    await clock.advance(1);
    assert.equal(server.drops, 1);
    assert.equal(server.connects, 2);
    assert.equal(client.state, 'connecting');
  });

  it('keeps its id until it is answered, so that a hub whose welcome was lost knows it again', async () => {
    const { server, clock, client } = rig();
    client.start();
    await settled();
    server.down('unreachable');
    await clock.advance(0);
    await server.welcome();
    server.down('unreachable');
    await clock.advance(300);
    const [first, again, later] = server.of('hello').map(({ message }) => message.id);
    assert.equal(again, first);
    assert.notEqual(later, first);
  });

  it('ignores the answer to the hello of a link that is gone', async () => {
    const { server, clock, client, welcomes } = rig();
    client.start();
    await settled();
    const stale = server.last('hello');
    server.down('unreachable');
    await stale.reply({ ok: true });
    await clock.advance(0);
    await server.welcome();
    assert.equal(welcomes.length, 1);
  });
});

describe('refusals that trying again cannot mend', () => {
  for (const code of [
    'unauthorized', 'origin-refused', 'version-mismatch', 'room-invalid', 'nickname-invalid', 'room-full', 'kicked', 'bad-message',
  ] as const) {
    it(`closes for good on ${code}`, async () => {
      const { server, clock, client, states } = rig();
      client.start();
      await settled();
      await server.last('hello').reply({ ok: false, code });
      assert.deepEqual(states, ['connecting', `closed: ${code}!`]);
      assert.ok(server.closed);
      assert.equal(client.ticket, null);
      await clock.advance(60_000);
      assert.equal(server.connects, 1);
    });
  }

  for (const failure of ['origin-refused', 'version-mismatch', 'insecure-context'] as const) {
    it(`closes with ${failure} when the link is refused so`, async () => {
      const { server, client, states } = rig();
      server.answersConnect = false;
      client.start();
      await settled();
      server.down(failure);
      assert.deepEqual(states, ['connecting', `closed: ${failure}!`]);
    });
  }

  it('closes with bad-message when what answers is not our server', async () => {
    const { server, client, states } = rig();
    client.start();
    await settled();
    await server.last('hello').reply('<html>');
    assert.equal(states.at(-1), 'closed: bad-message!');
  });

  it('closes when the server chose a version that was not offered', async () => {
    const { server, client, states } = rig();
    client.start();
    await server.welcome({ version: 2 });
    assert.equal(states.at(-1), 'closed: version-mismatch!');
  });
});
