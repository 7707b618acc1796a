import { openCanvasMedia } from './canvas-media.js';
import { closeAll, connect, connected, pair, type Watched } from './two-peers.js';
const ufrag = ({ peer }: Watched): string | undefined => /^a=ice-ufrag:(.*)$/m.exec(peer.connection?.currentLocalDescription?.sdp ?? '')?.[1];
it('debug', async () => {
  const media = openCanvasMedia();
  const { caller, callee } = pair();
  void caller.peer.setTrack('video', media.video);
  await connect({ caller, callee });
  await connected(caller, callee);
  const t0 = performance.now();
  const log: string[] = [];
  const say = (s: string) => log.push(`${Math.round(performance.now() - t0)} ${s}`);
  for (const [name, w] of [['caller', caller], ['callee', callee]] as const) {
    const c = w.peer.connection!;
    c.addEventListener('signalingstatechange', () => say(`${name} sig ${c.signalingState}`));
    c.addEventListener('connectionstatechange', () => say(`${name} conn ${c.connectionState}`));
    c.addEventListener('negotiationneeded', () => say(`${name} nn`));
    const { push } = w.descriptions;
    w.descriptions.push = (...d) => { say(`${name} says ${d[0]!.type} ${/ufrag:(.*)/.exec(d[0]!.sdp)?.[1]}`); return push.apply(w.descriptions, d); };
    w.failures.push = (...f) => { say(`${name} FAIL ${(f[0] as Error)?.cause}`); return 0; };
    const cp = w.candidates.push;
    w.candidates.push = (...d) => { say(`${name} cands ${d[0]!.map((x) => x.usernameFragment+':'+x.candidate.slice(0, 14))}`); return cp.apply(w.candidates, d); };
  }
  for (let round = 0; round < 20; round++) {
    say(`--- round ${round}`);
    const before = [caller, callee].map(ufrag);
    caller.peer.restartIce(); callee.peer.restartIce();
    const end = performance.now() + 2500;
    while (performance.now() < end && !([caller, callee].every((s, i) => ufrag(s) !== before[i] && s.peer.connection?.signalingState === 'stable' && s.peer.state === 'connected'))) await new Promise((r) => setTimeout(r, 10));
    if (performance.now() >= end) { say('STUCK ' + [caller, callee].map((s) => s.peer.connection?.signalingState + s.peer.state)); break; }
  }
  console.log(log.join('\n'));
  closeAll(); media.stop();
}).timeout(30000);
