import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { environmentName, readConfiguration } from '../../../src/server/config.js';
import { parseSettings, SETTING_NAMES, SettingsError, type SettingsInput } from '../../../src/server/settings.js';

const folder = mkdtempSync(join(tmpdir(), 'rtc-settings-'));
after(() => rmSync(folder, { recursive: true }));

function fileWith(content: string): string {
  const path = join(folder, `${Math.random()}`);
  writeFileSync(path, content);
  return path;
}

function mistakesOf(input: SettingsInput): readonly string[] {
  try {
    parseSettings(input);
    return [];
  } catch (error) {
    assert.ok(error instanceof SettingsError);
    return error.mistakes.map(({ setting, problem }) => `${setting}: ${problem}`);
  }
}

function problemsOf(environment: Record<string, string>): readonly string[] {
  const read = readConfiguration(environment);
  return read.ok ? [] : read.problems;
}

describe('settings', () => {
  it('have the documented defaults', () => {
    const { port, host, logLevel, demo, publicUrl, signalingPath, allowedOrigins, trustProxy, ringTimeoutS, maxRoomMembers, stunUrls } = parseSettings({});
    assert.deepEqual(
      { port, host, logLevel, demo, publicUrl, signalingPath, allowedOrigins, trustProxy, ringTimeoutS, maxRoomMembers, stunUrls },
      {
        port: 3000,
        host: undefined,
        logLevel: 'info',
        demo: true,
        publicUrl: undefined,
        signalingPath: 'rtc-signaling',
        allowedOrigins: undefined,
        trustProxy: { hops: 0 },
        ringTimeoutS: 45,
        maxRoomMembers: 1000,
        stunUrls: [],
      },
    );
  });

  it('are the same as text and as the library’s own types', () => {
    const text = parseSettings({
      port: '8080',
      allowedOrigins: ' https://a.example , https://b.example:8443/',
      stunUrls: 'stun:a.example,stuns:b.example:443,stun:[::1]:3478',
      trustProxy: '2',
      ringTimeoutS: '30',
    });
    const typed = parseSettings({
      port: 8080,
      allowedOrigins: ['https://a.example', 'https://b.example:8443'],
      stunUrls: ['stun:a.example', 'stuns:b.example:443', 'stun:[::1]:3478'],
      trustProxy: 2,
      ringTimeoutS: 30,
    });
    assert.deepEqual(text, typed);
    assert.deepEqual(text.allowedOrigins, ['https://a.example', 'https://b.example:8443']);
  });

  it('are refused one by one with what was expected', () => {
    const wrong: readonly [SettingsInput, RegExp][] = [
      [{ port: '80x' }, /^port: expected a whole number from 0 to 65535, got "80x"$/],
      [{ port: -1 }, /^port: /],
      [{ port: 1.5 }, /^port: /],
      [{ port: 65_536 }, /^port: /],
      [{ port: Number.NaN }, /^port: /],
      [{ port: '0x10' }, /^port: /],
      [{ logLevel: 'loud' }, /^logLevel: expected trace or debug/],
      [{ logFormat: 'xml' }, /^logFormat: expected json or pretty/],
      [{ demo: 'yes' }, /^demo: expected on or off/],
      [{ publicUrl: 'calls.example.com' }, /^publicUrl: /],
      [{ publicUrl: 'ftp://x.example' }, /^publicUrl: /],
      [{ publicUrl: 'https://x.example/?a' }, /^publicUrl: /],
      [{ signalingPath: '../x' }, /^signalingPath: /],
      [{ signalingPath: 'a b' }, /^signalingPath: /],
      [{ signalingPath: '/' }, /^signalingPath: /],
      [{ allowedOrigins: 'https://x.example/path' }, /^allowedOrigins: .*got "https:\/\/x.example\/path"$/],
      [{ allowedOrigins: 'x.example' }, /^allowedOrigins: /],
      [{ trustProxy: 'all' }, /^trustProxy: /],
      [{ trustProxy: '10.0.0.0/33' }, /^trustProxy: /],
      [{ trustProxy: -1 }, /^trustProxy: /],
      [{ trustProxy: '10.0.0.1,' }, /^trustProxy: /],
      [{ ringTimeoutS: 1 }, /^ringTimeoutS: expected a whole number from 2 to 120/],
      [{ maxRoomMembers: 1 }, /^maxRoomMembers: /],
      [{ stunUrls: 'turn:x.example' }, /^stunUrls: /],
      [{ stunUrls: 'stun:a b' }, /^stunUrls: /],
      [{ turnUrls: 'stun:x.example', turnSecret: 'x'.repeat(16) }, /^turnUrls: expected TURN addresses such as .*got "stun:x.example"$/],
      [{ turnUrls: 'turn:x.example?transport=sctp', turnSecret: 'x'.repeat(16) }, /^turnUrls: /],
      [{ turnUrls: 'turn:x.example' }, /^turnSecret: expected the secret of the relays in turnUrls$/],
      [{ turnSecret: 'x'.repeat(16) }, /^turnUrls: expected the relays that turnSecret belongs to$/],
      // What browsers would refuse, and with it every call.
      ...['stun:', 'stun:x.example:0', 'stun:x.example:99999', 'stun:x.example:', 'stun:x.example?transport=udp', 'stun:::1', 'stun:[::x]', 'STUN:x.example', 'stun://x.example'].map(
        (stunUrls) => [{ stunUrls }, /^stunUrls: expected STUN/] as [object, RegExp],
      ),
      [{ turnUrls: 'turn:x.example:70000', turnSecret: 'x'.repeat(16) }, /^turnUrls: expected TURN/],
      [{ turnTtlS: 5 }, /^turnTtlS: /],
      [{ port: 3000, metricsPort: 3000 }, /^metricsPort: expected another port/],
    ];
    for (const [input, expected] of wrong) {
      const mistakes = mistakesOf(input);
      assert.equal(mistakes.length, 1, JSON.stringify(input));
      assert.match(mistakes[0] ?? '', expected);
    }
  });

  it('never repeat a secret in a mistake', () => {
    const [session = '', turn = '', metrics = '', ...more] = mistakesOf({ sessionSecret: 'hunter2', turnSecret: 'north', metricsToken: 'abc' });
    assert.match(session, /^sessionSecret: expected at least 16 characters$/);
    assert.match(turn, /^turnSecret: expected at least 16 characters$/);
    assert.match(metrics, /^metricsToken: expected at least 8 characters$/);
    assert.equal(more.length, 0);
  });

  it('take several keys of tokens, none of them short, and a mode only beside them', () => {
    const [one, other] = ['the-one-key-of-the-tokens-0123456789', 'the-other-key-of-the-tokens-012345678'];
    assert.deepEqual(parseSettings({ authSecret: ` ${one},${other} , ` }).authSecret, [one, other]);
    assert.deepEqual(parseSettings({ authSecret: [one], authMode: 'optional' }).authMode, 'optional');
    assert.deepEqual(mistakesOf({ authSecret: `${one},hunter2` }), ['authSecret: expected at least 32 characters (256 bits: RFC 7518, 3.2)']);
    assert.deepEqual(mistakesOf({ authSecret: ' , ' }), ['authSecret: expected at least 32 characters (256 bits: RFC 7518, 3.2)']);
    assert.deepEqual(mistakesOf({ authMode: 'required' }), ['authMode: expected authSecret (AUTH_SECRET) beside it']);
    assert.deepEqual(mistakesOf({ authSecret: one, authMode: 'perhaps' }), ['authMode: expected required or optional, got "perhaps"']);
  });

  it('treat an empty variable as unset', () => {
    assert.deepEqual(parseSettings({ port: '', host: '', publicUrl: '', stunUrls: '' }), parseSettings({}));
  });
});

