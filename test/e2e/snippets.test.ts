import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createToken } from '../../src/token.js';
import { expectLiveCall, type Peer } from './rig/peer.js';
import { uniqueRoom, useRig } from './rig/rig.js';

// Every block of code in README.md, which is every one of the guide, is run as it stands there: only addresses of servers, names of rooms and the page's own names
// around it (`room`, `call`, `session`) are the test's. A block that nobody runs fails; so does a test without its block.

const AUTH_SECRET = 'the-key-of-the-snippets-0123456789abcdef';
const stage = useRig({ AUTH_SECRET, AUTH_MODE: 'optional' });
afterEach(() => stage().closePeers());

const folder = mkdtempSync(join(tmpdir(), 'rtc-elements-snippets-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const root = fileURLToPath(new URL('../../', import.meta.url));
const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const blocks = [...readme.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)].map(([, language = '', code = '']) => ({ language, code }));

/** What proves a block, by words that stand in it and in no other. */
const proofs = new Map<string, (code: string) => Promise<void>>();
/** Configurations and commands that another test takes from the README and gives to the real program. */
const elsewhere = new Map<string, string>();

const withServer = (code: string): string => code.replaceAll(/http:\/\/localhost:3000|https:\/\/calls\.example\.com/g, stage().server.url);
/** What a page of one's own says first, as far as a snippet leaves it out. */
const script = (): string => `<script type="module" src="${stage().server.url}/rtc-elements.js"></script>`;

async function visit(html: string, nickname: string): Promise<Peer> {
  const peer = await stage().page(await stage().browser(), nickname);
  await peer.page.goto(stage().site.put(`/${encodeURIComponent(nickname)}-${uniqueRoom()}.html`, html));
  return peer;
}

async function enter(peer: Peer): Promise<void> {
  await peer.waitForPart('nickname-input');
  await peer.click('nickname-input');
  await peer.page.keyboard.type(peer.nickname);
  await peer.page.keyboard.press('Enter');
  await peer.waitForRoom('joined');
}

/** Runs it as a module of the page, with these names for it; resolves when it is through. */
async function runInPage({ page }: Peer, code: string, names = ''): Promise<void> {
  await page.evaluate(`import(URL.createObjectURL(new Blob([${JSON.stringify(`${names}\n${code}`)}], { type: 'text/javascript' })))`);
}

/** As a program beside the package: its imports are found by the package's own name. */
async function runInNode(code: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code], { cwd: root, timeout: 30_000, env: { ...process.env, AUTH_SECRET } });
  return stdout;
}

/** The command of an operator, with a server that is built already on a port of its own, until it listens; what it said. */
async function runUntilListening(command: string): Promise<string> {
  const child = spawn('sh', ['-c', `exec env PORT=0 LOG_FORMAT=json ${command.trim().replace(/npm start.*$/, 'node dist/server/main.js')}`], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  try {
    await new Promise<void>((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => /"msg":"listening"/.test((said += bytes.toString())) && resolve());
      child.once('exit', (code) => reject(new Error(`ended with ${code}: ${said}`)));
    });
    return said;
  } finally {
    child.kill();
  }
}

const COLLECT = `globalThis.logged = []; const log = console.log; console.log = (...args) => { globalThis.logged.push(args.join(' ')); log(...args); };`;
const logged = ({ page }: Peer): Promise<string[]> => page.evaluate(() => (globalThis as unknown as { logged: string[] }).logged);
const hasLogged = (peer: Peer, what: RegExp): Promise<void> =>
  peer.until(`console.log of ${what}`, (source) => (globalThis as unknown as { logged: string[] }).logged.some((line) => new RegExp(source).test(line)), [what.source]);
const NAMES = `const room = document.querySelector('rtc-room'), call = rig.view(), session = room.session;`;

async function inCall(before?: (ana: Peer) => Promise<void>): Promise<[Peer, Peer]> {
  const [ana, ben] = await stage().openTogether(['Ana', 'Ben']);
  assert.ok(ana && ben);
  await before?.(ana);
  await ana.call('Ben');
  await ben.accept();
  await expectLiveCall(ana, ben);
  return [ana, ben];
}

