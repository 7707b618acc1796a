import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { brotliDecompressSync } from 'node:zlib';
import { createPages, type PagesOptions } from '../../../src/server/http.js';
import type { MetricsAccess } from '../../../src/server/metrics-route.js';

const root = mkdtempSync(join(tmpdir(), 'rtc-pages-'));
const files = { bundleFolder: join(root, 'cdn'), demoFolder: join(root, 'demo'), guideFolder: join(root, 'guide'), version: '1.2.3' };
const bundle = `export const bundle = '${'x'.repeat(4000)}';`;

before(() => {
  mkdirSync(join(files.bundleFolder, 'chunks'), { recursive: true });
  mkdirSync(files.demoFolder);
  mkdirSync(files.guideFolder);
  writeFileSync(join(files.guideFolder, 'turn.html'), '<title>relays</title>');
  writeFileSync(join(files.guideFolder, 'index.html'), '<title>tasks</title>');
  writeFileSync(join(root, 'secret.js'), 'secret');
  writeFileSync(join(files.bundleFolder, 'rtc-elements.js'), bundle);
  writeFileSync(join(files.bundleFolder, 'rtc-elements.js.map'), '{}');
  writeFileSync(join(files.bundleFolder, '.hidden.js'), 'secret');
  writeFileSync(join(files.bundleFolder, 'notes.exe'), 'secret');
  writeFileSync(join(files.bundleFolder, 'chunks', 'socket-a1B2_c-3.js'), 'export {};');
  writeFileSync(join(files.demoFolder, 'index.html'), '<title>demo</title>');
  writeFileSync(join(files.demoFolder, 'csp.html'), '<title>strict</title>');
  writeFileSync(join(files.demoFolder, 'demo.css'), 'body{}');
});

const servers: Server[] = [];
after(() => {
  for (const server of servers) server.close();
  rmSync(root, { recursive: true });
});

type Answer = { status: number; headers: IncomingMessage['headers']; body: string; raw: Buffer; bytes: number };
type Get = (path: string, options?: { method?: string; headers?: Readonly<Record<string, string>> }) => Promise<Answer>;

/** Sends the path as it is: `fetch` would tidy up `..` before it left. */
async function start(options: Partial<PagesOptions> = {}): Promise<Get> {
  const pages = createPages({
    files,
    demo: true,
    prefix: '',
    isReady: () => true,
    metrics: null,
    onFailure: (error) => assert.fail(String(error)),
    ...options,
  });
  const server = createServer(pages.callback());
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return async (path, { method = 'GET', headers = {} } = {}) => {
    const sent = httpRequest({ port, host: '127.0.0.1', path, method, headers, agent: false }).end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    const parts: Buffer[] = [];
    for await (const part of response) parts.push(part as Buffer);
    const raw = Buffer.concat(parts);
    return { status: response.statusCode ?? 0, headers: response.headers, body: raw.toString(), raw, bytes: raw.length };
  };
}

const withMetrics = (access: MetricsAccess): Partial<PagesOptions> => ({ metrics: { access, render: () => 'rtc_connections 0\n' } });

