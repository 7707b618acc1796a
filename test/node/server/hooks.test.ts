import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { describe, it } from 'node:test';
import { createHookCheck, type AuthorizeHook } from '../../../src/server/auth.js';
import { clientAddress } from '../../../src/server/client-address.js';
import { createMayCall } from '../../../src/server/may-call.js';
import { parseSettings } from '../../../src/server/settings.js';
import { createIceServers, type IceServersHook } from '../../../src/server/turn.js';
import { MemoryLog } from './memory-log.js';

const headers = { cookie: 'a=b', 'x-forwarded-for': '198.51.100.1, 203.0.113.9' };
const request = { headers, url: '/rtc-signaling/?x', socket: { remoteAddress: '127.0.0.1' } } as unknown as IncomingMessage;
const addressOf = (from: IncomingMessage): string => clientAddress(from, parseSettings({ trustProxy: 1 }));
const member = { id: 'm1', nickname: 'Ana', since: 1 };

describe('authorize', () => {
  const ask = (hook: AuthorizeHook, log = new MemoryLog()) => createHookCheck(hook, () => request, addressOf, log)('the-token', 'c1', 'lobby');

  it('shows the hook token, room, request and the visitor’s address behind a proxy, and takes its identity', async () => {
    const seen: unknown[] = [];
    const hook: AuthorizeHook = (token, about) => {
      seen.push(token, about);
      return { userId: 'u1', nickname: 'Ana', role: 'agent', data: { team: 'x' }, avatarUrl: 'https://x.example/a.png' };
    };
    assert.deepEqual(await ask(hook), {
      ok: true,
      identity: { userId: 'u1', nickname: 'Ana', role: 'agent', data: { team: 'x' }, avatarUrl: 'https://x.example/a.png' },
    });
    assert.deepEqual(seen, ['the-token', { room: 'lobby', headers, url: '/rtc-signaling/?x', remoteAddress: '203.0.113.9' }]);
  });

  it('refuses on null, now or later', async () => {
    const refused = { ok: false, code: 'unauthorized' };
    assert.deepEqual(await ask(() => null), refused);
    assert.deepEqual(await ask(() => Promise.resolve(null)), refused);
  });

  it('refuses when the hook throws, and says so without the token', async () => {
    for (const hook of [
      () => {
        throw new Error('bad the-token');
      },
      () => Promise.reject(new Error('bad the-token')),
      () => Promise.reject('the-token'),
    ]) {
      const log = new MemoryLog();
      assert.deepEqual(await ask(hook, log), { ok: false, code: 'unauthorized' });
      assert.deepEqual(
        log.lines.map(({ level, message }) => [level, message]),
        [['warn', 'authorize failed']],
      );
      assert.doesNotMatch(log.text, /the-token/);
    }
  });

  it('lets the hook say that the token has expired', async () => {
    assert.deepEqual(
      await ask(() => {
        throw Object.assign(new Error(), { code: 'token-expired' });
      }),
      { ok: false, code: 'token-expired' },
    );
  });

  it('refuses what is no identity, and names the field', async () => {
    for (const [wrong, field] of [
      [{ userId: 7 }, 'userId'],
      [{ userId: '' }, 'userId'],
      [{ userId: 'u', data: { a: 1 } }, 'data.a'],
      [undefined, null],
      [true, null],
    ] as const) {
      const log = new MemoryLog();
      assert.deepEqual(await ask((() => wrong) as unknown as AuthorizeHook, log), { ok: false, code: 'unauthorized' });
      assert.deepEqual(
        log.lines.map(({ level, fields }) => [level, fields]),
        [['error', { field }]],
      );
    }
  });

  it('refuses a connection that is gone', async () => {
    const authorize = createHookCheck(
      () => assert.fail('asked about nobody'),
      () => undefined,
      addressOf,
      new MemoryLog(),
    );
    assert.deepEqual(await authorize(null, 'c1', 'lobby'), { ok: false, code: 'unauthorized' });
  });
});

describe('mayCall', () => {
  const [ana, bob] = [{ ...member, userId: 'u1' }, { ...member, id: 'm2', nickname: 'Bob' }];

  it('is shown both members as page authors know them, and decides with true alone', async () => {
    const seen: unknown[] = [];
    const ask = (answer: unknown) => createMayCall((from, to) => {
      seen.push([from.userId, from.online, to.nickname, to.userId]);
      return answer as boolean;
    }, new MemoryLog())(ana, bob);
    const answers = await Promise.all([true, Promise.resolve(true), false, Promise.resolve(false), undefined, 'yes', 1].map(ask));
    assert.deepEqual(answers, [true, true, false, false, false, false, false]);
    assert.deepEqual(seen[0], ['u1', true, 'Bob', null]);
  });

  it('that throws makes no call, and the log says so without its words', async () => {
    for (const hook of [() => Promise.reject(new Error('about Bob')), () => { throw new Error('about Bob'); }]) {
      const log = new MemoryLog();
      assert.equal(await createMayCall(hook, log)(ana, bob), false);
      assert.deepEqual(log.lines.map(({ level, message }) => [level, message]), [['warn', 'mayCall failed']]);
      assert.doesNotMatch(log.text, /Bob/);
    }
  });
});

