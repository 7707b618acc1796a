import { stayHidden } from './faults/hidden-tab.js';
import { Rig } from './rig/rig.js';

// `npm run soak:hidden-tab`: six minutes, so that Chromium's own five until it throttles harder are past; `npm test` has 90 s.

const stage = await Rig.start();
try {
  const { wakeUps, hiddenMs, ringMs } = await stayHidden(stage, 6 * 60_000, {});
  console.log(`hidden for ${(hiddenMs / 1000).toFixed(0)} s: a timer of 100 ms came ${wakeUps} times, still a member, rang after ${Math.round(ringMs)} ms`);
} finally {
  await stage.close();
}
