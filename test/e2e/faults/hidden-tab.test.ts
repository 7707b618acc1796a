import { afterEach, describe, it } from 'node:test';
import { useRig } from '../rig/rig.js';
import { stayHidden } from './hidden-tab.js';

const stage = useRig();
afterEach(() => stage().closePeers());

describe('A hidden tab', () => {
  it('is a member for 90 s, throttled as browsers do it, and then rings within 2 s', async (test) => {
    const { wakeUps, ringMs } = await stayHidden(stage(), 90_000, { minuteTimersAfterS: 10 });
    test.diagnostic(`a timer of 100 ms came ${wakeUps} times in 90 s, rang after ${Math.round(ringMs)} ms`);
  });
});