describe('ICE servers', () => {
  const ask = (stunUrls: readonly string[], hook?: IceServersHook, log = new MemoryLog()) => createIceServers(parseSettings({ stunUrls }), hook, log)(member);

  it('are none unless configured', async () => {
    assert.deepEqual(await ask([]), { iceServers: [], hasTurn: false });
  });

  it('are the configured STUN servers', async () => {
    assert.deepEqual(await ask(['stun:a.example', 'stun:b.example']), { iceServers: [{ urls: ['stun:a.example', 'stun:b.example'] }], hasTurn: false });
  });

  it('are what the hook says for this member, TURN recognised', async () => {
    const turn = { urls: ['turns:t.example:443?transport=tcp'], username: 'u', credential: 'c' };
    const hook: IceServersHook = ({ nickname, online }) => (nickname === 'Ana' && online ? [{ urls: 'stun:a.example' }, turn] : []);
    assert.deepEqual(await ask([], hook), { iceServers: [{ urls: 'stun:a.example' }, turn], hasTurn: true });
  });

  it('fall back to STUN when the hook fails, without its words in the log', async () => {
    for (const hook of [
      () => {
        throw new Error('credential');
      },
      () => [{ urls: 'http://x' }],
      () => [{ urls: 'turn:without.example' }],
      () => [{ urls: ['turn:x.example:99999'], username: 'u', credential: 'c' }],
      () => 'credential',
    ]) {
      const log = new MemoryLog();
      assert.deepEqual(await ask(['stun:a.example'], hook as unknown as IceServersHook, log), { iceServers: [{ urls: ['stun:a.example'] }], hasTurn: false });
      assert.equal(log.lines.length, 1);
      assert.doesNotMatch(log.text, /credential/);
    }
  });

  const turnUrls = ['turn:t.example:3478?transport=udp', 'turns:t.example:443?transport=tcp'];
  const turnSecret = 'a secret of the relay';

  it('are relays with credentials by the TURN REST scheme: until when and for whom, signed', async () => {
    const ask = createIceServers(parseSettings({ stunUrls: 'stun:a.example', turnUrls, turnSecret, turnTtlS: 600 }), undefined, new MemoryLog());
    const from = Math.floor(Date.now() / 1000);
    const { iceServers, hasTurn, iceTtlMs } = await ask(member);
    const [stun, turn] = iceServers;
    assert.deepEqual([iceServers.length, stun, turn?.urls, hasTurn, iceTtlMs], [2, { urls: ['stun:a.example'] }, turnUrls, true, 600_000]);
    const [until, ...id] = (turn?.username ?? '').split(':');
    assert.deepEqual(id, ['m1']);
    assert.ok(Number(until) >= from + 600 && Number(until) <= from + 601, `good until ${until}`);
    const bytes = new TextEncoder();
    const key = await crypto.subtle.importKey('raw', bytes.encode(turnSecret), { name: 'HMAC', hash: 'SHA-1' }, false, ['sign']);
    assert.equal(turn?.credential, Buffer.from(await crypto.subtle.sign('HMAC', key, bytes.encode(turn?.username))).toString('base64'));
  });

  it('are others for each member, and never good for more than an hour', async () => {
    const ask = createIceServers(parseSettings({ turnUrls, turnSecret, turnTtlS: '86400' }), undefined, new MemoryLog());
    const [ana, ben] = await Promise.all([ask(member), ask({ ...member, id: 'm2' })]);
    assert.notEqual(ana.iceServers[0]?.credential, ben.iceServers[0]?.credential);
    assert.equal(ana.iceTtlMs, 3_600_000);
    assert.ok(Number(ana.iceServers[0]?.username?.split(':')[0]) <= Date.now() / 1000 + 3600);
  });

  it('come from the hook, which is given those of the settings to add to, and may say how long its own are good', async () => {
    const mine = { urls: 'turn:mine.example', username: 'u', credential: 'c' };
    const ask = (hook: IceServersHook) => createIceServers(parseSettings({ turnUrls, turnSecret }), hook, new MemoryLog())(member);
    const added = await ask((_member, configured) => [mine, ...configured]);
    assert.deepEqual([added.iceServers.map(({ urls }) => urls), added.iceTtlMs], [[mine.urls, turnUrls], 3_600_000]);
    assert.deepEqual(await ask(() => ({ iceServers: [mine], ttlS: 90 })), { iceServers: [mine], hasTurn: true, iceTtlMs: 90_000 });
    assert.equal((await ask(() => ({ iceServers: [mine], ttlS: 1e9 }))).iceTtlMs, 86_400_000, 'a day at most');
    assert.deepEqual(await ask(() => []), { iceServers: [], hasTurn: false });
  });
});
