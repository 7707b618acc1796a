import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { MAX_MESSAGE_BYTES } from '../../../src/protocol/limits.js';
import { createServerWithFiles, createSignalingServer, SettingsError, type SignalingServer, type SignalingServerOptions } from '../../../src/server/index.js';
import { createToken } from '../../../src/token.js';
import { MemoryLog } from './memory-log.js';
import { newId, SocketClient, type ClientOptions } from './socket-client.js';

// The real hub behind real sockets.

const folder = mkdtempSync(join(tmpdir(), 'rtc-server-'));
writeFileSync(join(folder, 'rtc-elements.js'), 'export {};');
writeFileSync(join(folder, 'index.html'), '<title>demo</title>');
const files = { bundleFolder: folder, demoFolder: folder, guideFolder: folder, version: '1.2.3' };
after(() => rmSync(folder, { recursive: true }));

const media = { audio: true, video: true };
const offer = 'v=0\r\no=- 1 1 IN IP4 192.0.2.7\r\ns=the-offer\r\n';
const answer = 'v=0\r\no=- 2 2 IN IP4 192.0.2.8\r\ns=the-answer\r\n';

describe('the signaling server', () => {
  const ends: (() => Promise<void> | void)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  async function start(options: SignalingServerOptions = {}) {
    const log = new MemoryLog();
    const server = createServerWithFiles({ port: 0, host: '127.0.0.1', logger: log, ...options }, files);
    const { port, url } = await server.listen();
    ends.push(() => server.close());
    const connect = async (clientOptions?: ClientOptions): Promise<SocketClient> => {
      const client = new SocketClient(`http://127.0.0.1:${port}`, clientOptions);
      ends.push(() => client.close());
      return client.connect();
    };
    return { server, log, port, url, connect, base: `http://127.0.0.1:${port}` };
  }

  /** Two members, the second's call ringing at the first. */
  async function startRinging(context: { connect: () => Promise<SocketClient> }) {
    const [callee, caller] = [await context.connect(), await context.connect()];
    const { memberId: calleeId } = await callee.join('lobby', 'Ana');
    const { memberId: callerId } = await caller.join('lobby', 'Bob');
    const callId = newId();
    const invited = await caller.ask('invite', { callId, to: calleeId, media, offer });
    assert.ok(invited.ok);
    return { callee, caller, calleeId, callerId, callId };
  }

  it('carries a call between two clients: invite, accept, signal, hang-up', async () => {
    const { callee, caller, callId, callerId } = await startRinging(await start());
    const rings = await callee.event('call');
    assert.deepEqual([rings.call.callId, rings.call.state, rings.call.peer.id, rings.call.offer], [callId, 'ringing', callerId, offer]);
    const accepted = await callee.ask('accept', { callId, media, answer });
    assert.ok(accepted.ok);
    assert.equal((await caller.event('call', ({ call }) => call.state === 'connecting')).call.answer, answer);
    const candidates = [{ candidate: 'candidate:1 1 udp 1 192.0.2.7 5000 typ host', sdpMid: '0' }];
    assert.ok((await caller.ask('signal', { callId, n: 0, candidates })).ok);
    assert.equal((await callee.event('signal')).candidates?.[0]?.candidate, candidates[0]?.candidate);
    assert.ok((await caller.ask('hangup', { callId, reason: 'hangup' })).ok);
    assert.equal((await callee.event('call', ({ call }) => call.state === 'ended')).call.reason, 'remote-hangup');
  });

  it('tells at info level what happens by ids alone', async () => {
    const context = await start();
    const { callee, caller, callId, calleeId, callerId } = await startRinging(context);
    await callee.ask('accept', { callId, media, answer });
    await caller.ask('connected', { callId });
    await callee.ask('connected', { callId });
    await caller.ask('hangup', { callId, reason: 'hangup' });
    await callee.event('call', ({ call }) => call.state === 'ended');
    await callee.ask('leave', {});
    const told = context.log.lines
      .filter(({ message }) => /\./.test(message))
      .map(({ message, fields }) => ({ message, ...fields }) as Record<string, unknown>);
    assert.deepEqual(
      told.map(({ message }) => message),
      ['member.joined', 'member.joined', 'call.ringing', 'call.started', 'call.ended', 'member.left'],
    );
    assert.equal(told[0]?.memberId, calleeId);
    assert.deepEqual([told[2]?.callId, told[2]?.callerId, told[2]?.calleeId], [callId, callerId, calleeId]);
    assert.equal(told[4]?.reason, 'hangup');
    assert.doesNotMatch(context.log.text, /Ana|Bob|lobby|192\.0\.2|the-offer|the-answer|127\.0\.0\.1"/);
  });

  it('tells the operator’s program, which may throw, and obeys it', async () => {
    const { server, log, connect } = await start();
    const joined: string[] = [];
    server.on('member.joined', () => {
      throw new Error('listener');
    });
    const stop = server.on('member.joined', ({ memberId }) => joined.push(memberId));
    const ended = new Promise<string | undefined>((resolve) => server.on('call.ended', ({ reason }) => resolve(reason)));
    const { callee, caller, callId, calleeId, callerId } = await startRinging({ connect });
    assert.deepEqual(joined, [calleeId, callerId]);
    assert.equal(log.lines.filter(({ message }) => message === 'listener failed').length, 2);
    stop();
    assert.deepEqual(
      (await server.members('lobby')).map(({ id, nickname, online, busy, userId }) => ({ id, nickname, online, busy, userId })),
      [
        { id: calleeId, nickname: 'Ana', online: true, busy: true, userId: null },
        { id: callerId, nickname: 'Bob', online: true, busy: true, userId: null },
      ],
    );
    assert.equal(await server.endCall(callId), true);
    assert.equal((await callee.event('call', ({ call }) => call.state === 'ended')).call.reason, 'server');
    assert.equal(await ended, 'server');
    assert.equal(await server.endCall(callId), false);
    const down = caller.down();
    assert.equal(await server.kick('lobby', callerId, { banSeconds: 60 }), true);
    assert.equal((await caller.event('kicked')).banSeconds, 60);
    await down;
    assert.equal(await server.kick('lobby', callerId), false);
    assert.deepEqual(
      (await server.members('lobby')).map(({ id }) => id),
      [calleeId],
    );
  });

  it('lets in whom the hook lets in, as whom it says', async () => {
    const { connect, server, log } = await start({
      authorize: async (token, { room, headers }) => {
        if (token === 'broken') throw new Error(`no ${token}`);
        return token === 'good' && room === 'lobby' && headers.host !== undefined
          ? { userId: 'u1', nickname: 'Dr. Ana', role: 'agent', data: { desk: '4' } }
          : null;
      },
    });
    for (const [token, room] of [
      [undefined, 'lobby'],
      ['bad', 'lobby'],
      ['good', 'elsewhere'],
      ['broken', 'lobby'],
    ] as const) {
      await assert.rejects((await connect()).join(room, 'Eve', token), /^Error: unauthorized$/, `${token} ${room}`);
    }
    assert.deepEqual(await server.members('lobby'), []);
    const welcome = await (await connect()).join('lobby', 'Eve', 'good');
    assert.equal(welcome.nickname, 'Dr. Ana');
    const [member] = await server.members('lobby');
    assert.deepEqual([member?.userId, member?.role, member?.data, member?.authenticated], ['u1', 'agent', { desk: '4' }, true]);
    assert.doesNotMatch(log.text, /broken|good/);
  });

  it('leaves the judgement to the hook alone where there is one', async () => {
    const authSecret = 'the-key-of-the-tokens-0123456789abcdef';
    const { connect } = await start({ authSecret, authorize: (token) => (token === 'of another kind' ? { userId: 'u1', nickname: 'Ana', moderator: true } : null) });
    await assert.rejects((await connect()).join('lobby', 'Eve', await createToken({ room: 'lobby', sub: 'eve' }, authSecret)), /^Error: unauthorized$/);
    const mod = await connect();
    assert.equal((await mod.join('lobby', 'Eve', 'of another kind')).nickname, 'Ana');
    assert.deepEqual(await mod.ask('kick', { memberId: 'nobody' }), { ok: false, code: 'member-not-found' }, 'a moderator by the hook');
  });

  it('hands out ICE servers, limits and the length of the ring as configured', async () => {
    const { connect } = await start({ stunUrls: 'stun:stun.example:3478', ringTimeoutS: 20, maxRoomMembers: 2 });
    const welcome = await (await connect()).join('lobby', 'Ana');
    assert.deepEqual([welcome.iceServers, welcome.hasTurn, welcome.ringTimeoutMs], [[{ urls: ['stun:stun.example:3478'] }], false, 20_000]);
    await (await connect()).join('lobby', 'Bob');
    await assert.rejects((await connect()).join('lobby', 'Cy'), /^Error: room-full$/);
  });

  it('stays up and true to everybody else under a few hundred messages of any shape', async () => {
    const context = await start();
    const { callee, caller, callId } = await startRinging(context);
    const type = fc.constantFrom(
      'hello',
      'leave',
      'bye',
      'sync',
      'ice',
      'invite',
      'ringing',
      'accept',
      'reject',
      'cancel',
      'connected',
      'hangup',
      'signal',
      'x',
    );
    const envelope = fc.record({ v: fc.constant(1), id: fc.constantFrom(newId(), newId()), t: type }, { requiredKeys: [] });
    const fields = fc.record(
      {
        callId: fc.oneof(fc.constant(callId), fc.constant(newId()), fc.anything()),
        to: fc.anything(),
        room: fc.anything(),
        nickname: fc.anything(),
        versions: fc.constantFrom([1], [2], [], 1),
        media: fc.oneof(fc.constant(media), fc.anything()),
        offer: fc.string(),
        answer: fc.string(),
        n: fc.oneof(fc.nat(), fc.double()),
        rev: fc.anything(),
        reason: fc.anything(),
        candidates: fc.oneof(fc.array(fc.record({ candidate: fc.string() })), fc.anything()),
        description: fc.anything(),
        resume: fc.anything(),
        token: fc.anything(),
      },
      { requiredKeys: [] },
    );
    const message = fc.oneof(
      fc.anything(),
      fc.tuple(envelope, fields).map(([head, body]) => ({ ...body, ...head })),
    );
    const intruders: SocketClient[] = [];
    // Each within the burst that a connection may send, so that the hub sees all of it.
    await fc.assert(
      fc.asyncProperty(fc.array(message, { minLength: 10, maxLength: 40 }), async (messages) => {
        const intruder = await context.connect();
        intruders.push(intruder);
        for (const data of messages) {
          intruder.socket.emit('q', data);
          intruder.socket.emit('q', data, () => undefined);
        }
        intruder.socket.emit('x', ...messages);
        const reply = (await intruder.emit({ v: 1, id: newId(), t: 'sync', rev: 0 })) as { ok: boolean };
        assert.equal(typeof reply.ok, 'boolean');
      }),
      { numRuns: 20 },
    );
    for (const intruder of intruders) intruder.close();
    const accepted = await callee.ask('accept', { callId, media, answer });
    assert.ok(accepted.ok, 'the call that rang meanwhile goes on');
    assert.equal((await caller.event('call', ({ call }) => call.state === 'connecting')).call.answer, answer);
    assert.deepEqual(
      context.log.lines.filter(({ level }) => level === 'error' || level === 'warn'),
      [],
    );
  });

  it('closes the link of who sends too much, while a call of others goes on', async () => {
    const context = await start();
    const { callee, callId } = await startRinging(context);
    const intruder = await context.connect();
    const down = intruder.down();
    intruder.socket.emit('q', { t: 'x', padding: 'x'.repeat(MAX_MESSAGE_BYTES) });
    await down;
    assert.ok((await callee.ask('accept', { callId, media, answer })).ok);
  });

  it('refuses pages of other sites, tells the operator once which, and lets them load the bundle', async () => {
    const { connect, log, base } = await start();
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await assert.rejects(connect({ origin: 'https://shop.example' }), /origin-refused/);
    }
    const warnings = log.lines.filter(({ level }) => level === 'warn');
    assert.deepEqual(
      warnings.map(({ fields }) => fields),
      [{ origin: 'https://shop.example' }],
    );
    assert.match(warnings[0]?.message ?? '', /ALLOWED_ORIGINS/);
    await (await connect({ origin: base })).join('lobby', 'Ana');
    await (await connect({ origin: 'http://localhost:5173' })).join('lobby', 'Bob');
    assert.equal((await fetch(`${base}/rtc-elements.js`, { headers: { Origin: 'https://shop.example' } })).headers.get('access-control-allow-origin'), '*');
  });

  it('is reached under its public prefix and its own path, whatever the proxy leaves of them', async () => {
    const { connect, url, base } = await start({ publicUrl: 'https://meet.example/calls/', signalingPath: '/talk/' });
    assert.equal(url, 'https://meet.example/calls/');
    await (await connect({ path: '/calls/talk/', origin: 'https://meet.example' })).join('lobby', 'Ana');
    await (await connect({ path: '/talk/', origin: 'https://meet.example' })).join('lobby', 'Bob');
    assert.equal((await fetch(`${base}/calls/rtc-elements.js`)).status, 200);
    assert.equal((await fetch(`${base}/calls/`)).status, 200);
    assert.equal((await fetch(`${base}/rtc-signaling/?EIO=4&transport=polling`)).status, 404);
  });

  it('counts what goes on', async () => {
    const context = await start();
    const { callee, callId } = await startRinging(context);
    await callee.emit('nonsense');
    const figures = async () => (await (await fetch(`${context.base}/metrics`)).text()).split('\n');
    const ringing = await figures();
    for (const line of [
      'rtc_connections 2',
      'rtc_rooms 1',
      'rtc_members 2',
      'rtc_calls{state="ringing"} 1',
      'rtc_calls{state="active"} 0',
      'rtc_requests_total{type="hello",code="ok"} 2',
      'rtc_requests_total{type="invite",code="ok"} 1',
      'rtc_requests_total{type="unreadable",code="bad-message"} 1',
    ]) {
      assert.ok(ringing.includes(line), `${line} in\n${ringing.join('\n')}`);
    }
    await callee.ask('reject', { callId });
    await callee.ask('leave', {});
    const over = await figures();
    for (const line of ['rtc_members 1', 'rtc_calls{state="ringing"} 0', 'rtc_calls_ended_total{reason="rejected"} 1'])
      assert.ok(over.includes(line), `${line} in\n${over.join('\n')}`);
    for (const line of over) assert.match(line, /^$|^# (?:HELP|TYPE) |^[a-z_]+(?:\{[a-z]+="[\w-]+"(?:,[a-z]+="[\w-]+")*\})? [\d.e+-]+$/);
  });

  it('drains: not ready, everybody told when to come back, nobody new, then closes all', async () => {
    const { server, connect, base } = await start();
    const clients = [await connect(), await connect(), await connect({ transport: 'polling' })];
    for (const [index, client] of clients.entries()) await client.join('lobby', `n${index}`);
    assert.equal((await fetch(`${base}/readyz`)).status, 200);
    await server.drain();
    assert.equal((await fetch(`${base}/readyz`)).status, 503);
    assert.equal((await fetch(`${base}/healthz`)).status, 200);
    await assert.rejects(connect(), /unavailable/);
    const delays = (await Promise.all(clients.map((client) => client.event('drain')))).map(({ afterMs }) => afterMs);
    assert.equal(new Set(delays).size, 3, `${delays} are spread`);
    const downs = clients.map((client) => client.down());
    await server.close();
    await Promise.all(downs);
    await assert.rejects(fetch(`${base}/healthz`));
  });

  it('says which port is taken', async () => {
    const { port } = await start();
    const second = createSignalingServer({ port, host: '127.0.0.1', logger: new MemoryLog() });
    await assert.rejects(second.listen(), { code: 'EADDRINUSE' });
    await second.close();
  });

  it('refuses wrong options by name, all at once', () => {
    assert.throws(
      () => createSignalingServer({ port: -1, publicUrl: 'x' }),
      (error) => {
        assert.ok(error instanceof SettingsError);
        assert.match(error.message, /^port: .*\npublicUrl: .*$/);
        return true;
      },
    );
  });

  it('serves figures on a port of their own when told to', async () => {
    const probe: SignalingServer = createServerWithFiles({ port: 0, host: '127.0.0.1', logger: new MemoryLog() }, files);
    const { port: metricsPort } = await probe.listen();
    await probe.close();
    const { base } = await start({ metricsPort, metricsToken: 'long-enough' });
    const ask = (token: string) => fetch(`http://127.0.0.1:${metricsPort}/metrics`, { headers: { Authorization: `Bearer ${token}` } });
    assert.deepEqual([(await ask('long-enough')).status, (await ask('wrong')).status, (await fetch(`${base}/metrics`)).status], [200, 401, 404]);
    assert.equal((await fetch(`http://127.0.0.1:${metricsPort}/rtc-elements.js`)).status, 404);
  });

  it('does not rely on the client: one that vanishes leaves the room after its grace', async () => {
    const { connect, server } = await start();
    const [client, witness] = [await connect(), await connect()];
    const { memberId } = await client.join('lobby', 'Ana');
    await witness.join('lobby', 'Bob');
    const down = once(client.socket as never, 'disconnect');
    client.socket.io.engine.close();
    await down;
    await witness.event('room', ({ put }) => put?.some(({ id, online }) => id === memberId && online === false) ?? false);
    assert.deepEqual(
      (await server.members('lobby')).map(({ online }) => online),
      [false, true],
    );
  });
});
