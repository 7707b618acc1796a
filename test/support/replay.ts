import type { Call } from '../../src/call/call-state.js';
import type { PeerPort } from '../../src/media/peer-port.js';
import { CallDriver } from '../../src/session/call-driver.js';
import { writeDump, type FlightDump, type FlightNote } from '../../src/session/flight-recorder.js';
import type { OwnMedia } from '../../src/session/own-media.js';
import type { CallNews, RoomMembership } from '../../src/session/room-membership.js';
import { SessionStore } from '../../src/session/session-store.js';

// A dump played again: the driver and the machine are real and hear exactly what the dump says, at its times; whatever the driver asks for is never answered, so that
// nothing happens but what was recorded.

/** A file of test/fixtures/replays. */
export interface Replay {
  /** What went wrong once, in a sentence. */
  readonly story: string;
  readonly dump: FlightDump;
}

/** At the time of the entry that is played. */
class RecordedTime extends SessionStore {
  at = 0;
  override now(): number {
    return this.at;
  }
}

const never = <T>(): Promise<T> => new Promise<T>(() => {});
const nothing = (): void => {};

const silentPeer = (): PeerPort => ({
  offer: never, acceptAnswer: never, prepareAnswer: never, commitAnswer: never, rollback: never, acceptDescription: never, setTrack: never,
  addCandidates: nothing, sendControl: nothing, restartIce: () => true, showVideo: nothing, close: nothing,
  remoteStream: null as never, connection: null,
});

/** The dump of a driver to which the same happens. Equal to the one played, unless the code has changed what it does. */
export function playAgain(dump: FlightDump): FlightDump {
  const store = new RecordedTime({});
  const room = { request: never, freshIceServers: never, hurry: nothing, welcome: null } as unknown as RoomMembership;
  const media = { open: never, close: nothing, attach: nothing, tell: nothing } as unknown as OwnMedia;
  const driver = new CallDriver(store, silentPeer, room, media, { stepped: nothing, heard: nothing, refused: () => false });
  for (const { at, event, from, call, effects, ...note } of dump.entries) {
    store.at = at;
    if (from) driver.call = from as unknown as Call;
    if (event) driver.apply(event as unknown as CallNews);
    else store.record(note as FlightNote);
  }
  driver.dispose();
  const { startedAt, roomState, callState } = dump;
  return { ...writeDump(store), startedAt, roomState, callState };
}
