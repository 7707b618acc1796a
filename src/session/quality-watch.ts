import { keepFigures } from '../media/call-figures.js';
import { readTotals, toSample, type StatsTotals } from '../media/call-stats.js';
import { applyLimits, sendsVideo } from '../media/sender-limits.js';
import { UNJUDGED, judge } from '../media/quality-judge.js';
import { FREE, limitsOf, stepLadder, videoOf, type VideoLimits } from '../media/video-ladder.js';
import type { QualitySample } from '../media/call-quality.js';
import type { WatchedCalls, WatchedMedia } from './call-parts.js';
import { spanOf } from './call-span.js';
import { holdsPictureBack, NO_QUALITY, sendsPicture } from './session-snapshot.js';
import type { SessionStore } from './session-store.js';

// Part of the lazy chunk of a call under way: looks at its connection every two seconds, says how it is, and holds the own picture back so that the sound gets through.

const INTERVAL_MS = 2_000;
const UNLIMITED: VideoLimits = {};

export function watchQuality(callId: string, store: SessionStore, calls: WatchedCalls, media: WatchedMedia): void {
  const span = spanOf(callId, store, calls);
  if (!span) return;
  const { ended } = span;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let connection: RTCPeerConnection | null = null;
  let totals: StatsTotals | null = null;
  let memory = UNJUDGED;
  let ladder = FREE;
  let limits = UNLIMITED;
  // No answer from a connection that is gone: a sample of nothing.
  const silence = (): QualitySample => (
    { atMs: performance.now(), connected: false, arrived: 0, receivingLoss: null, sendingLoss: null, rttMs: null, availableBps: null, isLimited: false, isRelayed: null }
  );

  async function sample(): Promise<QualitySample | null> {
    const now = calls.peer?.connection ?? null;
    if (now !== connection) {
      // Another connection knows nothing of limits and counts from zero.
      connection = now;
      totals = null;
      ladder = FREE;
      limits = UNLIMITED;
      media.holdVideo(false);
    }
    const report = await connection?.getStats().catch(() => null);
    if (ended.aborted) return null;
    if (!connection || !report) return silence();
    const before = totals;
    totals = readTotals(report, before);
    const seen = before && toSample(before, totals, connection.connectionState === 'connected');
    if (seen) keepFigures(connection, report, seen);
    return seen;
  }

  function yieldVideo(seen: QualitySample): void {
    if (!connection) return;
    // An attribute may say anything.
    const priority = store.options.priority === 'video' ? 'video' : 'audio';
    const { screen, remoteMedia } = store.snapshot;
    const isRefused = remoteMedia.audioOnly === true;
    ladder = stepLadder(ladder, seen, priority, !isRefused && sendsVideo(connection));
    const yielded = limitsOf(ladder, priority, screen.state === 'on');
    media.holdVideo(Boolean(yielded.isPaused));
    // Nobody looks at it over there.
    const next = isRefused ? { ...yielded, isPaused: true } : yielded;
    if (JSON.stringify(next) === JSON.stringify(limits)) return;
    limits = next;
    // A browser that cannot goes on as it is: its own congestion control does what it can.
    applyLimits(connection, next).catch(() => {});
  }

  function tell(seen: QualitySample): void {
    const { remoteMedia, camera, screen } = store.snapshot;
    const isShown = !remoteMedia.audioOnly && (camera.state === 'on' || screen.state === 'on');
    memory = judge(memory, seen, {
      isReceiving: remoteMedia.audio || sendsPicture(remoteMedia),
      video: isShown ? videoOf(limits) : 'full',
      isRemotePaused: holdsPictureBack(remoteMedia),
    });
    const { verdict } = memory;
    if (verdict === store.snapshot.quality || verdict === UNJUDGED.verdict) return;
    store.show({ quality: verdict });
    store.emit('rtc-quality', verdict);
  }

  async function turn(): Promise<void> {
    const seen = await sample();
    if (ended.aborted) return;
    if (seen) {
      yieldVideo(seen);
      tell(seen);
    }
    timer = setTimeout(() => void turn(), INTERVAL_MS);
  }

  ended.addEventListener('abort', () => {
    clearTimeout(timer);
    store.show({ quality: NO_QUALITY });
  });
  void turn();
}
