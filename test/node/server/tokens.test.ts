import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, it } from 'node:test';
import { createToken, type TokenClaims } from '../../../src/token.js';
import { createTokenCheck } from '../../../src/server/token-check.js';
import { MemoryLog } from './memory-log.js';

const KEY = 'the-key-of-the-tokens-0123456789abcdef';
const OLD_KEY = 'the-key-of-last-year-0123456789abcdefg';
const now = Math.floor(Date.now() / 1000);
const CLAIMS = { room: 'lobby', sub: 'u1', name: 'Ana', exp: now + 60 };

const base64 = (value: unknown): string => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
/** By hand, so that anything at all can be signed. */
function signed(claims: unknown, { header = { alg: 'HS256' }, key = KEY, hash = 'sha256' }: { header?: object; key?: string; hash?: string } = {}): string {
  const text = `${base64(header)}.${base64(claims)}`;
  return `${text}.${createHmac(hash, key).update(text).digest('base64url')}`;
}

async function judge(token: string | null, { room = 'lobby', mode = 'required' as 'required' | 'optional', log = new MemoryLog() } = {}) {
  return createTokenCheck({ secrets: [KEY, OLD_KEY], mode, log })(token, 'c1', room);
}
const UNAUTHORIZED = { ok: false, code: 'unauthorized' };

