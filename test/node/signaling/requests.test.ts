import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RtcError } from '../../../src/base/rtc-error.js';
import { parseRequest } from '../../../src/protocol/parse-request.js';
import { settled } from './manual-clock.js';
import { codeOf, joinedRig, rig } from './scripted-server.js';

const CALL = 'call-0123456789abcdef';
const INVITE = { callId: CALL, to: 'member-2', media: { audio: true, video: true }, offer: 'v=0' };
const OK = { ok: true };

describe('a request', () => {
  it('goes out valid by the protocol, tells the last event that came, and resolves with the checked reply', async () => {
    const { server, client } = await joinedRig();
    server.event({ t: 'peer-away', s: 1, callId: CALL, away: true, cause: 'lost' });
    const reply = client.request('ice', {});
    const { message } = server.last('ice');
    assert.ok(parseRequest(message).ok);
    assert.equal(message['a'], 1);
    await server.last('ice').reply({ ok: true, iceServers: [{ urls: 'stun:x', secretOption: 1 }], hasTurn: false });
    assert.deepEqual(await reply, { ok: true, iceServers: [{ urls: 'stun:x' }], hasTurn: false });
  });

  it('has an id of 128 random bits of its own', async () => {
    const { server, client } = await joinedRig();
    for (let count = 0; count < 100; count++) void client.request('ice', {}).catch(() => {});
    const ids = server.of('ice').map(({ message }) => message.id);
    assert.equal(new Set(ids).size, 100);
    for (const id of ids) assert.equal(Buffer.from(id, 'base64url').length, 16);
  });

  it('rejects with the code of the hub, and hands on where the call stands', async () => {
    const { server, client } = await joinedRig();
    const rejected = client.request('cancel', { callId: CALL }).catch((error: unknown) => error);
    const call = {
      callId: CALL, rev: 3, state: 'active', peer: { id: 'member-2', nickname: 'Bo', since: 1 }, direction: 'outgoing', media: { audio: true, video: true },
      ringing: true, createdAt: 1, expiresAt: 2,
    };
    await server.last('cancel').reply({ ok: false, code: 'too-late', call });
    const error = await rejected;
    assert.ok(error instanceof RtcError);
    assert.equal(error.code, 'too-late');
    assert.equal(error.fatal, false);
    assert.deepEqual(error.cause, { ok: false, code: 'too-late', call });
  });

  it('rejects with bad-message when the reply has the wrong form', async () => {
    const { server, client } = await joinedRig();
    const rejected = codeOf(client.request('ice', {}));
    await server.last('ice').reply({ ok: true, iceServers: 'none' });
    assert.equal(await rejected, 'bad-message');
  });

  it('is sent again with the same id when no acknowledgement came in 3 s', async () => {
    const { server, clock, client } = await joinedRig();
    const reply = client.request('ringing', { callId: CALL });
    await clock.advance(2_999);
    assert.equal(server.of('ringing').length, 1);
    await clock.advance(1);
    const [first, second] = server.of('ringing');
    assert.equal(second!.message.id, first!.message.id);
    await second!.reply(OK);
    assert.deepEqual(await reply, OK);
    assert.equal(server.drops, 0);
    await clock.advance(60_000);
    assert.equal(server.of('ringing').length, 2);
  });

  it('takes the link for half-open after two silences in a row, and asks again on the next with the same id', async () => {
    const { server, clock, client, states } = await joinedRig();
    const reply = client.request('ringing', { callId: CALL });
    await clock.advance(6_000);
    assert.equal(server.drops, 1);
    await server.welcome({ resumed: true });
    assert.deepEqual(states, ['connecting', 'online', 'reconnecting: server-unreachable', 'online']);
    const sent = server.of('ringing');
    assert.equal(sent.length, 3);
    assert.equal(new Set(sent.map(({ message }) => message.id)).size, 1);
    await sent[2]!.reply(OK);
    assert.deepEqual(await reply, OK);
  });

  it('counts silences by the link: one on each of two is no reason to drop', async () => {
    const { server, clock, client } = await joinedRig();
    void client.request('ringing', { callId: CALL }).catch(() => {});
    await clock.advance(3_000);
    server.down('unreachable');
    await clock.advance(0);
    await server.welcome({ resumed: true });
    await clock.advance(3_000);
    assert.equal(server.drops, 0);
    assert.equal(server.of('ringing').length, 4);
  });

  it('fails alone when three links that answer everything else leave it unanswered', async () => {
    const { server, clock, client } = await joinedRig();
    const rejected = codeOf(client.request('ringing', { callId: CALL }));
    for (let links = 0; links < 2; links++) {
      await clock.advance(6_000 + 3_000);
      await server.welcome({ resumed: true });
    }
    await clock.advance(6_000);
    assert.equal(await rejected, 'server-unreachable');
    assert.equal(client.state, 'online');
    assert.equal(server.drops, 2);
  });

  it('takes a late acknowledgement of the first sending', async () => {
    const { server, clock, client } = await joinedRig();
    const reply = client.request('ringing', { callId: CALL });
    server.down('unreachable');
    await clock.advance(0);
    await server.welcome({ resumed: true });
    await server.of('ringing')[1]!.reply(OK);
    await reply;
    assert.equal(server.of('ringing').length, 2);
  });

  it('waits for the welcome, and keeps its order', async () => {
    const { server, client } = rig();
    client.start();
    for (const n of [0, 1, 2]) void client.request('signal', { callId: CALL, n }).catch(() => {});
    await settled();
    assert.equal(server.of('signal').length, 0);
    await server.welcome();
    assert.deepEqual(server.of('signal').map(({ message }) => message['n']), [0, 1, 2]);
  });

  it('is not possible before start', async () => {
    assert.equal(await codeOf(rig().client.request('ice', {})), 'not-joined');
  });

  it('is asked again, the same, after the time a busy server names', async () => {
    const { server, clock, client } = await joinedRig();
    const reply = client.request('ringing', { callId: CALL });
    await server.last('ringing').reply({ ok: false, code: 'rate-limited', retryAfterMs: 700 });
    await clock.advance(699);
    assert.equal(server.of('ringing').length, 1);
    await clock.advance(1);
    assert.equal(server.of('ringing')[1]!.message.id, server.of('ringing')[0]!.message.id);
    await server.last('ringing').reply(OK);
    await reply;
  });

  it('that was told to wait is not overtaken by those that come after it (a hang-up by the next call: found by 600 calls in a row)', async () => {
    const { server, clock, client } = await joinedRig();
    const hungUp = codeOf(client.request('hangup', { callId: CALL, reason: 'hangup' }));
    await server.last('hangup').reply({ ok: false, code: 'rate-limited', retryAfterMs: 50 });
    const invited = client.request('invite', INVITE).catch(() => {});
    const others = ['ringing', 'ringing'].map(() => client.request('ringing', { callId: CALL }));
    void client.request('signal', { callId: CALL, n: 0 }).catch(() => {});
    await clock.advance(49);
    assert.deepEqual([server.of('invite').length, server.of('ringing').length, server.of('signal').length], [0, 0, 1], 'signals are counted apart');
    await clock.advance(1);
    assert.equal(server.of('hangup').length, 2);
    assert.equal(server.of('invite').length, 0);
    await server.last('hangup').reply({ ok: false, code: 'call-not-found' });
    assert.equal(await hungUp, 'call-not-found');
    assert.equal(server.of('invite').length, 1, 'one after the other');
    assert.equal(server.of('ringing').length, 0);
    await server.last('invite').reply({ ok: false, code: 'unavailable' });
    await invited;
    for (const other of others) {
      await server.last('ringing').reply(OK);
      await other;
    }
    const free = ['ringing', 'ringing'].map(() => client.request('ringing', { callId: CALL }));
    assert.equal(server.of('ringing').length, 4, 'all at once again');
    void Promise.allSettled(free);
  });

  it('that nobody waits for any more does not hold up those that wait behind it', async () => {
    const { server, clock, client } = await joinedRig();
    const first = codeOf(client.request('ringing', { callId: CALL }, { deadlineMs: 100 }));
    await server.last('ringing').reply({ ok: false, code: 'rate-limited', retryAfterMs: 700 });
    const second = codeOf(client.request('hangup', { callId: CALL, reason: 'hangup' }));
    await clock.advance(700);
    assert.equal(await first, 'server-unreachable');
    await server.last('hangup').reply({ ok: false, code: 'call-not-found' });
    assert.equal(await second, 'call-not-found');
  });

  it('fails with the time to wait where that is longer than anybody would', async () => {
    const { server, clock, client } = await joinedRig();
    const reply = client.request('ringing', { callId: CALL });
    const failed = assert.rejects(reply, (error: RtcError) => {
      assert.equal(error.code, 'rate-limited');
      assert.equal((error.cause as { retryAfterMs?: number }).retryAfterMs, 3_001);
      return true;
    });
    await server.last('ringing').reply({ ok: false, code: 'rate-limited', retryAfterMs: 3_001 });
    await failed;
    await clock.advance(10_000);
    assert.equal(server.of('ringing').length, 1);
  });

  it('that was told to wait is sent once on the next link, not twice', async () => {
    const { server, clock, client } = await joinedRig();
    void client.request('ringing', { callId: CALL }).catch(() => {});
    await server.last('ringing').reply({ ok: false, code: 'rate-limited', retryAfterMs: 700 });
    server.down('unreachable');
    await clock.advance(0);
    await server.welcome({ resumed: true });
    await clock.advance(2_000);
    assert.equal(server.of('ringing').length, 2);
  });

  it('ends when its signal aborts, at once if it has', async () => {
    const { server, clock, client } = await joinedRig();
    const controller = new AbortController();
    const rejected = codeOf(client.request('ringing', { callId: CALL }, { signal: controller.signal }));
    controller.abort();
    assert.equal(await rejected, 'unavailable');
    assert.equal(await codeOf(client.request('ringing', { callId: CALL }, { signal: controller.signal })), 'unavailable');
    await clock.advance(60_000);
    assert.equal(server.of('ringing').length, 1);
    assert.equal(server.drops, 0);
  });

  it('ends at its deadline, also while nothing can be sent', async () => {
    const { server, clock, client } = await joinedRig();
    server.answersConnect = false;
    server.down('unreachable');
    const rejected = codeOf(client.request('ice', {}, { deadlineMs: 10_000 }));
    await clock.advance(9_999);
    assert.equal(server.of('ice').length, 0);
    await clock.advance(1);
    assert.equal(await rejected, 'server-unreachable');
  });

  it('leaves no timer behind when it is answered', async () => {
    const { server, clock, client } = await joinedRig();
    await clock.advance(3_000);
    const reply = client.request('ringing', { callId: CALL }, { deadlineMs: 10_000, signal: new AbortController().signal });
    await server.last('ringing').reply(OK);
    await reply;
    assert.deepEqual(clock.waiting, []);
  });

  it('is refused when 256 wait already', async () => {
    const { client } = await joinedRig();
    const all = Array.from({ length: 257 }, () => client.request('ringing', { callId: CALL }).catch((error: RtcError) => error.code));
    assert.equal(await all[256], 'rate-limited');
    await client.close();
    assert.deepEqual(new Set(await Promise.all(all.slice(0, 256))), new Set(['not-joined']));
  });
});

