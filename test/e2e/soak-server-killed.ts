import { Rig } from './rig/rig.js';
import { surviveOutage, told } from './faults/server-outage.js';

// `npm run soak:server-killed`: the server away for a minute during a call; `npm test` has 0.5, 3 and 15 s.

const stage = await Rig.start();
try {
  console.log(`server away for 60 s: ${told(await surviveOutage(stage, 60_000))}`);
} finally {
  await stage.close();
}
