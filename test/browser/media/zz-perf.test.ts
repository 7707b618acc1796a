import { closeAll, connect, pair, watch } from './two-peers.js';
const firstFrame = (stream: MediaStream) => new Promise<void>((resolve) => { const v = document.createElement('video'); v.muted = true; v.autoplay = true; v.srcObject = stream; document.body.append(v); v.requestVideoFrameCallback(() => { v.remove(); v.srcObject = null; resolve(); }); });
const cam = async (w: number, h: number) => (await navigator.mediaDevices.getUserMedia({ video: { width: w, height: h, frameRate: 30 } })).getVideoTracks()[0]!;
const median = (a: number[]) => a.sort((x, y) => x - y)[a.length >> 1]!.toFixed(0);
const results: Record<string, number[]> = {};
async function run(name: string, w: number, h: number, how: 'before' | 'after') {
  const { caller, callee } = pair();
  const t1 = await cam(w, h), t2 = t1.clone();
  void caller.peer.setTrack('video', t1);
  if (how === 'before') void callee.peer.setTrack('video', t2);
  const answer = await callee.peer.prepareAnswer(await caller.peer.offer());
  await new Promise((r) => setTimeout(r, 300));
  const t = performance.now();
  const done = Promise.all([firstFrame(caller.peer.remoteStream), firstFrame(callee.peer.remoteStream)]);
  const commit = callee.peer.commitAnswer(); void caller.peer.acceptAnswer(answer);
  await commit;
  if (how === 'after') await callee.peer.setTrack('video', t2);
  await done;
  (results[name] ??= []).push(performance.now() - t);
  t1.stop(); t2.stop(); closeAll();
  await new Promise((r) => setTimeout(r, 100));
}
it('perf', async () => {
  for (let i = 0; i < 9; i++) {
    await run('480 before', 640, 480, 'before');
    await run('480 after', 640, 480, 'after');
    await run('720 before', 1280, 720, 'before');
    await run('720 after', 1280, 720, 'after');
    await run('540 before', 960, 540, 'before');
  }
  for (const [k, v] of Object.entries(results)) console.log(k, median(v), v.map((x) => x.toFixed(0)).join(' '));
}).timeout(90000);
it('many connections', async () => {
  let failed = 0; const t = performance.now(); let slow = 0;
  for (let i = 0; i < 1200; i++) { const w = watch(); const t0 = performance.now(); try { await w.peer.offer(); } catch (e) { failed++; if (failed < 3) console.log(i, String(e)); } if (performance.now() - t0 > 50) slow++; w.peer.close(); }
  console.log('1200 offers, failed', failed, 'slow', slow, performance.now() - t);
}).timeout(90000);
