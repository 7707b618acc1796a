import assert from 'node:assert/strict';
import process from 'node:process';
import type { Browser } from 'puppeteer-core';
import type { Peer } from '../rig/peer.js';

// The ways a page goes without anybody having said so.

/** SIGKILL to the browser with all its processes' parent: no handler of any page runs. The moment of the blow (epoch ms). */
export function killBrowser(browser: Browser): number {
  const pid = browser.process()?.pid;
  assert.ok(pid, 'a browser of our own');
  const at = Date.now();
  process.kill(pid, 'SIGKILL');
  return at;
}

/** The renderer dies ("Aw, Snap!"), the tab stays. Resolves when it is dead, with the moment. */
export async function crashTab(peer: Peer): Promise<number> {
  const client = await peer.page.createCDPSession();
  const dead = new Promise<void>((resolve) => peer.page.once('error', () => resolve()));
  const at = Date.now();
  // Never answered: who would answer is gone.
  client.send('Page.crash').catch(() => {});
  await dead;
  return at;
}

/** Reloads; the moment before (epoch ms). */
export async function reloadTab(peer: Peer): Promise<number> {
  const at = Date.now();
  await peer.page.reload({ waitUntil: 'domcontentloaded' });
  return at;
}

declare global {
  var departures: string[] | undefined;
}

/** From now on this page notes whom it was told to be gone from the room. */
export function watchDepartures(peer: Peer): Promise<void> {
  return peer.page.evaluate(() => {
    const seen: string[] = [];
    globalThis.departures = seen;
    document.addEventListener('rtc-members', (event) => {
      seen.push(...event.detail.left.map(({ nickname }) => nickname));
    });
  });
}

export const departuresSeenBy = (peer: Peer): Promise<string[]> => peer.page.evaluate(() => globalThis.departures ?? ['nothing was watched']);
