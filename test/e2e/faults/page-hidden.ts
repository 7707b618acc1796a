import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import puppeteer, { type Browser } from 'puppeteer-core';
import { launchOptions } from '../../support/browsers.mjs';
import type { Peer } from '../rig/peer.js';
import { embedPage, type Rig } from '../rig/rig.js';

// A tab behind another one, in a browser that treats it as those of people do: puppeteer's own switches against throttling are taken away again.

const UNTHROTTLED = ['--disable-background-timer-throttling', '--disable-backgrounding-occluded-windows', '--disable-renderer-backgrounding'];

export interface ThrottlingOptions {
  /** Chromium wakes the timers of a silent tab once a minute when it has been hidden for five (one with a socket it may treat milder); here after so many seconds. */
  readonly minuteTimersAfterS?: number;
}

export function launchThrottling({ minuteTimersAfterS }: ThrottlingOptions = {}): Promise<Browser> {
  const flags = minuteTimersAfterS === undefined ? [] : [`--enable-features=IntensiveWakeUpThrottling:grace_period_seconds/${minuteTimersAfterS}`];
  return puppeteer.launch({ ...launchOptions('chromium', { flags }), ignoreDefaultArgs: UNTHROTTLED });
}

declare global {
  var wakeUps: number | undefined;
}

/** A member in a tab of this browser, joined. */
export async function openMember(stage: Rig, browser: Browser, room: string, nickname: string): Promise<Peer> {
  const peer = await stage.page(browser, nickname);
  const html = embedPage(`${stage.server.url}/rtc-elements.js`, `server="${stage.server.url}" room="${room}" nickname="${nickname}"`);
  await peer.page.goto(stage.site.put(`/${randomUUID()}.html`, html));
  await peer.waitForRoom('joined');
  return peer;
}

/** Another tab of its window comes to the front. From now on the page counts how often a timer of 100 ms wakes it. */
export async function hideTab(peer: Peer): Promise<void> {
  const other = await peer.page.browserContext().newPage();
  await other.bringToFront();
  await peer.until('the page to be hidden', () => document.visibilityState === 'hidden');
  await peer.page.evaluate(() => {
    globalThis.wakeUps = 0;
    setInterval(() => {
      globalThis.wakeUps = (globalThis.wakeUps ?? 0) + 1;
    }, 100);
  });
}

/** Times a timer of 100 ms has woken the page since it was hidden; throttled tabs get one a second or fewer. */
export async function wakeUps(peer: Peer): Promise<number> {
  assert.equal(await peer.page.evaluate(() => document.visibilityState), 'hidden');
  return peer.page.evaluate(() => globalThis.wakeUps ?? Number.NaN);
}