describe('A room token', () => {
  it('lets in as whom it says', async () => {
    const claims: TokenClaims = { room: ['lobby', 'ward 3'], sub: 'u1', name: 'Dr. Ana', role: 'agent', data: { desk: '4' }, picture: 'https://x.example/a.png', moderator: true };
    const identity = { userId: 'u1', nickname: 'Dr. Ana', role: 'agent', data: { desk: '4' }, avatarUrl: 'https://x.example/a.png', moderator: true };
    const token = await createToken(claims, KEY);
    assert.deepEqual(await judge(token), { ok: true, identity });
    assert.deepEqual(await judge(token, { room: 'ward 3' }), { ok: true, identity });
    assert.deepEqual(await judge(await createToken({ room: 'lobby', sub: 'u2' }, KEY)), { ok: true, identity: { userId: 'u2' } });
  });

  it('counts where it names the room as a person would type it', async () => {
    assert.equal((await judge(await createToken({ ...CLAIMS, room: '  ward\u3000３ ' }, KEY), { room: 'ward 3' })).ok, true);
  });

  it('made with any of the keys counts, and is made with the first', async () => {
    assert.equal((await judge(await createToken(CLAIMS, OLD_KEY))).ok, true);
    assert.equal((await judge(await createToken(CLAIMS, ` , ${KEY},another-key-that-nobody-has-0123456789`))).ok, true);
  });

  it('is good for an hour unless it says how long', async () => {
    const life = async (claims: TokenClaims, options?: { expiresIn: number }): Promise<number> => {
      const { exp } = JSON.parse(Buffer.from((await createToken(claims, KEY, options)).split('.')[1] ?? '', 'base64url').toString()) as { exp: number };
      return Math.round((exp - Date.now() / 1000) / 10) * 10;
    };
    const { exp: _exp, ...forever } = CLAIMS;
    assert.deepEqual([await life(forever), await life(forever, { expiresIn: 90 }), await life(CLAIMS, { expiresIn: 90 })], [3600, 90, 60]);
  });

  const good = signed(CLAIMS);
  const refused: [what: string, token: string | null][] = [
    ['none', null],
    ['an empty one', ''],
    ['no token at all', 'x.y.z'],
    ['of another key', signed(CLAIMS, { key: 'a-key-that-somebody-made-up-0123456789' })],
    ['of no key', signed(CLAIMS, { key: '' })],
    ['alg none, unsigned', `${base64({ alg: 'none' })}.${base64(CLAIMS)}.`],
    ['alg none, signed', signed(CLAIMS, { header: { alg: 'none' } })],
    ['alg None', signed(CLAIMS, { header: { alg: 'None' } })],
    ['HS512 with the right key', signed(CLAIMS, { header: { alg: 'HS512' }, hash: 'sha512' })],
    ['RS256, signed with the key as if it were public', signed(CLAIMS, { header: { alg: 'RS256' } })],
    ['no alg', signed(CLAIMS, { header: {} })],
    ['another header over the same signature', `${base64({ alg: 'HS256', typ: 'x' })}.${good.split('.').slice(1).join('.')}`],
    ['other claims under the same signature', `${good.split('.')[0]}.${base64({ ...CLAIMS, sub: 'u2' })}.${good.split('.')[2]}`],
    ['without its signature', `${good.split('.').slice(0, 2).join('.')}.`],
    ['a crit that nobody knows', signed(CLAIMS, { header: { alg: 'HS256', crit: ['x'], x: 1 } })],
    ['claims that are none', signed('[]')],
    ['another room', signed({ ...CLAIMS, room: 'elsewhere' })],
    ['other rooms', signed({ ...CLAIMS, room: ['elsewhere', 'lobby2'] })],
    ['no room', signed({ ...CLAIMS, room: undefined })],
    ['no rooms', signed({ ...CLAIMS, room: [] })],
    ['a room that is a pattern', signed({ ...CLAIMS, room: '*' })],
    ['no sub', signed({ ...CLAIMS, sub: undefined })],
    ['an empty sub', signed({ ...CLAIMS, sub: '' })],
    ['a sub that is a number', signed({ ...CLAIMS, sub: 7 })],
    ['not valid yet', signed({ ...CLAIMS, nbf: now + 60 })],
    ['times that are none', signed({ ...CLAIMS, exp: 'tomorrow' })],
    ['a moderator that is text', signed({ ...CLAIMS, moderator: 'true' })],
    ['data that is no text', signed({ ...CLAIMS, data: { a: 1 } })],
    ['a name that nobody may have', signed({ ...CLAIMS, name: 'A\u202ena' })],
    ['expired, of another key', signed({ ...CLAIMS, exp: now - 60 }, { key: 'a-key-that-somebody-made-up-0123456789' })],
    ['expired, for another room', signed({ ...CLAIMS, exp: now - 60, room: 'elsewhere' })],
    ['expired, without a sub', signed({ ...CLAIMS, exp: now - 60, sub: undefined })],
    ['expired and not valid yet', signed({ ...CLAIMS, exp: now - 60, nbf: now + 60 })],
  ];
  for (const [what, token] of refused) {
    it(`is refused, always with the same word: ${what}`, async () => {
      assert.deepEqual(await judge(token), UNAUTHORIZED);
    });
  }

  it('that was good and has expired says so, with a few seconds of grace for clocks that differ', async () => {
    assert.deepEqual(await judge(signed({ ...CLAIMS, exp: now - 10 })), { ok: false, code: 'token-expired' });
    assert.deepEqual(await judge(signed({ ...CLAIMS, exp: now - 10 }, { key: OLD_KEY })), { ok: false, code: 'token-expired' });
    assert.equal((await judge(signed({ ...CLAIMS, exp: now - 2 }))).ok, true);
    assert.equal((await judge(signed({ ...CLAIMS, nbf: now + 2 }))).ok, true);
  });

  it('is not needed where guests are let in, but a bad one makes nobody a guest', async () => {
    assert.deepEqual(await judge(null, { mode: 'optional' }), { ok: true, identity: null });
    assert.deepEqual(await judge('', { mode: 'optional' }), { ok: true, identity: null });
    for (const [what, token] of refused) if (token) assert.deepEqual(await judge(token, { mode: 'optional' }), UNAUTHORIZED, what);
  });

  it('that is ours with a mistake in it is worth a line in the log, which names the claim and no value', async () => {
    const log = new MemoryLog();
    await judge(signed({ ...CLAIMS, sub: 'u'.repeat(257) }), { log });
    await judge(signed({ ...CLAIMS, sub: '' }, { key: 'a-key-that-somebody-made-up-0123456789' }), { log });
    assert.deepEqual(log.lines.map(({ level, fields }) => [level, fields]), [['warn', { claim: 'sub' }]]);
  });

  it('that no server would take is not made, and the mistake is named without its value', async () => {
    const wrong: [TokenClaims, string, RegExp][] = [
      [{ ...CLAIMS, room: '' }, KEY, /^room:/],
      [{ ...CLAIMS, room: [] }, KEY, /^room:/],
      [{ ...CLAIMS, sub: '' }, KEY, /^sub:/],
      [{ ...CLAIMS, name: 'A\u202ena' }, KEY, /^name:/],
      [{ ...CLAIMS, data: { a: 1 } as never }, KEY, /^data\.a:/],
      [CLAIMS, 'short-secret', /^secret: expected at least 32 characters$/],
    ];
    for (const [claims, secret, said] of wrong) {
      await assert.rejects(createToken(claims, secret), (error) => error instanceof TypeError && said.test(error.message) && !error.message.includes('short-secret'));
    }
    await assert.rejects(createToken(CLAIMS, KEY, { expiresIn: NaN }), /^TypeError: expiresIn: /);
  });
});
