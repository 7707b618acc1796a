import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { expectLiveCall, type Peer } from './rig/peer.js';
import { useRig } from './rig/rig.js';

// Demo and guide as people meet them: from the server, and as plain files in a folder of somebody's web server.

const root = fileURLToPath(new URL('../../', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const stage = useRig();
afterEach(() => stage().closePeers());

const htmlIn = (folder: string): string[] => readdirSync(join(root, folder)).filter((file) => file.endsWith('.html'));
const PAGES = [...htmlIn('demo'), ...htmlIn('dist/guide').map((file) => `guide/${file}`)];

/** What a page is like for who reads it. Headings of the elements are in their shadow roots, and another test's. */
interface Look {
  readonly headings: number[];
  readonly links: string[];
  readonly ids: string[];
  readonly code: string[];
  /** Parts that are wider than the window and do not scroll in themselves. */
  readonly wide: string[];
  readonly uncopied: number;
  readonly undefined: string[];
  readonly violations: string[];
}

function look(): Look {
  const all = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)];
  const shown = (selector: string) => all(selector).filter((element) => element.checkVisibility());
  return {
    headings: shown('h1, h2, h3, h4').map(({ localName }) => Number(localName.slice(1))),
    links: all('a[href], link[href]').map((link) => (link as HTMLAnchorElement).href),
    ids: all('[id]').map(({ id }) => id),
    code: all('pre').map(({ textContent }) => textContent?.trim() ?? ''),
    wide: document.documentElement.scrollWidth > innerWidth ? shown('body *').filter((element) => element.getBoundingClientRect().right > innerWidth + 1).map((element) => `${element.localName}.${element.className}`) : [],
    uncopied: all('pre').filter((pre) => !pre.parentElement?.querySelector('button')).length,
    undefined: all(':not(:defined)').map(({ localName }) => localName),
    violations: rig.violations,
  };
}

const sites: readonly [name: string, address: () => string][] = [
  ['from the server', () => `${stage().server.url}/`],
  ['as plain files', () => `${stage().site.url}/deep/`],
];

describe('The site', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'rtc-elements-site-'));
    execFileSync(process.execPath, [join(root, 'demo/guide.mjs'), 'site', folder]);
    const types: Readonly<Record<string, string>> = { css: 'text/css', svg: 'image/svg+xml', json: 'application/json', js: 'text/javascript', html: 'text/html; charset=utf-8' };
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      const type = types[/\.(\w+)$/.exec(file)?.[1] ?? ''];
      const path = `/deep/${file.replaceAll('\\', '/')}`;
      if (!type) continue;
      for (const address of [path, ...(path.endsWith('/index.html') ? [path.slice(0, -'index.html'.length)] : [])]) stage().site.put(address, readFileSync(join(folder, file), 'utf8'), { 'content-type': type });
    }
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const [name, address] of sites) {
    describe(name, () => {
      const looks = new Map<string, Look>();

      for (const file of PAGES) {
        it(`shows ${file} on a telephone, without a complaint: elements defined, headings in order, code to copy, nothing too wide`, async () => {
          const peer = await stage().page(await stage().browser(), file);
          await peer.page.setViewport({ width: 320, height: 640 });
          // What the browser asks for by itself, and what a page asks for as it is built.
          const response = await peer.page.goto(address() + file, { waitUntil: file.startsWith('guide/') ? 'load' : 'networkidle2' });
          assert.equal(response?.status(), 200);
          const seen = await peer.page.evaluate(look);
          looks.set(file, seen);
          assert.deepEqual(peer.problems, []);
          assert.deepEqual([seen.undefined, seen.violations, seen.wide, seen.uncopied], [[], [], [], 0]);
          assert.equal(seen.headings[0], 1);
          for (const [index, level] of seen.headings.entries()) assert.ok(index === 0 || (level > 1 && level <= seen.headings[index - 1]! + 1), `${file}: ${seen.headings.join(' ')}`);
          if (file.startsWith('guide/')) for (const code of seen.code) assert.ok(readme.includes(code), code);
        });
      }

      it('leads from every page to every other, and nowhere that is not there: each link, each anchor', async () => {
        const ids = new Map(PAGES.map((file) => [address() + file, looks.get(file)?.ids ?? []]));
        const reached = new Set<string>();
        for (const [file, { links }] of looks) {
          for (const link of links) {
            const target = new URL(link);
            if (target.origin !== new URL(address()).origin) continue;
            const anchor = decodeURIComponent(target.hash.slice(1));
            target.hash = target.search = '';
            const page = target.href.replace(/\/$/, '/index.html');
            if (anchor) assert.ok(ids.get(page)?.includes(anchor), `${file}: ${link}`);
            if (reached.has(page)) continue;
            assert.equal((await fetch(target)).status, 200, `${file}: ${link}`);
            reached.add(page);
          }
          assert.ok(links.some((link) => link.startsWith(`${address()}guide/`)) && links.some((link) => link === address() || link.startsWith(`${address()}?`) || link.includes('index.html')), `${file} leads to the start and the guide`);
        }
        assert.deepEqual(PAGES.filter((file) => !reached.has(address() + file)), []);
      });
    });
  }

  it('as plain files calls from tab to tab, without any server, wherever it stands', async () => {
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
    assert.match(await ana.page.$eval('#embed', (code) => code.textContent), /src="[^"]*\/deep\/rtc-elements\.js"[^]*<rtc-room server="local:" room="lobby">/);
  });
});
