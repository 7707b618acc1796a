import type { QualitySample } from './call-quality.js';
import { numberOf, readReport, sumOf, type StatsEntry, type StatsReport } from './call-stats.js';

// What a connection carries, for people who want to see it: read from the same reports as the quality, none is asked for twice.

export interface StreamFigures {
  /** Bits per second since the figures before; null for the first. */
  readonly bps: number | null;
  /** Of the picture; null where none goes this way. */
  readonly width: number | null;
  readonly height: number | null;
  readonly framesPerSecond: number | null;
  /** As in `VP8`. */
  readonly videoCodec: string | null;
  readonly audioCodec: string | null;
}

/** Null: this browser does not say. */
export interface CallFigures {
  readonly atMs: number;
  readonly rttMs: number | null;
  /** Shares, 0 to 1. */
  readonly sendingLoss: number | null;
  readonly receivingLoss: number | null;
  readonly isRelayed: boolean | null;
  /** `udp`, `tcp` or, to a relay, `tls`. */
  readonly protocol: string | null;
  readonly sending: StreamFigures;
  readonly receiving: StreamFigures;
}

interface Counted {
  readonly figures: CallFigures[];
  sentBytes: number;
  receivedBytes: number;
}

/** Five minutes of every two seconds. */
export const MAX_FIGURES = 150;
const kept = new WeakMap<RTCPeerConnection, Counted>();
const NONE: readonly CallFigures[] = [];

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** Of the last five minutes, oldest first; empty before the first. A new array with each new figure. */
export const figuresOf = (connection: RTCPeerConnection | null): readonly CallFigures[] => (connection && kept.get(connection)?.figures) ?? NONE;

export function keepFigures(connection: RTCPeerConnection, report: StatsReport, { atMs, rttMs, sendingLoss, receivingLoss, isRelayed }: QualitySample): void {
  const { ofType, at, pair } = readReport(report);
  const before = kept.get(connection);
  const last = before?.figures.at(-1);

  const codecOf = (stream: StatsEntry | undefined): string | null => textOf(at(stream?.['codecId'])?.['mimeType'])?.split('/')[1] ?? null;
  const figuresOfStreams = (streams: readonly StatsEntry[], bytes: number, bytesBefore: number | undefined): StreamFigures => {
    // The largest, where the camera goes beside something else.
    const [video] = streams.filter(({ kind }) => kind === 'video').sort((a, b) => (numberOf(b['frameWidth']) ?? 0) - (numberOf(a['frameWidth']) ?? 0));
    const isMoving = (numberOf(video?.['framesPerSecond']) ?? 0) > 0;
    return {
      bps: last && bytesBefore !== undefined && atMs > last.atMs ? Math.max(0, ((bytes - bytesBefore) * 8000) / (atMs - last.atMs)) : null,
      width: isMoving ? numberOf(video?.['frameWidth']) : null,
      height: isMoving ? numberOf(video?.['frameHeight']) : null,
      framesPerSecond: isMoving ? numberOf(video?.['framesPerSecond']) : null,
      videoCodec: isMoving ? codecOf(video) : null,
      audioCodec: codecOf(streams.find(({ kind }) => kind === 'audio')),
    };
  };
  const outbound = ofType('outbound-rtp');
  const inbound = ofType('inbound-rtp');
  const sentBytes = sumOf(outbound, 'bytesSent');
  const receivedBytes = sumOf(inbound, 'bytesReceived');
  const local = at(pair?.['localCandidateId']);
  const figures: CallFigures = {
    atMs, rttMs, sendingLoss, receivingLoss, isRelayed,
    protocol: textOf(local?.['relayProtocol']) ?? textOf(local?.['protocol']),
    sending: figuresOfStreams(outbound, sentBytes, before?.sentBytes),
    receiving: figuresOfStreams(inbound, receivedBytes, before?.receivedBytes),
  };
  kept.set(connection, { figures: [...(before?.figures ?? NONE), figures].slice(-MAX_FIGURES), sentBytes, receivedBytes });
}
