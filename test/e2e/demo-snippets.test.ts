import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { after, afterEach, before, describe, it } from 'node:test';
import puppeteer from 'puppeteer-core';
import { launchOptions } from '../support/browsers.mjs';
import { expectLiveCall, type Peer } from './rig/peer.js';
import { uniqueRoom, useRig } from './rig/rig.js';

// Every piece of code that a page of the site shows, as it is shown there (some of it is filled in by the page), is put on a page of somebody else's and works. A new
// one that nobody proves fails. What the guide shows is the README's (site.test.ts), which snippets.test.ts runs.

const stage = useRig();
afterEach(() => stage().closePeers());

const pages = readdirSync(new URL('../../demo', import.meta.url)).filter((file) => file.endsWith('.html'));

/** What is shown in the same way and is no code to take away. */
const NO_CODE = new Map([['headless.html', ['snapshot']], ['csp.html', ['policy']]]);

/** The code on a page of the site, as a reader sees it. */
async function codeOn(address: string, without: readonly string[] = []): Promise<string[]> {
  const { page } = await stage().page(await stage().browser(), 'reader');
  await page.goto(`${stage().server.url}/${address}`, { waitUntil: 'networkidle2' });
  return page.evaluate((left) => [...document.querySelectorAll('pre code')].filter(({ id }) => !left.includes(id)).map(({ textContent }) => textContent ?? ''), without);
}

