import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Peer } from '../e2e/rig/peer.js';
import { Rig, uniqueRoom } from '../e2e/rig/rig.js';
import { startChildServer } from './child-server.js';
import { startDelayProxy, type DelayProxy } from './delay-proxy.js';
import { median, ratioLine, spread } from './medians.js';

// Accept → first remote frame, the later of the two ends: ours against PeerJS as its documentation uses it (camera opened at accept, then the answer),
// with the signaling of both delayed. Every round has a fresh pair of pages for each variant and delay, in turning order.

/** Page to page, milliseconds, and the ratio to PeerJS that we want to reach there. */
const DELAYS = [
  { ms: 0, target: 0.90 },
  { ms: 50, target: 0.92 },
  { ms: 150, target: 0.95 },
] as const;

/** People do not answer at once; both sides have prepared what they prepare. */
const RINGING_MS = 1_000;
/** A fake camera gives a picture every 50 ms: without a spread over its period every round of a variant meets it at the same moment, early or late. */
const CAMERA_PERIOD_MS = 50;
const VARIANTS = ['ours', 'peerjs'] as const;
type Variant = (typeof VARIANTS)[number];

const ringing = () => new Promise((resolve) => setTimeout(resolve, RINGING_MS + Math.random() * CAMERA_PERIOD_MS));

/** Both pages: the moment of the next frame of the other's picture, by the clock that all pages of this machine share. */
const watchFirstFrame = (peer: Peer) => peer.page.evaluate(() => {
  const watch = () => {
    const video = rig.video('remote-video');
    if (video) video.requestVideoFrameCallback(() => (rig.marks['frame'] = performance.timeOrigin + performance.now()));
    else requestAnimationFrame(watch);
  };
  watch();
});

async function acceptToFrames(caller: Peer, callee: Peer): Promise<number> {
  await ringing();
  await Promise.all([caller, callee].map(watchFirstFrame));
  const acceptedAt = await callee.page.evaluate(() => {
    const now = performance.timeOrigin + performance.now();
    rig.part('accept-button')?.click();
    return now;
  });
  const frames = await Promise.all([caller, callee].map(async (peer) => {
    await peer.until('the first remote frame', () => rig.marks['frame'] !== undefined, [], 15_000);
    return peer.page.evaluate(() => rig.marks['frame'] ?? NaN);
  }));
  return Math.max(...frames) - acceptedAt;
}

async function ours(stage: Rig, port: number): Promise<number> {
  const [caller, callee] = await stage.openTogether(['Caller', 'Callee'], { room: uniqueRoom(), server: `http://localhost:${port}` });
  if (!caller || !callee) throw new Error('two pages are needed');
  await caller.call('Callee');
  await callee.waitForCall('incoming');
  return acceptToFrames(caller, callee);
}

/** PeerJS's own getting-started code, with a button in front of its answer. */
function peerJsPage(port: number, id: string): string {
  return `<!doctype html><meta charset="utf-8"><video part="remote-video" autoplay playsinline></video><button part="accept-button" hidden>Accept</button>
<script src="/peerjs.min.js"></script>
<script>
const video = document.querySelector('video'), button = document.querySelector('button');
const capture = () => navigator.mediaDevices.getUserMedia({ video: true, audio: true });
const show = (stream) => { if (video.srcObject !== stream) video.srcObject = stream; };
const peer = new Peer('${id}', { host: 'localhost', port: ${port}, path: '/', config: { iceServers: [] } });
peer.on('open', () => document.body.dataset.open = 'yes');
peer.on('call', (call) => {
  button.hidden = false;
  button.onclick = () => capture().then((stream) => { call.answer(stream); call.on('stream', show); });
});
globalThis.dial = (other) => capture().then((stream) => peer.call(other, stream).on('stream', show));
</script>`;
}

async function peerJs(stage: Rig, port: number): Promise<number> {
  const room = uniqueRoom();
  const browser = await stage.browser();
  const enter = async (name: string): Promise<Peer> => {
    const peer = await stage.page(browser, name);
    await peer.page.goto(stage.site.put(`/${room}-${name}.html`, peerJsPage(port, `${room}-${name}`)));
    await peer.until('PeerServer to answer', () => document.body.dataset['open'] === 'yes');
    return peer;
  };
  const [caller, callee] = await Promise.all([enter('caller'), enter('callee')]);
  await caller.page.evaluate((other) => (globalThis as unknown as { dial(id: string): Promise<void> }).dial(other), `${room}-callee`);
  await callee.waitForPart('accept-button');
  return acceptToFrames(caller, callee);
}

export async function benchCalls(rounds: number): Promise<void> {
  const stage = await Rig.start();
  const proxies: DelayProxy[] = [];
  const peerServer = await startChildServer('peerjs');
  try {
    stage.site.put('/peerjs.min.js', readFileSync(createRequire(import.meta.url).resolve('peerjs/dist/peerjs.min.js'), 'utf8'));
    // Fetches and compiles everything once, for both.
    const ports = new Map<string, number>();
    for (const { ms } of DELAYS) {
      for (const [variant, target] of [['ours', stage.server.port], ['peerjs', peerServer.port]] as const) {
        const proxy = await startDelayProxy(target, ms / 2);
        proxies.push(proxy);
        ports.set(`${variant} ${ms}`, proxy.port);
      }
    }
    const runs = { ours, peerjs: peerJs };
    const results = new Map<string, number[]>();
    for (let round = -1; round < rounds; round += 1) {
      for (const { ms } of DELAYS) {
        const order: readonly Variant[] = round % 2 === 0 ? VARIANTS : [...VARIANTS].reverse();
        for (const variant of order) {
          const key = `${variant} ${ms}`;
          const time = await runs[variant](stage, ports.get(key) ?? 0);
          await stage.closePeers();
          // The first round warms up.
          if (round >= 0) results.set(key, [...(results.get(key) ?? []), time]);
        }
      }
    }
    console.log(`accept → first remote frame, later of the two ends, ms: median [quartiles] of ${rounds} interleaved rounds`);
    for (const { ms, target } of DELAYS) {
      const mine = results.get(`ours ${ms}`) ?? [];
      const theirs = results.get(`peerjs ${ms}`) ?? [];
      console.log(`signaling ${String(ms).padStart(3)} ms: ours ${spread(mine)}, PeerJS ${spread(theirs)}; ${ratioLine(mine, theirs, target)}`);
    }
    if (Number.isNaN(median(results.get('ours 0') ?? []))) throw new Error('nothing was measured');
  } finally {
    await Promise.all(proxies.map((proxy) => proxy.close()));
    await peerServer.stop();
    await stage.close();
  }
}
