import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { figuresOf, keepFigures } from '../../../src/media/call-figures.js';
import type { QualitySample } from '../../../src/media/call-quality.js';

type Entry = { id: string; type: string } & Record<string, unknown>;
const sample = (atMs: number): QualitySample => (
  { atMs, connected: true, arrived: 1, receivingLoss: 0, sendingLoss: 0.01, rttMs: 30, availableBps: null, isLimited: false, isRelayed: true }
);
const reportOf = (entries: Entry[]) => new Map(entries.map((entry) => [entry.id, { timestamp: 0, ...entry }]));
/** As Chromium reports it. */
const report = (sent: number, received: number, fps = 30) => reportOf([
  { id: 'T', type: 'transport', selectedCandidatePairId: 'P' }, { id: 'P', type: 'candidate-pair', localCandidateId: 'L' },
  { id: 'L', type: 'local-candidate', protocol: 'udp', relayProtocol: 'tls' },
  { id: 'CV', type: 'codec', mimeType: 'video/VP8' }, { id: 'CA', type: 'codec', mimeType: 'audio/opus' },
  { id: 'OV', type: 'outbound-rtp', kind: 'video', bytesSent: sent, frameWidth: 1280, frameHeight: 720, framesPerSecond: fps, codecId: 'CV' },
  { id: 'OA', type: 'outbound-rtp', kind: 'audio', bytesSent: 0, codecId: 'CA' },
  { id: 'IV', type: 'inbound-rtp', kind: 'video', bytesReceived: received },
]);
const connection = () => ({}) as RTCPeerConnection;

describe('the figures of a connection', () => {
  it('are none without one, and before the first', () => {
    assert.deepEqual([figuresOf(null), figuresOf(connection())], [[], []]);
  });

  it('say what goes which way, with bits per second from the second on', () => {
    const of = connection();
    keepFigures(of, report(1_000, 0), sample(1_000));
    keepFigures(of, report(251_000, 125_000), sample(3_000));
    const [first, second] = figuresOf(of);
    assert.deepEqual([first?.sending.bps, second?.sending.bps, second?.receiving.bps], [null, 1_000_000, 500_000]);
    const { sending, receiving, ...rest } = second!;
    assert.deepEqual(rest, { atMs: 3_000, rttMs: 30, sendingLoss: 0.01, receivingLoss: 0, isRelayed: true, protocol: 'tls' });
    assert.deepEqual(sending, { bps: 1_000_000, width: 1280, height: 720, framesPerSecond: 30, videoCodec: 'VP8', audioCodec: 'opus' });
    assert.deepEqual([receiving.width, receiving.videoCodec], [null, null]);
  });

  it('show no picture where none moves', () => {
    const of = connection();
    keepFigures(of, report(0, 0, 0), sample(1_000));
    assert.deepEqual([figuresOf(of)[0]?.sending.width, figuresOf(of)[0]?.sending.framesPerSecond], [null, null]);
  });

  it('reach five minutes back', () => {
    const of = connection();
    for (let each = 0; each < 200; each++) keepFigures(of, report(each, each), sample(each * 2_000));
    assert.deepEqual([figuresOf(of).length, figuresOf(of)[0]?.atMs], [150, 100_000]);
  });

  it('are another array after each, so that who draws sees the change', () => {
    const of = connection();
    keepFigures(of, report(0, 0), sample(1_000));
    const before = figuresOf(of);
    keepFigures(of, report(0, 0), sample(3_000));
    assert.notEqual(figuresOf(of), before);
    assert.equal(before.length, 1);
  });
});
