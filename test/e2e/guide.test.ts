import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { expectLiveCall, type Peer } from './rig/peer.js';
import { useRig } from './rig/rig.js';

// The README as pages, and demo, guide and script as plain files on somebody's web server.

const root = fileURLToPath(new URL('../../', import.meta.url));
const stage = useRig();
afterEach(() => stage().closePeers());

const guide = readdirSync(join(root, 'dist/guide'));

describe('The guide', () => {
  it('leads from page to page: every link, every anchor', async () => {
    const { url } = stage().server;
    const pages = new Map<string, string>();
    const textOf = async (address: string): Promise<string> => {
      const page = address.replace(/#.*/, '');
      const known = pages.get(page);
      if (known !== undefined) return known;
      const response = await fetch(page);
      assert.equal(response.status, 200, page);
      const text = await response.text();
      pages.set(page, text);
      return text;
    };
    let links = 0;
    for (const file of guide) {
      const here = `${url}/guide/${file}`;
      for (const [, href = ''] of (await textOf(here)).matchAll(/<(?:a|link) [^>]*?href="([^"]+)"/g)) {
        const target = new URL(href, here);
        if (target.origin !== url) continue;
        const text = await textOf(target.href);
        if (target.hash) assert.ok(text.includes(`id="${decodeURIComponent(target.hash.slice(1))}"`), `${file}: ${href}`);
        links += 1;
      }
    }
    assert.ok(links > guide.length * guide.length, `${links} links`);
  });

  for (const file of guide) {
    it(`page ${file} is drawn without a complaint, and fits a telephone`, async () => {
      const peer = await stage().page(await stage().browser(), file);
      await peer.page.setViewport({ width: 320, height: 640 });
      await peer.page.goto(`${stage().server.url}/guide/${file}`, { waitUntil: 'networkidle2' });
      assert.equal(await peer.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
      assert.deepEqual(peer.problems, []);
    });
  }
});

describe('The site as plain files', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'rtc-elements-site-'));
    execFileSync(process.execPath, [join(root, 'demo/guide.mjs'), 'site', folder]);
    const types: Readonly<Record<string, string>> = { css: 'text/css', svg: 'image/svg+xml', json: 'application/json', js: 'text/javascript', html: 'text/html; charset=utf-8' };
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      const type = types[/\.(\w+)$/.exec(file)?.[1] ?? ''];
      if (type) stage().site.put(`/deep/${file.replaceAll('\\', '/')}`, readFileSync(join(folder, file), 'utf8'), { 'content-type': type });
    }
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('calls from tab to tab, without any server, wherever it stands', async () => {
    const ana = await stage().page(await stage().browser(), 'Ana');
    await ana.page.goto(`${stage().site.url}/deep/index.html`);
    const ben = await stage().tab(ana, 'Ben');
    await ben.page.goto(`${stage().site.url}/deep/index.html`);
    const enter = async (peer: Peer): Promise<void> => {
      await peer.page.bringToFront();
      await peer.waitForPart('nickname-input');
      await peer.click('nickname-input');
      await peer.page.keyboard.type(peer.nickname);
      await peer.page.keyboard.press('Enter');
      await peer.waitForRoom('joined');
    };
    await enter(ana);
    await enter(ben);
    await ben.call('Ana');
    await ana.page.bringToFront();
    await ana.accept();
    // A tab behind another draws nothing.
    for (const peer of [ana, ben]) {
      await peer.page.bringToFront();
      await expectLiveCall(peer);
    }
    assert.equal(await ana.page.evaluate(() => rig.room().getAttribute('server')), 'local:');
  });
});