describe('the bundle', () => {
  it('is a module that pages of any origin may load, checked for news each time', async () => {
    const get = await start();
    const { status, headers, body } = await get('/rtc-elements.js', { headers: { Origin: 'https://shop.example' } });
    assert.equal(status, 200);
    assert.equal(body, bundle);
    assert.equal(headers['content-type'], 'text/javascript; charset=utf-8');
    assert.equal(headers['access-control-allow-origin'], '*');
    assert.equal(headers['cross-origin-resource-policy'], 'cross-origin');
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['cache-control'], 'no-cache');
    assert.match(headers.etag ?? '', /^W\/"[\w-]{22}"$/);
  });

  it('answers 304, readable across origins, to who has it already, and 200 once it has changed', async () => {
    const get = await start();
    const first = await get('/rtc-elements.js');
    const conditional = { headers: { 'If-None-Match': first.headers.etag ?? '' } };
    const second = await get('/rtc-elements.js', conditional);
    assert.deepEqual([second.status, second.bytes, second.headers['access-control-allow-origin']], [304, 0, '*']);
    writeFileSync(join(files.bundleFolder, 'rtc-elements.js'), `${bundle}//`);
    assert.equal((await get('/rtc-elements.js', conditional)).body, `${bundle}//`);
    writeFileSync(join(files.bundleFolder, 'rtc-elements.js'), bundle);
    // A coarse file clock must not hide the change from the tests that follow.
    utimesSync(join(files.bundleFolder, 'rtc-elements.js'), 1, 1);
  });

  it('is compressed for who takes gzip', async () => {
    const get = await start();
    const { headers, bytes } = await get('/rtc-elements.js', { headers: { 'Accept-Encoding': 'gzip, deflate' } });
    assert.equal(headers['content-encoding'], 'gzip');
    assert.equal(headers.vary, 'Accept-Encoding');
    assert.equal(Number(headers['content-length']), bytes);
    assert.ok(bytes < 200, `${bytes} bytes`);
    assert.equal((await get('/rtc-elements.js', { headers: { 'Accept-Encoding': 'gzip;q=0' } })).headers['content-encoding'], undefined);
  });

  it('is smaller still for who takes Brotli, once that is made', { timeout: 10_000 }, async () => {
    const get = await start();
    const ask = async () => get('/rtc-elements.js', { headers: { 'Accept-Encoding': 'gzip, deflate, br' } });
    const first = await ask();
    let last = first;
    while (last.headers['content-encoding'] !== 'br') last = await ask();
    assert.ok(last.bytes < first.bytes, `${last.bytes} and ${first.bytes} bytes`);
    assert.equal(Number(last.headers['content-length']), last.bytes);
    assert.equal(last.headers.etag, first.headers.etag);
    assert.equal(brotliDecompressSync(last.raw).toString(), bundle);
    const { headers } = await get('/rtc-elements.js', { headers: { 'Accept-Encoding': 'br;q=0, gzip' } });
    assert.equal(headers['content-encoding'], 'gzip');
  });

  it('and its chunks are immutable under names that carry a version', async () => {
    const get = await start();
    for (const path of ['/rtc-elements@1.2.3.js', '/chunks/socket-a1B2_c-3.js']) {
      const { status, headers } = await get(path);
      assert.equal(status, 200, path);
      assert.equal(headers['cache-control'], 'public, max-age=31536000, immutable');
      assert.equal(headers['access-control-allow-origin'], '*');
    }
    assert.equal((await get('/rtc-elements@1.2.4.js')).status, 404, 'another version is not there');
  });

  it('answers HEAD like GET without the body', async () => {
    const get = await start();
    const { status, headers, bytes } = await get('/rtc-elements.js', { method: 'HEAD' });
    assert.deepEqual([status, bytes, headers['content-length']], [200, 0, String(bundle.length)]);
  });
});

