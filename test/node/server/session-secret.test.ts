import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { createSeal } from '../../../src/server/seal.js';
import { sessionSecrets } from '../../../src/server/session-secret.js';
import { parseSettings } from '../../../src/server/settings.js';
import { MemoryLog } from './memory-log.js';

const folder = mkdtempSync(join(tmpdir(), 'rtc-elements-'));
after(() => rmSync(folder, { recursive: true }));

const sessionSecret = (...args: Parameters<typeof sessionSecrets>): string => sessionSecrets(...args)[0] ?? '';

describe('What the server signs tickets with', () => {
  it('is the secret it is given', () => {
    assert.equal(sessionSecret(parseSettings({ sessionSecret: 'the secret of the operator' }), new MemoryLog()), 'the secret of the operator');
  });

  it('is else derived from the keys of the tokens, of which it tells nothing, and outlives their rotation', () => {
    const [older, newer] = ['the-older-key-of-the-tokens-0123456789', 'the-newer-key-of-the-tokens-0123456789'];
    const unused = { stateDir: join(folder, 'unused') };
    const [before = '', ...none] = sessionSecrets(parseSettings({ authSecret: older, ...unused }), new MemoryLog());
    const rotated = sessionSecrets(parseSettings({ authSecret: `${newer}, ${older}`, ...unused }), new MemoryLog());
    assert.deepEqual([none, rotated.length, rotated[1]], [[], 2, before]);
    assert.match(before, /^[\w-]{43}$/);
    assert.notEqual(before, older);
    assert.throws(() => readdirSync(unused.stateDir), { code: 'ENOENT' });
    assert.equal(createSeal(...rotated).open('member', createSeal(before).close('member', 'Ana')), 'Ana');
    assert.equal(createSeal(before).open('member', createSeal(...rotated).close('member', 'Ana')), null, 'signs with the newest');
    assert.equal(sessionSecret(parseSettings({ authSecret: older, sessionSecret: 'the secret of the operator' }), new MemoryLog()), 'the secret of the operator');
  });

  it('is else made once, and kept where only this user can read it', () => {
    const stateDir = join(folder, 'a', 'b');
    const log = new MemoryLog();
    const first = sessionSecret(parseSettings({ stateDir }), log);
    assert.match(first, /^[\w-]{43}$/);
    assert.equal(sessionSecret(parseSettings({ stateDir }), log), first);
    assert.deepEqual(readdirSync(stateDir), ['session-secret']);
    assert.equal(statSync(join(stateDir, 'session-secret')).mode & 0o777, 0o600);
    assert.equal(readFileSync(join(stateDir, 'session-secret'), 'utf8'), first);
    assert.equal(log.lines.length, 0);
  });

  it('lasts as long as the process where no file can be written, and the log says so', () => {
    const notAFolder = join(folder, 'file');
    writeFileSync(notAFolder, '');
    chmodSync(notAFolder, 0o600);
    const log = new MemoryLog();
    const [one, other] = [0, 1].map(() => sessionSecret(parseSettings({ stateDir: notAFolder }), log));
    assert.notEqual(one, other);
    assert.match(JSON.stringify(log.lines), /SESSION_SECRET or STATE_DIR/);
  });
});

describe('A seal', () => {
  const seal = createSeal('secret');
  it('opens what it closed, and nothing of another kind, another secret, or changed', () => {
    const ticket = seal.close('call', '{"room":"Ä"}');
    assert.equal(seal.open('call', ticket), '{"room":"Ä"}');
    assert.equal(seal.open('member', ticket), null);
    assert.equal(createSeal('other').open('call', ticket), null);
    for (const wrong of ['', '.', 'a.b', `${ticket}x`, ticket.replace('.', ''), `x${ticket}`]) assert.equal(seal.open('call', wrong), null, wrong);
  });
});
