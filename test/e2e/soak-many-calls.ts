import { makeMany, toldMany } from './faults/many-calls.js';
import { Rig } from './rig/rig.js';

// `npm run soak:many-calls`: 600 calls and 600 rings that are not accepted, each between the same two pages; Chromium allows a page 500 connections at a time.

const stage = await Rig.start();
try {
  for (const kind of ['calls', 'rings'] as const) {
    console.log(toldMany(await makeMany(stage, kind, 600), 600, kind));
    await stage.closePeers();
  }
} finally {
  await stage.close();
}