proofs.set('<h1>Support</h1>', async (code) => {
  const html = withServer(code).replace('room="lobby"', `room="${uniqueRoom()}"`);
  const [ana, ben] = await Promise.all([visit(html, 'Ana'), visit(html, 'Ben')]);
  await Promise.all([enter(ana), enter(ben)]);
  await ana.call('Ben');
  await ben.accept();
  await expectLiveCall(ana, ben);
});
proofs.set('<rtc-member-list for="r">', async (code) => {
  const html = `<!doctype html>${script()}${code.replace('room="lobby"', `room="${uniqueRoom()}"`)}`;
  const [ana, ben] = await Promise.all([visit(html, 'Ana'), visit(html.replace('nickname="Ana"', 'nickname="Ben"'), 'Ben')]);
  await ana.call('Ben');
  await ben.accept();
  await expectLiveCall(ana, ben);
});
proofs.set("document.addEventListener('rtc-call-state'", async (code) => {
  const [ana, ben] = await stage().openTogether(['Ana', 'Ben']);
  assert.ok(ana && ben);
  await runInPage(ben, `${COLLECT}\nglobalThis.confirm = (text) => { globalThis.logged.push(text); return true; };\n${code}`);
  await ana.call('Ben');
  await ben.waitForCall('active');
  const lines = await logged(ben);
  assert.ok(lines.includes('Ana calls') && lines.some((line) => line.startsWith('active Ana')), lines.join('\n'));
});
proofs.set('import { createSession }', async (code) => {
  const map = JSON.stringify({ imports: { 'rtc-elements/session': `${stage().server.url}/rtc-elements.js` } });
  const ana = await visit(`<!doctype html><script type="importmap">${map}</script><script type="module">
    const draw = ({ roomState, nickname }) => (document.title = roomState + ' ' + nickname);
    ${withServer(code)}</script>`, 'Ana');
  await ana.until('the snapshot to be drawn', () => document.title === 'joined Ana');
});
proofs.set("'rtc-call-missed'", async (code) => {
  const [ana, ben] = await stage().openTogether(['Ana', 'Ben']);
  assert.ok(ana && ben);
  await ben.page.evaluate(() => document.body.append(Object.assign(document.createElement('output'), { id: 'badge' })));
  await runInPage(ben, code, `${NAMES} const badge = document.getElementById('badge');`);
  await ana.call('Ben');
  await ben.waitForCall('incoming');
  await ana.hangUp();
  await ben.until('the badge', () => document.getElementById('badge')?.textContent === '1');
});
proofs.set("'rtc-quality'", async (code) => {
  const [ana] = await inCall((peer) => runInPage(peer, `${COLLECT}\n${code}`));
  await hasLogged(ana, /^(excellent|good|poor|lost) /);
});
proofs.set('call.setDevice(', async (code) => {
  const [ana] = await inCall((peer) => runInPage(peer, COLLECT));
  await runInPage(ana, code, `${NAMES} const { deviceId } = call.devices.findLast(({ kind }) => kind === 'audioinput');`);
  await hasLogged(ana, /^user /);
});
proofs.set('import { checkCall }', async (code) => {
  const map = JSON.stringify({ imports: { 'rtc-elements/session': `${stage().server.url}/rtc-elements-check.js` } });
  const ana = await visit(`<!doctype html><button>Check</button><script type="importmap">${map}</script><script type="module">${COLLECT}
    const button = document.querySelector('button');
    ${withServer(code)}</script>`, 'Ana');
  await ana.page.click('button');
  await hasLogged(ana, /^server passed /);
  await hasLogged(ana, /^relay failed relay-none /);
});
proofs.set("'rtc-verification'", async (code) => {
  const [listen = '', ...rest] = code.split('\n');
  const [ana] = await inCall((peer) => runInPage(peer, `${COLLECT}\n${listen}`));
  await hasLogged(ana, /^unverified \S+/);
  await runInPage(ana, rest.join('\n'), NAMES);
  await hasLogged(ana, /^verified \S+/);
});
proofs.set("session.simulate('ice-fail')", async (code) => {
  const [ana] = await inCall();
  await runInPage(ana, code, NAMES);
  await ana.waitForCall('reconnecting');
  await ana.waitForCall('active');
});
proofs.set('session.dump()', async (code) => {
  const ana = await stage().open({ nickname: 'Ana' });
  await runInPage(ana, `${code}\ndocument.title = String(report.length > 100);`, NAMES);
  assert.equal(await ana.page.title(), 'true');
});
proofs.set('attachSignaling', async (code) => {
  const said = await runInNode(`const app = (request, response) => response.end('mine');
    ${code.replace('listen(3000)', "listen(0, '127.0.0.1')")}
    http.once('listening', async () => {
      const at = 'http://127.0.0.1:' + http.address().port;
      console.log(await (await fetch(at)).text(), (await fetch(at + '/rtc-signaling/?EIO=4&transport=polling')).status);
      await signaling.close();
      http.close();
    });`);
  assert.match(said, /mine 200/);
});
proofs.set("from 'rtc-elements/token'", async (code) => {
  const token = (await runInNode(`const user = { id: 'u1', name: 'Ana' };\n${code}\nprocess.stdout.write(token);`)).trim();
  const ana = await stage().open({ nickname: null, room: 'support', attributes: `token="${token}"` });
  await ana.waitForRoom('joined');
  assert.equal(await ana.page.evaluate(() => rig.room().localMember?.nickname), 'Ana');
});
proofs.set('token="eyJ', async (code) => {
  const room = uniqueRoom();
  const token = await createToken({ room, sub: 'u1', name: 'Ana' }, AUTH_SECRET);
  const ana = await visit(`<!doctype html>${script()}${code.replace('room="support"', `room="${room}"`).replace(/eyJ[^"]*/, token)}`, 'Ana');
  await ana.waitForRoom('joined');
});
proofs.set('room.tokenProvider', async (code) => {
  const room = uniqueRoom();
  stage().site.put('/calls/token', await createToken({ room, sub: 'u1', name: 'Ana' }, AUTH_SECRET));
  const ana = await visit(`<!doctype html>${script()}<rtc-room room="${room}"></rtc-room><script>const room = document.querySelector('rtc-room');\n${code}</script>`, 'Ana');
  await ana.waitForRoom('joined');
});
proofs.set('<iframe src=', async (code) => {
  const outer = await visit(`<!doctype html>${withServer(code)}`, 'Ana');
  const frame = await outer.page.waitForFrame((each) => each.url().startsWith(stage().server.url));
  await frame.waitForSelector('rtc-room');
  const allowed = await frame.evaluate(() => ['camera', 'microphone', 'autoplay', 'display-capture'].filter((feature) =>
    (document as unknown as { featurePolicy: { allowsFeature(name: string): boolean } }).featurePolicy.allowsFeature(feature)));
  assert.equal(allowed.length, 4, allowed.join(' '));
});
proofs.set('integrity.json', async (code) => {
  const tags = await runInNode(withServer(code));
  const ana = await visit(`<!doctype html>${tags}<rtc-room room="${uniqueRoom()}" nickname="Ana"></rtc-room>`, 'Ana');
  await ana.waitForRoom('joined');
  assert.match(tags, /integrity="sha/);
});
proofs.set('TRUST_PROXY=1 npm start', async (code) => {
  assert.match(await runUntilListening(code), /"url":"https:\/\/calls\.example\.com\/?"/);
});
proofs.set('TURN_SECRET_FILE=', async (code) => {
  const file = join(folder, 'turn');
  writeFileSync(file, 'a-secret-of-the-relay-0123456789');
  assert.match(await runUntilListening(code.replace('/run/secrets/turn', file)), /turn:turn\.example\.com|"ice":"(?!none)/);
});
proofs.set('createSignalingServer({ iceServers', async (code) => {
  const said = await runInNode(`import { createSignalingServer as create } from 'rtc-elements/server';
    let server;
    const createSignalingServer = (options) => (server = create({ ...options, port: 0, host: '127.0.0.1', logLevel: 'silent' }));
    const provider = { credentialsFor: async (id) => ({ urls: 'turn:turn.example.com', username: id, credential: 'x' }) };
    ${code}
    const { url } = await server.listen();
    console.log((await fetch(url + '/healthz')).status);
    await server.close();`);
  assert.match(said, /200/);
});
proofs.set('room.strings = {', async (code) => {
  const ana = await visit(`<!doctype html>${script()}<rtc-room room="${uniqueRoom()}"></rtc-room><script>const room = document.querySelector('rtc-room');\n${code}</script>`, 'Ana');
  await ana.waitForPart('join-button');
  assert.equal(await ana.text('join-button'), 'Gå med');
});
elsewhere.set("'rtc-elements/react'", 'node/editor/editor-data');
elsewhere.set('npm install && npm start', '.ci/run, e2e/site');
elsewhere.set('server_name calls.example.com', 'e2e/faults/network-reverse-proxy');
elsewhere.set('server_name www.example.com', 'e2e/faults/network-reverse-proxy');
elsewhere.set('calls.example.com {', 'e2e/faults/network-reverse-proxy');
elsewhere.set('www.example.com {', 'e2e/faults/network-reverse-proxy');
elsewhere.set('static-auth-secret', 'e2e/faults/network-turn-check, network-relay-only');
elsewhere.set('npm run turn-check', 'e2e/faults/network-turn-check');

describe('The code in the README', () => {
  it('is run, all of it, each block once', () => {
    const keys = [...proofs.keys(), ...elsewhere.keys()];
    for (const { code } of blocks) assert.equal(keys.filter((key) => code.includes(key)).length, 1, code);
    for (const key of keys) assert.equal(blocks.filter(({ code }) => code.includes(key)).length, 1, key);
  });

  for (const { code } of blocks) {
    const [key, proof] = [...proofs].find(([words]) => code.includes(words)) ?? [];
    if (proof) it(`works: ${key}`, () => proof(code));
  }
});