describe('requests over a reconnection', () => {
  it('are all sent again with their ids when the session was resumed', async () => {
    const { server, clock, client } = await joinedRig();
    void client.request('invite', INVITE).catch(() => {});
    void client.request('signal', { callId: CALL, n: 0 }).catch(() => {});
    const sent = (): unknown[] => server.asked.map(({ message }) => [message.t, message.id]).filter(([type]) => type !== 'hello');
    const before = sent();
    server.down('unreachable');
    await clock.advance(0);
    await server.welcome({ resumed: true });
    assert.equal(before.length, 2);
    assert.deepEqual(sent(), [...before, ...before]);
  });

  it('are sent again with an invitation too when the session is the same but its events could not be replayed', async () => {
    const { server, clock, client } = await joinedRig();
    void client.request('invite', INVITE).catch(() => {});
    server.down('unreachable');
    await clock.advance(0);
    await server.welcome({ resumed: false, seq: 600 });
    assert.equal(server.of('invite').length, 2);
  });

  it('are sent again in a new session too, but not an invitation that may have rung already', async () => {
    const { server, clock, client } = await joinedRig();
    const invited = codeOf(client.request('invite', INVITE));
    const hungUp = codeOf(client.request('hangup', { callId: CALL, reason: 'hangup' }));
    server.down('unreachable');
    const invitedMeanwhile = client.request('invite', { ...INVITE, callId: 'call-fedcba9876543210' });
    await clock.advance(0);
    await server.welcome({ epoch: 'epoch-2', sessionId: 'session-2', resumed: false });
    assert.equal(await invited, 'unavailable');
    assert.deepEqual(server.of('invite').map(({ message }) => message['callId']), [CALL, 'call-fedcba9876543210']);
    await server.last('hangup').reply({ ok: false, code: 'call-not-found' });
    assert.equal(await hungUp, 'call-not-found');
    void invitedMeanwhile.catch(() => {});
  });
});

describe('a message nobody waits for', () => {
  it('is sent once while online, and never later', async () => {
    const { server, clock, client } = await joinedRig();
    client.post('bye', {});
    assert.ok(parseRequest(server.last('bye').message).ok);
    await clock.advance(10_000);
    server.down('unreachable');
    client.post('bye', {});
    await clock.advance(0);
    await server.welcome({ resumed: true });
    assert.equal(server.of('bye').length, 1);
    assert.equal(server.drops, 0);
  });
});