describe('the environment', () => {
  it('names each setting in capitals', () => {
    assert.deepEqual(SETTING_NAMES.map(environmentName), [
      'PORT',
      'HOST',
      'LOG_LEVEL',
      'LOG_FORMAT',
      'DEMO',
      'PUBLIC_URL',
      'SIGNALING_PATH',
      'ALLOWED_ORIGINS',
      'TRUST_PROXY',
      'RING_TIMEOUT_S',
      'MAX_ROOM_MEMBERS', 'MAX_CONNECTIONS_PER_ADDRESS', 'MAX_JOINS_PER_MINUTE', 'MAX_INVITES_PER_MINUTE',
      'SESSION_SECRET',
      'AUTH_SECRET',
      'AUTH_MODE',
      'STATE_DIR',
      'STUN_URLS',
      'TURN_URLS',
      'TURN_SECRET',
      'TURN_TTL_S',
      'METRICS_TOKEN',
      'METRICS_PORT',
    ]);
  });

  it('tells all mistakes at once, one line each', () => {
    const problems = problemsOf({
      PORT: 'x',
      DEMO: 'maybe',
      ALLOWED_ORIGINS: 'a,b',
      SESSION_SECRET_FILE: join(folder, 'missing'),
      HOST: 'h',
      HOST_FILE: fileWith('h'),
    });
    assert.deepEqual(
      problems.map((line) => line.split(':')[0]),
      ['HOST', 'SESSION_SECRET', 'PORT', 'DEMO', 'ALLOWED_ORIGINS', 'ALLOWED_ORIGINS'],
    );
    assert.equal(problems[0], 'HOST: set it or HOST_FILE, not both');
    assert.equal(problems[1], 'SESSION_SECRET: cannot read SESSION_SECRET_FILE (ENOENT)');
    for (const line of problems) assert.doesNotMatch(line, /\n/);
  });

  it('reads a value from a file without its last line break', () => {
    const read = readConfiguration({ PORT_FILE: fileWith('8123\n'), METRICS_TOKEN_FILE: fileWith('a-long-secret\n') });
    assert.ok(read.ok);
    assert.deepEqual(read.settings, { port: '8123', metricsToken: 'a-long-secret' });
    assert.equal(parseSettings(read.settings).port, 8123);
  });

  it('ignores what is not its own', () => {
    assert.deepEqual(readConfiguration({ PATH: '/bin', PORTS: 'x' }), { ok: true, settings: {} });
  });
});