describe('the pages', () => {
  it('never leave their folders', async () => {
    const get = await start();
    const paths = [
      '/../secret.js',
      '/..%2fsecret.js',
      '/%2e%2e/secret.js',
      '/chunks/../../secret.js',
      '/chunks/..%2f..%2fsecret.js',
      '/..\\secret.js',
      '/..%5csecret.js',
      '//secret.js',
      '/./../secret.js',
      '/.hidden.js',
      '/chunks/',
      '/chunks',
      '/notes.exe',
      '/rtc-elements.js%00',
      '/rtc-elements.js/',
      `${root}/secret.js`,
      '/%',
      '/%ff.js',
    ];
    for (const path of paths) {
      const { status, body } = await get(path);
      assert.equal(status, 404, path);
      assert.doesNotMatch(body, /secret/, path);
    }
  });

  it('show the demo at the root, with a strict policy on the page that proves it', async () => {
    const get = await start();
    const index = await get('/');
    assert.deepEqual([index.status, index.body, index.headers['content-type']], [200, '<title>demo</title>', 'text/html; charset=utf-8']);
    assert.equal(index.headers['content-security-policy'], undefined);
    assert.equal((await get('/demo.css')).headers['content-type'], 'text/css; charset=utf-8');
    assert.equal((await get('/guide/turn.html')).body, '<title>relays</title>');
    assert.equal((await get('/guide/')).body, '<title>tasks</title>');
    const slashless = await get('/guide');
    assert.deepEqual([slashless.status, slashless.headers.location], [302, 'guide/'], 'relative: it holds below any prefix');
    const policy = String((await get('/csp.html')).headers['content-security-policy']);
    assert.ok(policy.startsWith("default-src 'none'; script-src 'self';"));
    assert.match(policy, /require-trusted-types-for 'script'; trusted-types lit-html 'allow-duplicates'/);
    assert.doesNotMatch(policy, /unsafe/);
  });

  it('hide the demo on demand and keep the bundle', async () => {
    const get = await start({ demo: false });
    assert.equal((await get('/')).status, 404);
    assert.equal((await get('/csp.html')).status, 404);
    assert.equal((await get('/rtc-elements.js')).status, 200);
  });

  it('are the same under a prefix that the proxy strips or leaves', async () => {
    const get = await start({ prefix: '/calls' });
    for (const path of ['/rtc-elements.js', '/calls/rtc-elements.js', '/calls/chunks/socket-a1B2_c-3.js', '/calls/', '/', '/calls/healthz']) {
      assert.equal((await get(path)).status, 200, path);
    }
    assert.equal((await get('/callsrtc-elements.js')).status, 404);
    assert.equal((await get('/calls/calls/rtc-elements.js')).status, 404);
    const bare = await get('/calls?x=1');
    assert.deepEqual([bare.status, bare.headers.location], [308, '/calls/?x=1']);
  });

  it('are only for reading', async () => {
    const get = await start();
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const { status, headers } = await get('/rtc-elements.js', { method });
      assert.deepEqual([status, headers.allow], [405, 'GET, HEAD'], method);
    }
  });
});

describe('health', () => {
  it('is well while it runs, and not ready while it drains', async () => {
    let ready = true;
    const get = await start({ isReady: () => ready });
    assert.deepEqual([(await get('/healthz')).status, (await get('/readyz')).status], [200, 200]);
    ready = false;
    assert.deepEqual([(await get('/healthz')).status, (await get('/readyz')).status], [200, 503]);
    assert.equal((await get('/readyz')).headers['cache-control'], 'no-store');
  });
});

describe('metrics', () => {
  it('are shown to this machine only, and not through a proxy on it', async () => {
    const get = await start(withMetrics('loopback'));
    const direct = await get('/metrics');
    assert.deepEqual([direct.status, direct.body], [200, 'rtc_connections 0\n']);
    assert.equal(direct.headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
    for (const header of ['X-Forwarded-For', 'Forwarded', 'X-Real-IP', 'Via', 'X-Forwarded-Proto']) {
      assert.equal((await get('/metrics', { headers: { [header]: '127.0.0.1' } })).status, 403, header);
    }
  });

  it('are shown to who has the token', async () => {
    const get = await start(withMetrics({ token: 'long-enough' }));
    assert.equal((await get('/metrics')).status, 401);
    assert.equal((await get('/metrics', { headers: { Authorization: 'Bearer wrong' } })).status, 401);
    assert.equal((await get('/metrics', { headers: { Authorization: 'Bearer long-enough', 'X-Forwarded-For': '8.8.8.8' } })).status, 200);
  });

  it('are not here when they have a port of their own', async () => {
    assert.equal((await (await start())('/metrics')).status, 404);
  });
});
