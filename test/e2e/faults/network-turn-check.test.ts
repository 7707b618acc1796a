import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readmeBlock } from '../../support/readme-block.js';
import { startRelay, type Relay, type RelayOptions } from './network-relay.js';

// The command an operator runs, against a real coturn on loopback.

const MAIN = fileURLToPath(new URL('../../../dist/server/main.js', import.meta.url));
const relays: Relay[] = [];
after(() => Promise.all(relays.map((relay) => relay.close())));

async function start(options: RelayOptions): Promise<Relay> {
  const relay = await startRelay('127.0.0.1', { relayAddresses: ['127.0.0.1', '::1'], ...options });
  relays.push(relay);
  return relay;
}

function check(args: readonly string[], environment: Record<string, string> = {}): Promise<{ code: number | null; said: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [MAIN, 'turn-check', ...args], { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (said += bytes.toString()));
    child.once('close', (code) => resolve({ code, said }));
  });
}

const open = (said: string): string[] => said.split('\n').flatMap((line) => /^ {2}OPEN +(\S+)/.exec(line)?.[1] ?? []);

/** What many copy: the private ranges of IPv4, and loopback and private IPv6, but none of the forms in which IPv4 is written as IPv6. */
const USUAL = `realm=test
use-auth-secret
static-auth-secret=SECRET
no-multicast-peers
${['0.0.0.0-0.255.255.255', '10.0.0.0-10.255.255.255', '100.64.0.0-100.127.255.255', '127.0.0.0-127.255.255.255', '169.254.0.0-169.254.255.255', '172.16.0.0-172.31.255.255',
  '192.168.0.0-192.168.255.255', '::1', 'fc00::-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'fe80::-febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff'].map((range) => `denied-peer-ip=${range}`).join('\n')}
`;

describe('turn-check', { concurrency: true, timeout: 60_000 }, () => {
  it('finds that a relay with the usual list relays to loopback and private addresses in their IPv6 forms', async (t) => {
    const relay = await start({ configuration: USUAL });
    const { code, said } = await check([relay.url, '--secret', relay.secret]);
    t.diagnostic(said.split('\n')[0] ?? '');
    const version = /Coturn-(\d+)\.(\d+)/.exec(said);
    assert.ok(version, 'it tells the version');
    // From 4.9.0 on these are judged by what they stand for.
    const isOld = Number(version[1]) < 4 || (Number(version[1]) === 4 && Number(version[2]) < 9);
    assert.equal(/older than 4\.9\.0/.test(said), isOld);
    for (const range of ['::ffff:127.0.0.0/8', '::ffff:10.0.0.0/8']) assert.equal(open(said).includes(range), isOld, said);
    for (const range of open(said)) assert.match(range, /^(?:::|64:ff9b::|2002:)/, 'what is on the list is refused');
    assert.match(said, /^ {2}refused {2}127\.0\.0\.0\/8 \(this machine\): 403/m);
    assert.equal(code, open(said).length > 0 ? 1 : 0);
  });

  it('finds nothing on a relay with the configuration of the README', async () => {
    const relay = await start({ configuration: readmeBlock('ini', 'denied-peer-ip') });
    const { code, said } = await check([relay.url, '--secret', relay.secret]);
    assert.deepEqual(open(said), [], said);
    assert.match(said, /^OK: /m);
    assert.equal(code, 0, said);
  });

  it('sees an answer from this machine where a relay lets packets to it through', async () => {
    const relay = await start({ configuration: `realm=test\nuse-auth-secret\nstatic-auth-secret=SECRET\nno-cli\ncli-password=x\nallow-loopback-peers\n` });
    const { code, said } = await check([relay.url, '--secret', relay.secret]);
    assert.match(said, /^ {2}OPEN {5}127\.0\.0\.0\/8 .*and an answer came back$/m);
    assert.equal(code, 1);
  });

  it('tells of a relay that asks nobody who they are', async () => {
    const relay = await start({ configuration: 'realm=test\nno-auth\n' });
    const { said } = await check([relay.url, '--secret', relay.secret]);
    assert.match(said, /OPEN {5}it asks nobody who they are/);
  });

  it('speaks TCP too, and takes the secret from where the server does', async () => {
    const relay = await start({ configuration: readmeBlock('ini', 'denied-peer-ip') });
    const { code, said } = await check([relay.url.replace('udp', 'tcp')], { TURN_URLS: relay.url, TURN_SECRET: relay.secret });
    assert.equal(code, 0, said);
  });

  it('speaks TLS, with a name or an address of the relay, whoever has signed its certificate', async () => {
    const relay = await start({ configuration: readmeBlock('ini', 'denied-peer-ip'), tls: true });
    for (const url of [relay.tlsUrl, relay.tlsUrl.replace('127.0.0.1', 'localhost')]) {
      const { code, said } = await check([url, '--secret', relay.secret]);
      assert.deepEqual(open(said), [], said);
      assert.equal(code, 0, said);
    }
    assert.match(relay.log(), /TLSv1\.[23]/, 'it was TLS that it spoke');
  });

  it('says so where credentials have expired: the relay answers 401', async () => {
    const relay = await start({});
    const { username, credential } = relay.credentials('m1', -1);
    const { code, said } = await check([relay.url, '--username', username, '--credential', credential]);
    assert.match(said, /IPv4: the credentials are refused \(401\)/);
    assert.equal(code, 1);
    const valid = relay.credentials('m1', 60);
    assert.match((await check([relay.url, '--username', valid.username, '--credential', valid.credential])).said, /IPv4: it relays from/);
  });

  it('explains itself where it is asked wrongly, and names a relay that is not there', async () => {
    for (const args of [[], ['turn:x.example'], ['http://x.example', '--secret', 's'], ['turn:x.example', '--nonsense']]) {
      const { code, said } = await check(args, { TURN_SECRET: '', TURN_URLS: '' });
      assert.equal(code, 2, args.join(' '));
      assert.match(said, /^turn-check turn:host/m);
    }
    const gone = await check(['turn:127.0.0.1:9?transport=tcp', '--secret', 's']);
    assert.equal(gone.code, 1);
    assert.match(gone.said, /cannot be reached/);
  });
});
