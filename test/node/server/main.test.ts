import assert from 'node:assert/strict';
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { newId, SocketClient } from './socket-client.js';

const folder = mkdtempSync(join(tmpdir(), 'rtc-main-'));
after(() => rmSync(folder, { recursive: true }));

const MAIN = fileURLToPath(new URL('../../../src/server/main.ts', import.meta.url));

interface Run {
  readonly child: ChildProcessWithoutNullStreams;
  readonly out: string[];
  readonly err: string[];
  readonly code: Promise<number | null>;
  line(fits: (line: string) => boolean): Promise<string>;
}

describe('the command', { concurrency: true }, () => {
  const running: ChildProcessWithoutNullStreams[] = [];
  after(() => {
    for (const child of running.splice(0)) child.kill('SIGKILL');
  });

  function run(environment: Readonly<Record<string, string>>, ...args: readonly string[]): Run {
    const child = spawn(process.execPath, ['--import', 'tsx', MAIN, ...args], { env: { PATH: process.env.PATH, HOST: '127.0.0.1', ...environment } });
    running.push(child);
    const [out, err]: [string[], string[]] = [[], []];
    const lines = createInterface(child.stdout);
    lines.on('line', (line) => out.push(line));
    createInterface(child.stderr).on('line', (line) => err.push(line));
    const code = once(child, 'close').then(([exitCode]) => exitCode as number | null);
    const line = async (fits: (line: string) => boolean): Promise<string> => {
      for (;;) {
        const found = out.find(fits);
        if (found !== undefined) return found;
        await Promise.race([once(lines, 'line'), code.then(() => assert.fail(`it ended: ${err.join('\n')}`))]);
      }
    };
    return { child, out, err, code, line };
  }

  it('ends in order on SIGTERM with clients connected and calls ringing: told when to come back, code 0, nothing private logged', async () => {
    const { child, out, err, code, line } = run({ PORT: '0', SESSION_SECRET: 'a-secret-of-the-operator' });
    const { url } = JSON.parse(await line((text) => text.includes('listening'))) as { url: string };
    const clients = await Promise.all(
      ['Anastasia', 'Bartholomew'].map(async (nickname) => {
        const client = await new SocketClient(url).connect();
        return { client, ...(await client.join('the-secret-room', nickname)) };
      }),
    );
    const [caller, callee] = clients;
    assert.ok(caller && callee);
    await caller.client.ask('invite', { callId: newId(), to: callee.memberId, media: { audio: true, video: false }, offer: 'v=0 the-offer 192.0.2.1' });
    const downs = clients.map(({ client }) => client.down());
    child.kill('SIGTERM');
    await Promise.all(clients.map(({ client }) => client.event('drain')));
    await Promise.all(downs);
    assert.equal(await code, 0);
    assert.deepEqual(err, []);
    const log = out.join('\n');
    assert.deepEqual(
      out.map((text) => (JSON.parse(text) as { msg: string }).msg),
      ['listening', 'member.joined', 'member.joined', 'call.ringing', 'draining', 'closed'],
    );
    assert.match(out[0] ?? '', /"rooms":"open: anybody[^"]*","ice":"none: calls work inside one network only"/);
    assert.doesNotMatch(log, /Anastasia|Bartholomew|the-secret-room|the-offer|192\.0\.2|a-secret/);
  });

  it('tells a person what matters at start, and ends on SIGINT', async () => {
    const { child, out, code, line } = run({ PORT: '0', LOG_FORMAT: 'pretty' });
    await line((text) => text.includes('one network only'));
    assert.match(out.join('\n'), /Calls are served at http:\/\/localhost:\d+ \(demo\)\n +rooms open: anybody who knows the name may enter\n +\(AUTH_SECRET lets in who brings a token\)\n/);
    child.kill('SIGINT');
    assert.equal(await code, 0);
  });

  it('names every wrong setting, one line each, and exits with 2', async () => {
    const { err, out, code } = run({ PORT: 'http', DEMO: 'perhaps', SESSION_SECRET: 'short', STUN_URLS: 'stun.example' });
    assert.equal(await code, 2);
    assert.deepEqual(
      err.map((line) => line.split(':')[0]),
      ['PORT', 'DEMO', 'SESSION_SECRET', 'STUN_URLS'],
    );
    assert.doesNotMatch(err.join('\n'), /short/);
    assert.deepEqual(out, []);
  });

  it('says at start who may come in', async () => {
    const AUTH_SECRET = 'the-key-of-the-tokens-0123456789abcdef';
    const said = async (environment: Readonly<Record<string, string>>): Promise<string> => {
      const { child, code, line } = run({ PORT: '0', ...environment });
      const first = await line((text) => /one network only/.test(text));
      child.kill('SIGTERM');
      await code;
      return first;
    };
    const [required, optional] = await Promise.all([said({ AUTH_SECRET }), said({ AUTH_SECRET, AUTH_MODE: 'optional' })]);
    assert.match(required, /"rooms":"token required: nobody enters without one"/);
    assert.match(optional, /"rooms":"token optional: guests may enter/);
    assert.doesNotMatch(required + optional, /the-key/);
  });

  it('makes a room token, which its server takes, and prints nothing else', async () => {
    const secretFile = join(folder, 'auth-secret');
    writeFileSync(secretFile, 'the-key-of-the-tokens-0123456789abcdef\n');
    const environment = { AUTH_SECRET_FILE: secretFile, PORT: '0', SESSION_SECRET: 'a-secret-of-the-operator' };
    const server = run(environment);
    const { url } = JSON.parse(await server.line((text) => text.includes('listening'))) as { url: string };
    const made = run({ AUTH_SECRET_FILE: secretFile, PORT: 'any' }, 'token', '--room', 'lobby', '--room', 'ward', '--sub', 'u1', '--name', 'Dr. Ana', '--role', 'agent', '--data', 'desk=4=b', '--expires-in', '5m');
    assert.equal(await made.code, 0);
    assert.deepEqual([made.out.length, made.err], [1, []]);
    const client = await new SocketClient(url).connect();
    const { room } = await client.join('ward', 'Somebody', made.out[0]);
    assert.deepEqual(room?.members.map(({ since: _since, id: _id, ...member }) => member), [{ nickname: 'Dr. Ana', userId: 'u1', authenticated: true, role: 'agent', data: { desk: '4=b' } }]);
    client.close();
    server.child.kill('SIGTERM');
    assert.equal(await server.code, 0);
    assert.ok(!server.out.join('\n').includes(made.out[0] ?? '?'));
  });

  it('says what a token lacks, and exits with 2', async () => {
    const AUTH_SECRET = 'the-key-of-the-tokens-0123456789abcdef';
    const cases: [environment: Record<string, string>, args: string[], said: RegExp][] = [
      [{ AUTH_SECRET }, ['--room', 'lobby'], /^Usage: .*token --room/],
      [{ AUTH_SECRET }, ['--room', 'lobby', '--sub', 'u', '--expires-in', 'soon'], /^--expires-in: expected seconds/],
      [{ AUTH_SECRET }, ['--room', 'lobby', '--sub', 'u', '--name', '\u202e'], /^name: not valid/],
      [{ AUTH_SECRET }, ['--rooms', 'lobby'], /--rooms/],
      [{}, ['--room', 'lobby', '--sub', 'u'], /^AUTH_SECRET: set it/],
      [{ AUTH_SECRET: 'short-key' }, ['--room', 'lobby', '--sub', 'u'], /^AUTH_SECRET: expected at least 32/],
    ];
    await Promise.all(cases.map(async ([environment, args, said]) => {
      const { out, err, code } = run(environment, 'token', ...args);
      assert.equal(await code, 2);
      assert.match(err.join('\n'), said);
      assert.doesNotMatch(err.join('\n'), /the-key|short-key/);
      assert.deepEqual(out, []);
    }));
    const unknown = run({}, 'tokens');
    assert.equal(await unknown.code, 2);
    assert.match(unknown.err[0] ?? '', /^Unknown command "tokens"/);
  });

  it('says in one line that the port is taken, and exits with 1', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const { err, code } = run({ PORT: String(port) });
    assert.equal(await code, 1);
    assert.deepEqual(err, [`Port ${port} is already in use: stop what runs there, or set PORT to another.`]);
    other.close();
  });
});
