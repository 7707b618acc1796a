import { NetworkStage } from './network-stage.js';
import { elapse, longestGap, watchOf, firstFrameAfter } from './network-watch.js';
const stage = await NetworkStage.start();
process.once('SIGINT', () => process.exit(1));
const mode = process.argv[2] ?? 'unplug'; const secs = (process.argv[3] ?? '2').split(',').map(Number);
try {
  await stage.startServer();
  const [ana, ben] = await stage.inCall('Ana', 'Ben');
  console.log('in call');
  for (const s of secs) {
    await elapse(3000);
    const t0 = Date.now();
    mode === 'unplug' ? ben.host.unplug() : mode==='cut' ? ben.host.cut() : ben.host.moveTo(150 + Math.floor(Math.random()*90));
    if (mode !== 'move') { await elapse(s * 1000); mode === 'unplug' ? ben.host.plug() : ben.host.mend(); }
    const t1 = Date.now();
    await Promise.all([ana, ben].map(async ({ peer }) => { try { await firstFrameAfter(peer, t1, 30_000); } catch (e) { console.log(String((e as Error).message).slice(0, 300)); } }));
    await elapse(1500);
    for (const { peer } of [ana, ben]) {
      const w = await watchOf(peer);
      console.log(peer.nickname, mode, s, 'back', (w.frames.find(f => f > t1) ?? 0) - t1, 'gap', longestGap(w.frames, t0 - 500, Date.now()), 'desc', w.descriptions, JSON.stringify(w.states.filter(x => x.at >= t0).map(x => [x.what, x.state, x.reason, x.at - t1])));
      console.log(JSON.stringify(await peer.page.evaluate((t) => [navigator.onLine, rig.events.filter(e => e.type !== 'rtc-call-state' && e.type !== 'rtc-members' && e.type!=='rtc-media').map(e => [e.type, e.detail, Math.round(performance.timeOrigin + e.atMs - t)]).slice(-8)], t1)));
    }
  }
} finally { await stage.close(); }
