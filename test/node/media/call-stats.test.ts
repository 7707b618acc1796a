import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readTotals, toSample, type StatsTotals } from '../../../src/media/call-stats.js';

type Entry = { id: string; type: string } & Record<string, unknown>;
const totals = (timestamp: number, entries: Entry[] = [], before: StatsTotals | null = null) => readTotals(new Map(entries.map((entry) => [entry.id, { timestamp, ...entry }])), before);

/** As Chromium reports a call; figures that grow are given by their totals. */
const chromium = (at: number, { received = 0, lost = 0, sent = 0, again = 0, missed = 0, reportedAt = at, local = 'host' } = {}, before: StatsTotals | null = null) => totals(at, [
  { id: 'T', type: 'transport', selectedCandidatePairId: 'CP2' },
  { id: 'CP1', type: 'candidate-pair', state: 'succeeded', nominated: true, localCandidateId: 'L2', remoteCandidateId: 'R', currentRoundTripTime: 9 },
  { id: 'CP2', type: 'candidate-pair', state: 'succeeded', nominated: true, localCandidateId: 'L', remoteCandidateId: 'R', currentRoundTripTime: 0.02, availableOutgoingBitrate: 300_000 },
  { id: 'L', type: 'local-candidate', candidateType: local }, { id: 'L2', type: 'local-candidate', candidateType: 'relay' }, { id: 'R', type: 'remote-candidate', candidateType: 'prflx' },
  { id: 'IA', type: 'inbound-rtp', kind: 'audio', packetsReceived: received, packetsLost: lost }, { id: 'IV', type: 'inbound-rtp', kind: 'video', packetsReceived: received, packetsLost: lost },
  { id: 'OV', type: 'outbound-rtp', kind: 'video', qualityLimitationReason: 'bandwidth', packetsSent: sent + again, retransmittedPacketsSent: again },
  { id: 'RV', type: 'remote-inbound-rtp', kind: 'video', timestamp: reportedAt, localId: 'OV', packetsLost: missed, fractionLost: 0, roundTripTime: 0.5 },
], before);

describe('a sample of a call', () => {
  it('has what has happened since the last one, of sound and picture together', () => {
    const sample = toSample(chromium(1_000, { received: 100, lost: 10 }), chromium(3_000, { received: 190, lost: 20, sent: 40, again: 15, missed: 10 }), true);
    assert.deepEqual(sample, {
      atMs: 3_000, connected: true, arrived: 180, receivingLoss: 0.1, sendingLoss: 0.25, rttMs: 20, availableBps: 300_000, isLimited: true, isRelayed: false,
    });
  });

  it('knows no loss of what it sends without a new report of the other side, and none of what comes where nothing came', () => {
    const { receivingLoss, sendingLoss, arrived } = toSample(chromium(1_000, { sent: 10 }), chromium(3_000, { sent: 50, reportedAt: 1_000 }, chromium(1_000, { sent: 10 })), true);
    assert.deepEqual({ receivingLoss, sendingLoss, arrived }, { receivingLoss: null, sendingLoss: null, arrived: 0 });
  });

  it('compares a report that comes late with all that was sent since the one before', () => {
    const first = chromium(1_000, { sent: 100, missed: 0 });
    const second = chromium(3_000, { sent: 200, missed: 0, reportedAt: 1_000 }, first);
    const third = chromium(5_000, { sent: 300, missed: 60 }, second);
    assert.equal(toSample(first, second, true).sendingLoss, null);
    assert.equal(toSample(second, third, true).sendingLoss, 0.3);
  });

  it('takes packets that came late for no loss below nothing', () => {
    assert.equal(toSample(chromium(1_000, { received: 100, lost: 5 }), chromium(3_000, { received: 200, lost: 3 }), true).receivingLoss, 0);
  });

  it('sees a relay on the path that is used, not on one that is not', () => {
    assert.equal(chromium(0, { local: 'host' }).isRelayed, false);
    assert.equal(chromium(0, { local: 'relay' }).isRelayed, true);
  });

  it('is taken from what Firefox reports: no transport, a selected pair, the round trip from the other side', () => {
    const { rttMs, availableBps, isLimited, isRelayed } = totals(1_000, [
      { id: 'p1', type: 'candidate-pair', state: 'succeeded', nominated: true, selected: false, localCandidateId: 'x', remoteCandidateId: 'x' },
      { id: 'p2', type: 'candidate-pair', state: 'succeeded', nominated: true, selected: true, localCandidateId: 'l', remoteCandidateId: 'r' },
      { id: 'l', type: 'local-candidate', candidateType: 'srflx' }, { id: 'r', type: 'remote-candidate', candidateType: 'relay' },
      { id: 'ra', type: 'remote-inbound-rtp', kind: 'audio', roundTripTime: 0.08 }, { id: 'rv', type: 'remote-inbound-rtp', kind: 'video', roundTripTime: 0.05 },
    ]);
    assert.deepEqual({ rttMs, availableBps, isLimited, isRelayed }, { rttMs: 50, availableBps: null, isLimited: false, isRelayed: true });
  });

  it('of an empty report knows nothing', () => {
    assert.deepEqual(toSample(totals(0), totals(2_000), true), {
      atMs: 0, connected: true, arrived: 0, receivingLoss: null, sendingLoss: null, rttMs: null, availableBps: null, isLimited: false, isRelayed: null,
    });
  });
});
