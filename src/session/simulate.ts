import { randomId } from '../base/random-id.js';
import { RtcError } from '../base/rtc-error.js';
import type { JoinedSession } from './joined-session.js';
import type { SimulatedFault } from './session-api.js';

// What `simulate()` does: levers for the tests of pages that embed us, a chunk of its own. Each does the damage itself and tells nobody more than the real fault would;
// what follows is the same code that runs when it happens by itself.

/** After an announced stop the server names a delay, so that not everybody comes back at once. */
const DRAIN_MS = 1_000;
/** Shorter than the return window, as somebody who goes back at once. */
const AWAY_MS = 2_000;

const FAULTS: { readonly [fault in SimulatedFault]: (session: JoinedSession) => void } = {
  'drop-signaling': ({ room }) => room.signaling?.drop(),
  'half-open': ({ room }) => room.signaling?.strand(),
  'server-drain': ({ room }) => room.signaling?.drain(DRAIN_MS),
  'lose-session': ({ room: { signaling } }) => {
    // To the server somebody it has never seen: what it would know them by is gone, except the signed ticket, of which only its successor makes something.
    if (signaling?.ticket) Object.assign(signaling.ticket, { sessionId: randomId(), secret: randomId(32) });
    signaling?.drop();
  },
  'ice-fail': ({ calls }) => {
    const { peer } = calls;
    if (!peer) throw new RtcError('call-not-found');
    // An ICE restart towards nowhere would do no harm: Chromium keeps the old path for as long as the new one does not work (measured; Firefox does not). A closed
    // connection is dead in every browser, for both sides, and neither is told: the other notices by itself after 5 s (Chromium) to 11 s (Firefox). Here the browser
    // says nothing of a connection that was closed, so that we say what it says of a dead one.
    peer.close();
    calls.onState('failed');
  },
  'peer-unload': (session) => {
    // Into the back/forward cache, where a page hears nothing, and out of it.
    session.handleEvent({ type: 'pagehide', persisted: true });
    session.room.signaling?.strand();
    setTimeout(() => session.handleEvent({ type: 'pageshow', persisted: true }), AWAY_MS);
  },
};

export function simulate(joined: JoinedSession | null, fault: SimulatedFault): void {
  const inject = Object.hasOwn(FAULTS, fault) ? FAULTS[fault] : null;
  if (!inject) throw new RtcError('unavailable', { message: `There is no fault “${String(fault)}” to simulate, only ${Object.keys(FAULTS).join(', ')}.` });
  if (!joined?.room.signaling) throw new RtcError('not-joined');
  inject(joined);
}
