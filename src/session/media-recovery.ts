import { pause } from '../base/pause.js';
import type { PeerPort } from '../media/peer-port.js';
import type { RoomMembership } from './room-membership.js';
import type { SessionStore } from './session-store.js';

/** Media that brings nothing for so long stands still: sound alone comes every 20 ms. */
const SILENCE_MS = 700;

async function receivedBytes({ connection }: PeerPort): Promise<number> {
  let bytes = 0;
  const report = await connection?.getStats().catch(() => null);
  report?.forEach((entry: { type: string; bytesReceived?: number }) => (bytes += entry.type === 'inbound-rtp' ? (entry.bytesReceived ?? 0) : 0));
  return bytes;
}

/** ICE restarts: signaling first, then ICE, and none where the path has healed by itself. */
export class MediaRecovery {
  readonly #store: SessionStore;
  readonly #room: RoomMembership;
  /** Its restart waits for signaling. */
  #waiting: PeerPort | null = null;
  #restarts = 0;

  constructor(store: SessionStore, room: RoomMembership) {
    this.#store = store;
    this.#room = room;
  }

  /**
   * However long signaling takes, and with fresh credentials: an offer sent into a half-open socket is lost for good, and what is gathered while there is no
   * network is nothing. True: it has begun. `unless`: asked when it could begin. `rebuild`: instead, where the browsers cannot.
   */
  async restart(peer: PeerPort, unless: () => boolean, rebuild: () => void): Promise<boolean> {
    if (this.#waiting === peer) return false;
    this.#waiting = peer;
    const fresh = await this.#room.freshIceServers();
    if (this.#waiting !== peer) return false;
    this.#waiting = null;
    if (unless()) return false;
    this.#restarts++;
    if (!peer.restartIce(this.#store.options.iceServers ? undefined : (fresh ?? undefined))) rebuild();
    return true;
  }

  /** Nothing comes for a while, and something did before: somebody without microphone and camera sends nothing ever. */
  async isSilent(peer: PeerPort): Promise<boolean> {
    const before = await receivedBytes(peer);
    await pause(SILENCE_MS);
    return (await receivedBytes(peer)) === before && before > 0;
  }

  /** After a change of network a path that died shows nothing for another 6 s and does not heal by itself. True: nothing came for a while, nor has anybody seen to it. */
  async standsStill(peer: PeerPort): Promise<boolean> {
    const restarts = this.#restarts;
    return (await this.isSilent(peer)) && this.#restarts === restarts;
  }
}
