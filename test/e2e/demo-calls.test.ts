import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { launchOptions } from '../support/browsers.mjs';
import { startSignalingProcess, type SignalingProcess } from '../support/signaling-process.mjs';

// The demo pages do what they promise, with real media. `globalThis.document` is the page's, inside `evaluate`.

let server: SignalingProcess;
let browser: Browser;
before(async () => {
  server = await startSignalingProcess({});
  browser = await puppeteer.launch(launchOptions('chromium'));
});
after(async () => {
  await browser?.close();
  await server?.stop();
});
afterEach(async () => {
  for (const page of await browser.pages()) if (page.url().startsWith('http')) await page.close();
});

async function open(path: string): Promise<Page> {
  const page = await (await browser.createBrowserContext()).newPage();
  await page.goto(new URL(path, server.url).href);
  return page;
}

describe('demo/local.html: two people on one page without a server', () => {
  it('B, receive-only, calls A and watches, hangs up and calls again, five times', async () => {
    const page = await open('local.html');
    for (let call = 1; call <= 5; call++) {
      await page.waitForSelector('#call:not([disabled])');
      await page.click('#call');
      // Pictures of A move at B, and B sends nothing.
      const frames = await page.waitForFunction(() => {
        const video = document.querySelector('#b rtc-video-call')?.shadowRoot?.querySelector<HTMLVideoElement>('[part~=remote-video]');
        return video ? video.getVideoPlaybackQuality().totalVideoFrames > 5 : false;
      }, { timeout: 15_000, polling: 25 }).catch(async (cause: unknown) => {
        throw new Error(`call ${call}: ${await page.evaluate(() => document.body.innerText)}`, { cause });
      });
      assert.ok(await frames.jsonValue());
      assert.equal(await page.$eval('[data-state="b connectionState"]', (cell) => cell.textContent), 'connected');
      assert.equal(await page.evaluate(() => (document.querySelector('#b') as HTMLElement & { session: { getSnapshot(): { localStream: unknown } } }).session.getSnapshot().localStream), null);
      await page.click('#hangup');
      await page.waitForFunction(() => /ended|idle/.test(document.querySelector('[data-state="a call.state"]')?.textContent ?? ''), { timeout: 5_000 });
    }
  });
});

describe('demo/own-buttons.html and demo/headless.html: the page draws everything', () => {
  for (const path of ['own-buttons.html', 'headless.html']) {
    it(`${path} joins, hears no error, and shows the other member`, async () => {
      const pages = [await open(`${path}?room=own`), await open(`${path}?room=own`)];
      for (const [index, page] of pages.entries()) {
        const input = await page.waitForSelector('pierce/input[name=nickname], input#nickname, input[name=nickname]', { timeout: 5_000 }).catch(() => null);
        if (input) {
          await input.click();
          await page.keyboard.type(`Person ${index}`);
          await page.keyboard.press('Enter');
        }
      }
      for (const page of pages) await page.waitForFunction(() => /Person 0[\s\S]*Person 1|Person 1[\s\S]*Person 0/.test(document.body.innerText), { timeout: 10_000 });
    });
  }
});
