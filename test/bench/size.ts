import { existsSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { HTTPResponse } from 'puppeteer-core';
import { expectLiveCall, type Peer } from '../e2e/rig/peer.js';
import { Rig, embedPage, uniqueRoom } from '../e2e/rig/rig.js';

// `npm run size`: what a visitor's browser really fetches of ours, gzip -9, until the first paint and until a call is active. KB = 1,000 bytes.
// `--check` fails where a figure grows beyond `atMost`: the budget itself, or, where it is not reached yet, what has been reached so far.

const BUDGETS = [
  { until: 'first paint', bytes: 20_000, atMost: 20_000 },
  { until: 'active call', bytes: 40_000, atMost: 52_980 },
] as const;

interface FetchedFile {
  readonly name: string;
  readonly bytes: number;
  readonly gzip: number;
  readonly brotli: number;
  readonly phase: 0 | 1;
}

const kb = (bytes: number) => (bytes / 1000).toFixed(2);

/** Collects every script the page fetches from now on. */
function recordScripts(peer: Peer): () => Promise<FetchedFile[]> {
  const found: Promise<{ url: string; body: Uint8Array }>[] = [];
  const record = (response: HTTPResponse): void => {
    if (!/javascript/.test(response.headers()['content-type'] ?? '') || response.status() !== 200) return;
    found.push(response.buffer().then((body) => ({ url: response.url(), body })));
  };
  peer.page.on('response', record);
  return async () => {
    // What comes later is not counted, and may never be read: the page closes.
    peer.page.off('response', record);
    // The page holds nothing but the room: its first paint is ours.
    const late = new Set(await peer.page.evaluate(() => {
      const painted = performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN;
      return performance.getEntriesByType('resource').filter((entry) => !(entry.startTime < painted)).map((entry) => entry.name);
    }));
    return (await Promise.all(found)).map(({ url, body }) => ({
      name: new URL(url).pathname.replace(/^\//, ''), bytes: body.byteLength, gzip: gzipSync(body, { level: 9 }).byteLength, brotli: brotliCompressSync(body).byteLength,
      phase: late.has(url) ? 1 : 0,
    }));
  };
}

/** A first visit: the fake devices count as permitted, which would open the preview by itself. */
const NEVER_ASKED = `navigator.permissions.query = () => Promise.resolve(Object.assign(new EventTarget(), { state: 'prompt', onchange: null }));`;

async function enter(stage: Rig, nickname: string, html: string) {
  const peer = await stage.page(await stage.browser(), nickname, NEVER_ASKED);
  const scripts = recordScripts(peer);
  await peer.page.goto(stage.site.put(`/${nickname}.html`, html));
  await peer.waitForPart('nickname-input');
  await peer.click('nickname-input');
  await peer.page.keyboard.type(nickname);
  await peer.page.keyboard.press('Enter');
  await peer.waitForRoom('joined');
  return { peer, scripts };
}

/** gzip bytes by library: each file's share by the length its modules have in it before minification, so only nearly exact. */
function shares(files: readonly FetchedFile[]): [library: string, gzip: number][] {
  const report = new URL('../../.build/cdn-modules.json', import.meta.url);
  const modules = (existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : {}) as Record<string, Record<string, number>>;
  const sums = new Map<string, number>();
  for (const file of files) {
    const parts = Object.entries(modules[file.name] ?? { [file.name]: 1 });
    const whole = parts.reduce((sum, [, length]) => sum + length, 0);
    for (const [library, length] of parts) sums.set(library, (sums.get(library) ?? 0) + (file.gzip * length) / whole);
  }
  return [...sums].sort(([, a], [, b]) => b - a);
}

const sum = (files: readonly FetchedFile[], how: 'gzip' | 'brotli' = 'gzip') => files.reduce((total, file) => total + file[how], 0);

const stage = await Rig.start();
try {
  const room = uniqueRoom();
  const html = embedPage(`${stage.server.url}/rtc-elements.js`, `server="${stage.server.url}" room="${room}"`);
  const caller = await enter(stage, 'Caller', html);
  const callee = await enter(stage, 'Callee', html);
  await caller.peer.call('Callee');
  await callee.peer.accept();
  await Promise.all([caller.peer, callee.peer].map((peer) => peer.waitForCall('active', 20_000)));
  const lists = await Promise.all([caller.scripts(), callee.scripts()]);
  await expectLiveCall(caller.peer, callee.peer);

  // Caller and callee fetch the same but for a chunk or two: whoever fetches more counts.
  const files = sum(lists[0] ?? []) >= sum(lists[1] ?? []) ? lists[0] ?? [] : lists[1] ?? [];
  console.log('gzip KB   min. KB   fetched until   file');
  for (const file of files) console.log(`${kb(file.gzip).padStart(7)}   ${kb(file.bytes).padStart(7)}   ${BUDGETS[file.phase].until.padEnd(13)}   ${file.name}`);
  console.log('\ngzip KB   from (by share of each file)');
  for (const [library, bytes] of shares(files)) console.log(`${kb(bytes).padStart(7)}   ${library}`);
  console.log('');

  const totals = [sum(files.filter((file) => file.phase === 0)), sum(files)];
  BUDGETS.forEach((budget, index) => {
    const total = totals[index] ?? 0;
    const isOver = total > budget.bytes;
    console.log(`${kb(total).padStart(7)} KB until ${budget.until}: ${isOver ? 'OVER' : 'within'} ${kb(budget.bytes)} KB`);
    if (total <= budget.atMost || !process.argv.includes('--check')) return;
    console.log(`        and over the ${kb(budget.atMost)} KB it may have`);
    process.exitCode = 1;
  });
  console.log(`${kb(sum(files, 'brotli')).padStart(7)} KB of that by Brotli, which our server sends to browsers that take it`);
  if (totals[0] === 0) throw new Error('no script was seen: nothing was measured');
} finally {
  await stage.close();
}