/** Puts it on a page of one's own, as it stands; only the room is one that nobody else has. */
async function visit(code: string, room: string, nickname: string): Promise<Peer> {
  const peer = await stage().page(await stage().browser(), nickname);
  await open(peer, code, room);
  return peer;
}
async function open({ page, nickname }: Peer, code: string, room: string): Promise<void> {
  const html = code.replaceAll(/(\broom(?:="|: '))[^"']*/g, `$1${room}`);
  await page.goto(stage().site.put(`/${nickname}-${uniqueRoom()}.html`, `<!doctype html><html lang="en"><title>Mine</title>${html}</html>`));
}

async function enter(peer: Peer): Promise<void> {
  await peer.click('nickname-input');
  await peer.page.keyboard.type(peer.nickname);
  await peer.page.keyboard.press('Enter');
  await peer.waitForRoom('joined');
}

/** Types the name into the page's own form. */
async function enterByForm({ page, nickname }: Peer): Promise<void> {
  await page.type('#name', nickname);
  await page.keyboard.press('Enter');
}

/** Presses it as soon as it is shown; at once, since a list that is drawn anew takes its buttons away. */
const clickOn = (peer: Peer, selector: string): Promise<void> =>
  peer.until(`${selector} to be shown and pressed`, (wanted) => {
    const button = document.querySelector<HTMLElement>(wanted ?? '');
    const isShown = button?.checkVisibility() ?? false;
    if (isShown) button?.click();
    return isShown;
  }, [selector]);
const inCall = (peer: Peer, selector: string): Promise<void> =>
  peer.until(`${selector} to be in a call`, (wanted) => document.querySelector<HTMLElement & { state: string }>(wanted ?? '')?.state === 'active', [selector], 20_000);
/** What the element takes for its accent, as the browser computes it. */
const accentOf = ({ page }: Peer): Promise<string[]> =>
  page.evaluate(() => [...document.querySelectorAll('rtc-room')].map((room) => getComputedStyle(room).getPropertyValue('--rtc-accent')));

async function expectCallWithTheTag(code: string): Promise<void> {
  const room = uniqueRoom();
  const [ana, ben] = await Promise.all([visit(code, room, 'Ana'), visit(code, room, 'Ben')]);
  await Promise.all([enter(ana), enter(ben)]);
  await ana.call('Ben');
  await ben.accept();
  await expectLiveCall(ana, ben);
}

/** Page and words of a piece of code, and what proves it. */
const proofs: readonly [page: string, words: string, proof: (code: string) => Promise<void>][] = [
  ['index.html', '<rtc-room room="lobby">', expectCallWithTheTag],
  ['own-buttons.html', 'manual>', async (code) => {
    const room = uniqueRoom();
    const [ana, ben] = await Promise.all([visit(code, room, 'Ana'), visit(code, room, 'Ben')]);
    await Promise.all([enterByForm(ana), enterByForm(ben)]);
    await clickOn(ana, '#people button');
    await clickOn(ben, '#accept');
    await expectLiveCall(ana, ben);
    await clickOn(ben, '#microphone');
    await ben.until('the button to say so', () => document.getElementById('microphone')?.getAttribute('aria-pressed') === 'false');
    await clickOn(ben, '#hangup');
    await ana.waitForEnd('remote-hangup');
    await clickOn(ana, '#people button');
    await clickOn(ben, '#reject');
    await ana.waitForEnd('rejected');
  }],
  ['layout.html', '<rtc-member-list for="desk"', async (code) => {
    const desk = await visit(code, uniqueRoom(), 'Desk');
    await desk.call('Visitor');
    await clickThrough(desk, '#visitor rtc-video-call', 'accept-button');
    await Promise.all([inCall(desk, '[for="desk"]:is(rtc-video-call)'), inCall(desk, '#visitor rtc-video-call')]);
  }],
  // The looks of that page: what is shown is the rule itself, for the look that is worn; the first is none.
  ['layout.html', 'Nothing set', async () => {
    const { page } = await stage().page(await stage().browser(), 'reader');
    await page.goto(`${stage().server.url}/layout.html`, { waitUntil: 'networkidle2' });
    for (const [look, accent] of [['night', '#ffb86b'], ['paper', 'light-dark(#7a2e1d, #e8b39a)']] as const) {
      const css = await page.evaluate((name) => {
        document.querySelector<HTMLInputElement>(`[name=look][value=${name}]`)?.click();
        return document.getElementById('look-code')?.textContent ?? '';
      }, look);
      const mine = await visit(`<style>${css}</style><div data-look="${look}"><script type="module" src="${stage().server.url}/rtc-elements.js"></script><rtc-room room="x"></rtc-room></div>`, uniqueRoom(), 'Ana');
      await mine.waitForPart('join-button');
      assert.deepEqual(await accentOf(mine), [accent]);
    }
  }],
  ['themes.html', '.clinic', async (code) => {
    const rooms = ['clinic', 'arcade', 'salon'].map((name) => `<div class="${name}"><rtc-room room="x"></rtc-room></div>`).join('');
    const ana = await visit(`<style>${code}</style><script type="module" src="${stage().server.url}/rtc-elements.js"></script>${rooms}`, uniqueRoom(), 'Ana');
    await ana.waitForPart('join-button');
    const accents = await accentOf(ana);
    assert.equal(new Set(accents).size, 3, accents.join(' '));
    assert.ok(accents.every(Boolean), accents.join(' '));
  }],
  ['local.html', 'auto-accept', async (code) => {
    const both = await visit(code, uniqueRoom(), 'both');
    const said: string[] = [];
    both.page.on('console', (message) => said.push(message.text()));
    await both.until('both in the room', () => [...document.querySelectorAll<HTMLElement & { members: readonly unknown[] }>('rtc-room')].every(({ members }) => members?.length === 2));
    await both.page.click('#call');
    await Promise.all([inCall(both, '#a rtc-video-call'), inCall(both, '#b rtc-video-call')]);
    await both.page.click('#hangup');
    await both.until('the end', () => [...document.querySelectorAll('rtc-video-call')].every((view) => view.getAttribute('state') === 'ended'));
    assert.ok(said.includes('b idle → outgoing') && said.includes('a connecting → active'), said.join('\n'));
  }],
  ['local-tab.html', 'server="local:"', async (code) => {
    const room = uniqueRoom();
    const ana = await visit(code, room, 'Ana');
    const ben = await stage().tab(ana, 'Ben');
    await open(ben, code, room);
    for (const peer of [ana, ben]) {
      await peer.page.bringToFront();
      await enter(peer);
    }
    await ben.waitForMember('Ana');
  }],
  ['headless.html', 'createSession', async (code) => {
    const room = uniqueRoom();
    const [ana, ben] = await Promise.all([visit(code, room, 'Ana'), visit(code, room, 'Ben')]);
    ben.page.on('dialog', (dialog) => void dialog.accept());
    await Promise.all([enterByForm(ana), enterByForm(ben)]);
    await clickOn(ana, '#people button');
    for (const peer of [ana, ben]) {
      await peer.until('a moving picture', () => {
        const video = document.querySelector('video');
        return document.getElementById('state')?.textContent === 'active' && (video?.getVideoPlaybackQuality().totalVideoFrames ?? 0) > 10;
      }, [], 20_000);
    }
    await clickOn(ben, '#hangup');
    await ana.until('the end', () => document.getElementById('state')?.textContent === 'ended');
  }],
  ['check.html', 'checkCall', async (code) => {
    const ana = await visit(code, uniqueRoom(), 'Ana');
    await ana.page.click('#start');
    await ana.until('the last step', () => /^relay failed: .*TURN/.test(document.querySelector('#steps li:last-child')?.textContent ?? ''), [], 20_000);
    assert.match(await ana.page.$eval('#steps', (list) => list.textContent), /server passed: /);
  }],
  ['csp.html', '<rtc-room room="csp">', async (code) => {
    // Under the very policy that the page shows, with the server's origin where its text says that it belongs.
    const { headers } = await fetch(`${stage().server.url}/csp.html`);
    const policy = headers.get('content-security-policy')?.replace(/(script-src|connect-src)/g, `$1 ${stage().server.url}`) ?? '';
    const ana = await stage().page(await stage().browser(), 'Ana');
    await ana.page.goto(stage().site.put('/strict.html', `<!doctype html><title>Mine</title>${code.replace('room="csp"', `room="${uniqueRoom()}"`)}`, { 'content-security-policy': policy }));
    await enter(ana);
    assert.deepEqual(await ana.page.evaluate(() => rig.violations), []);
  }],
];

/** The card ignores what is pressed in its first half second: pressed until it took. */
function clickThrough(peer: Peer, selector: string, part: string): Promise<void> {
  return peer.until(`${part} to be taken`, (wanted, name) => {
    const view = document.querySelector<HTMLElement & { state: string }>(wanted ?? '');
    view?.shadowRoot?.querySelector<HTMLElement>(`[part~="${name}"]`)?.click();
    return view?.state === 'active' || view?.state === 'connecting';
  }, [selector, part]);
}

describe('The code on the pages of the demo', () => {
  const shown = new Map<string, string[]>();
  before(async () => {
    for (const file of pages) shown.set(file, await codeOn(file, NO_CODE.get(file)));
  });

  it('is run, all of it, each piece once, and leaves nothing out', () => {
    for (const [file, all] of shown) {
      for (const code of all) {
        assert.equal(proofs.filter(([page, words]) => page === file && code.includes(words)).length, 1, `${file}: ${code}`);
        assert.doesNotMatch(code, /…(?!['’”])/, `${file}: ${code}`);
      }
    }
    for (const [file, words] of proofs) assert.equal(shown.get(file)?.filter((code) => code.includes(words)).length, 1, `${file}: ${words}`);
  });

  for (const [file, words, proof] of proofs) {
    it(`works: ${words} (${file})`, () => proof(shown.get(file)?.find((code) => code.includes(words)) ?? ''));
  }

  it('is copied by the button beside it', async () => {
    const browser = await puppeteer.launch(launchOptions('chromium'));
    after(() => browser.close());
    const page = await browser.newPage();
    await browser.defaultBrowserContext().setPermission(stage().server.url, { permission: { name: 'clipboard-write' }, state: 'granted' }, { permission: { name: 'clipboard-read' }, state: 'granted' });
    for (const address of ['index.html', 'guide/proxy.html']) {
      await page.goto(`${stage().server.url}/${address}`, { waitUntil: 'networkidle2' });
      await page.click('.copyable button');
      await page.waitForFunction(() => document.querySelector('.copyable button')?.textContent === 'Copied');
      const [copied, code] = await page.evaluate(async () => [await navigator.clipboard.readText(), document.querySelector('pre')?.textContent]);
      assert.equal(copied, code);
    }
  });
});
