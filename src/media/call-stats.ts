import type { QualitySample } from './call-quality.js';

// What getStats() says (https://www.w3.org/TR/webrtc-stats/), as one sample: totals of now, compared with those of before. Browsers leave out different fields: Firefox
// has no `transport`, no bandwidth estimate and the round trip in the other side's reports only.

export type StatsEntry = { readonly id: string; readonly type: string; readonly timestamp: number } & Readonly<Record<string, unknown>>;
/** An RTCStatsReport, or a Map in its place. */
export interface StatsReport {
  forEach(visit: (entry: StatsEntry) => void): void;
}

/**
 * What the other side last said of a stream: when, how many packets it misses, and how many had been sent when it was heard. (Not `fractionLost`: of pictures Chromium
 * reports 0, 0 and 0.66 in turn where every third packet is dropped, measured.)
 */
interface Reported {
  readonly atMs: number;
  readonly lost: number;
  readonly sent: number;
}

export interface StatsTotals {
  readonly atMs: number;
  readonly received: number;
  readonly lost: number;
  /** By stream of ours. */
  readonly reported: ReadonlyMap<string, Reported>;
  readonly rttMs: number | null;
  readonly availableBps: number | null;
  readonly isLimited: boolean;
  readonly isRelayed: boolean | null;
}

export const numberOf = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null);
/** Nothing counts as 0. */
export const sumOf = (from: readonly StatsEntry[], field: string): number => from.reduce((total, entry) => total + (numberOf(entry[field]) ?? 0), 0);
const toMs = (seconds: number | null): number | null => (seconds === null ? null : seconds * 1000);

/** A report by id and type, with the pair of candidates that is in use. */
export function readReport(report: StatsReport) {
  const entries = new Map<string, StatsEntry>();
  report.forEach((entry) => entries.set(entry.id, entry));
  const all = [...entries.values()];
  const ofType = (type: string): StatsEntry[] => all.filter((entry) => entry.type === type);
  const at = (id: unknown): StatsEntry | undefined => entries.get(String(id));
  const pairs = ofType('candidate-pair');
  const pair = ofType('transport').map((transport) => at(transport['selectedCandidatePairId'])).find(Boolean)
    ?? pairs.find((each) => each['selected'] === true) ?? pairs.find((each) => each['nominated'] === true && each['state'] === 'succeeded');
  return { all, ofType, at, pair };
}

/** `before`: the last ones of the same connection. */
export function readTotals(report: StatsReport, before: StatsTotals | null = null): StatsTotals {
  const { all, ofType, at, pair } = readReport(report);
  const inbound = ofType('inbound-rtp');
  const remote = ofType('remote-inbound-rtp');
  const ends = pair ? [at(pair['localCandidateId']), at(pair['remoteCandidateId'])] : [];
  const reported = remote.flatMap((entry) => {
    const lost = numberOf(entry['packetsLost']);
    const own = at(entry['localId']);
    const sent = numberOf(own?.['packetsSent']);
    if (lost === null || sent === null) return [];
    const known = before?.reported.get(entry.id);
    // Sent once more is not sent more.
    const first = sent - (numberOf(own?.['retransmittedPacketsSent']) ?? 0);
    return [[entry.id, known?.atMs === entry.timestamp ? known : { atMs: entry.timestamp, lost, sent: first }] as const];
  });
  const roundTrips = remote.map((entry) => numberOf(entry['roundTripTime'])).filter((seconds) => seconds !== null);
  return {
    atMs: Math.max(0, ...all.map(({ timestamp }) => timestamp)),
    received: sumOf(inbound, 'packetsReceived'),
    lost: sumOf(inbound, 'packetsLost'),
    reported: new Map(reported),
    rttMs: toMs(numberOf(pair?.['currentRoundTripTime']) ?? (roundTrips.length > 0 ? Math.min(...roundTrips) : null)),
    availableBps: numberOf(pair?.['availableOutgoingBitrate']),
    isLimited: ofType('outbound-rtp').some((entry) => entry['qualityLimitationReason'] === 'bandwidth'),
    isRelayed: ends.some(Boolean) ? ends.some((end) => end?.['candidateType'] === 'relay') : null,
  };
}

export function toSample(before: StatsTotals, now: StatsTotals, connected: boolean): QualitySample {
  const arrived = Math.max(0, now.received - before.received);
  // A packet that came late takes its loss back.
  const lost = Math.max(0, now.lost - before.lost);
  let sent = 0;
  let missed = 0;
  for (const [id, report] of now.reported) {
    const last = before.reported.get(id);
    if (!last || report.sent <= last.sent) continue;
    sent += report.sent - last.sent;
    missed += Math.max(0, report.lost - last.lost);
  }
  const { atMs, rttMs, availableBps, isLimited, isRelayed } = now;
  return {
    atMs, connected, arrived, rttMs, availableBps, isLimited, isRelayed,
    receivingLoss: arrived + lost > 0 ? lost / (arrived + lost) : null,
    sendingLoss: sent > 0 ? Math.min(1, missed / sent) : null,
  };
}
