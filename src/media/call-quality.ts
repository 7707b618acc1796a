// How good a call's network is, in words that people use. The judge and the ladder decide from samples, call-stats.ts takes them from the connection.

/**
 * `excellent`: nothing to notice. `good`: somebody attentive notices. `poor`: sound or picture suffer, or the picture is paused so that the sound does not.
 * `lost`: nothing arrives. `unknown`: no call, or nothing measured yet.
 */
export type QualityLevel = 'excellent' | 'good' | 'poor' | 'lost' | 'unknown';

/**
 * Why, worst first: packets that this side sends or should receive are lost, the round trip is long, the network carries less than the picture needs; nothing
 * arrives; the own picture is sent smaller, or not at all, or the other side holds theirs back. Last, always: whether media goes through a relay.
 */
export type QualityReason =
  | 'nothing-arrives' | 'loss-sending' | 'loss-receiving' | 'round-trip' | 'bitrate' | 'video-paused' | 'remote-video-paused' | 'video-reduced' | 'relayed' | 'direct';

export interface CallQuality {
  readonly level: QualityLevel;
  readonly reasons: readonly QualityReason[];
  /** Milliseconds there and back when the level or the reasons last changed; null where nobody knows. */
  readonly rttMs: number | null;
}

/** What the network did since the sample before. Null: not known, in this browser or at this moment. */
export interface QualitySample {
  readonly atMs: number;
  /** The connection counts itself as connected. */
  readonly connected: boolean;
  /** RTP packets that came. */
  readonly arrived: number;
  /** Shares, 0 to 1, of packets lost on the way here, and there (as the other side reports; it does so every second or so, for sound alone every five). */
  readonly receivingLoss: number | null;
  readonly sendingLoss: number | null;
  readonly rttMs: number | null;
  /** What the congestion control thinks this side may send, bits per second (Chromium only). */
  readonly availableBps: number | null;
  /** The picture would be better if the network carried more. */
  readonly isLimited: boolean;
  readonly isRelayed: boolean | null;
}
