import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { describe, it } from 'node:test';
import { createHookCheck, type AuthorizeHook } from '../../../src/server/auth.js';
import { createMayCall } from '../../../src/server/may-call.js';
import { createIceServers, type IceServersHook } from '../../../src/server/turn.js';
import { MemoryLog } from './memory-log.js';

const request = { headers: { cookie: 'a=b' }, url: '/rtc-signaling/?x', socket: { remoteAddress: '127.0.0.1' } } as unknown as IncomingMessage;
const member = { id: 'm1', nickname: 'Ana', since: 1 };

describe('authorize', () => {
  const ask = (hook: AuthorizeHook, log = new MemoryLog()) => createHookCheck(hook, () => request, log)('the-token', 'c1', 'lobby');

  it('shows the hook token, room and request, and takes its identity', async () => {
    const seen: unknown[] = [];
    const hook: AuthorizeHook = (token, about) => {
      seen.push(token, about);
      return { userId: 'u1', nickname: 'Ana', role: 'agent', data: { team: 'x' }, avatarUrl: 'https://x.example/a.png' };
    };
    assert.deepEqual(await ask(hook), {
      ok: true,
      identity: { userId: 'u1', nickname: 'Ana', role: 'agent', data: { team: 'x' }, avatarUrl: 'https://x.example/a.png' },
    });
    assert.deepEqual(seen, ['the-token', { room: 'lobby', headers: { cookie: 'a=b' }, url: '/rtc-signaling/?x', remoteAddress: '127.0.0.1' }]);
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
  const ask = (stunUrls: readonly string[], hook?: IceServersHook, log = new MemoryLog()) => createIceServers(stunUrls, hook, log)(member);

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
      () => 'credential',
    ]) {
      const log = new MemoryLog();
      assert.deepEqual(await ask(['stun:a.example'], hook as unknown as IceServersHook, log), { iceServers: [{ urls: ['stun:a.example'] }], hasTurn: false });
      assert.equal(log.lines.length, 1);
      assert.doesNotMatch(log.text, /credential/);
    }
  });
});
