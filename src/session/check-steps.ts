import { pause } from '../base/pause.js';
import { randomId } from '../base/random-id.js';
import { RtcError, toRtcError } from '../base/rtc-error.js';
import { probeAddresses, probeMeeting } from '../media/connection-probe.js';
import { createLocalMedia } from '../media/local-media.js';
import { playTone } from '../media/test-tone.js';
import { createTransportFor } from '../signaling/create-transport.js';
import { parseServer } from '../signaling/server-url.js';
import { createSignalingClient } from '../signaling/signaling-client.js';
import { askToken } from './ask-token.js';
import { captures } from './captures.js';
import type { CheckCode, CheckName, CheckOptions, CheckStep } from './check-step.js';
import { CHECK_FINDINGS, CHECK_NAMES } from './check-texts.js';
import { defaultServer } from './default-server.js';
import { chosenConstraints, findChosen, readChoices } from './device-choices.js';

// A lazy chunk: checking whether calls will work, before there is one. In English: elements/languages/explain-check.ts has the other languages.

const SERVER_TIMEOUT_MS = 12_000;
const ICE_TIMEOUT_MS = 10_000;
const PICTURE_TIMEOUT_MS = 5_000;
/** Addresses are found in no time, but for a STUN server that does not answer: it is asked for another ten seconds. */
const UNANSWERED_MS = 4_000;

type Outcome = { readonly code: CheckCode; readonly error?: RtcError };
/** Where a step could not even be taken. */
const UNABLE: Record<CheckName, CheckCode> = {
  microphone: 'microphone-failed', camera: 'camera-failed', speaker: 'speaker-failed', server: 'server-failed', direct: 'direct-blocked', relay: 'relay-unreachable',
};
const failed = (code: CheckCode, error: unknown): Outcome => ({ code, error: toRtcError(error, 'unavailable') });

export async function* runChecks(options: CheckOptions): AsyncGenerator<CheckStep, void, void> {
  const ended = options.signal ?? new AbortController().signal;
  const devices = (['microphone', 'camera'] as const).filter((name) => captures(options, name === 'camera' ? 'video' : 'audio'));
  const { steps = [...devices, 'speaker', 'server', 'direct', 'relay'] } = options;
  let iceServers: readonly RTCIceServer[] | null = options.iceServers ?? null;
  let unreachable = false;
  const checks: Record<CheckName, () => Promise<Outcome>> = {
    microphone: () => checkDevice('audio', options),
    camera: () => checkDevice('video', options),
    speaker: () => checkSpeaker(),
    server: async () => {
      try {
        const told = await askServer(options, ended);
        iceServers ??= told;
        return { code: 'server-passed' };
      } catch (error) {
        unreachable = true;
        return failed('server-failed', error);
      }
    },
    direct: async () => (unreachable && !iceServers ? { code: 'not-checked' } : checkDirect(iceServers ?? [], ended)),
    relay: async () => (unreachable && !iceServers ? { code: 'not-checked' } : checkRelay(iceServers ?? [], ended)),
  };
  // Whoever asks for the ways alone has to be told them all the same.
  if (!iceServers && !steps.includes('server')) await checks.server();
  for (const step of ['microphone', 'camera', 'speaker', 'server', 'direct', 'relay'] as const) {
    if (ended.aborted) return;
    if (!steps.includes(step)) continue;
    const label = CHECK_NAMES[step];
    yield { step, label, state: 'running', code: null, message: '', remedies: [], error: null };
    const { code, error = null } = await checks[step]().catch((cause: unknown) => failed(UNABLE[step], cause));
    if (ended.aborted) return;
    const [message = '', remedy] = CHECK_FINDINGS[code].split('|');
    const passed = code.endsWith('-passed') || code === 'direct-local';
    yield { step, label, state: passed ? 'passed' : 'failed', code, message: error?.message ?? message, remedies: error?.remedies ?? (remedy ? [remedy] : []), error };
  }
}

async function checkDevice(kind: 'audio' | 'video', { constraints, facingMode }: CheckOptions): Promise<Outcome> {
  const name = kind === 'audio' ? 'microphone' : 'camera';
  const media = createLocalMedia();
  try {
    const wanted = chosenConstraints(constraints, readChoices(), await media.devices());
    const { problems: [problem] } = await media.capture({ audio: kind === 'audio', video: kind === 'video', constraints: wanted, facingMode: facingMode ?? null });
    if (problem) return failed(`${name}-failed`, problem.error);
    if (kind === 'video') return { code: (await showsPicture(media.stream)) ? 'camera-passed' : 'camera-dark' };
    return { code: media.track('audio')?.muted ? 'microphone-silent' : 'microphone-passed' };
  } finally {
    media.close();
  }
}

async function showsPicture(stream: MediaStream): Promise<boolean> {
  const video = document.createElement('video');
  video.muted = video.playsInline = true;
  const shown = new Promise<true>((resolve) => video.addEventListener('loadeddata', () => resolve(true), { once: true }));
  video.srcObject = stream;
  video.play().catch(() => {});
  const has = await Promise.race([shown, pause(PICTURE_TIMEOUT_MS).then(() => false)]);
  video.srcObject = null;
  return has;
}

async function checkSpeaker(): Promise<Outcome> {
  const media = createLocalMedia();
  try {
    const chosen = findChosen(readChoices(), 'audiooutput', await media.devices());
    await playTone(chosen?.deviceId ?? '');
    return { code: 'speaker-passed' };
  } catch (error) {
    return { code: error instanceof DOMException && error.name === 'NotAllowedError' ? 'speaker-blocked' : 'speaker-failed' };
  } finally {
    media.close();
  }
}

/** Joins, and leaves at once; what it hands out to members. Rejects with the last reason why not. */
async function askServer({ server = defaultServer(), room, token, tokenProvider }: CheckOptions, ended: AbortSignal): Promise<readonly RTCIceServer[]> {
  const address = parseServer(server, document.baseURI);
  if (!address) throw new RtcError('server-invalid');
  const name = room ?? `check-${randomId()}`;
  let last = new RtcError('server-unreachable');
  let signaling: ReturnType<typeof createSignalingClient> | undefined;
  try {
    return await new Promise<readonly RTCIceServer[]>((resolve, reject) => {
      for (const over of [ended, AbortSignal.timeout(SERVER_TIMEOUT_MS)]) over.addEventListener('abort', () => reject(last));
      signaling = createSignalingClient(createTransportFor(address), {
        room: name,
        nickname: 'Connection check',
        token: (reason) => askToken({ token, tokenProvider }, { room: name, reason, signal: ended }, true),
        resume: null,
        rev: () => undefined,
        handlers: {
          onWelcome: ({ iceServers }) => resolve(iceServers as readonly RTCIceServer[]),
          onEvent: () => {},
          onState: (state, error) => {
            last = error ?? last;
            if (state === 'closed') reject(last);
          },
        },
      });
      signaling.start();
    });
  } finally {
    void signaling?.close({ leave: true });
  }
}

const urlsOf = ({ urls }: RTCIceServer): string[] => [urls].flat();
const isTurn = (server: RTCIceServer): boolean => urlsOf(server).some((url) => /^turns?:/i.test(url));

async function checkDirect(iceServers: readonly RTCIceServer[], signal: AbortSignal): Promise<Outcome> {
  const options = { iceServers, timeoutMs: ICE_TIMEOUT_MS, signal };
  const [{ met }, { found, codes, gatheringMs }] = await Promise.all([probeMeeting({ ...options, iceServers: [], relayed: false }), probeAddresses(options)]);
  if (!met) return { code: 'direct-blocked' };
  if (iceServers.length === 0) return { code: 'direct-local' };
  // Without a translation of addresses on the way the server sees the very address that is known already, and no other is found.
  const unanswered = !found.has('srflx') && !found.has('relay') && (codes.has(701) || gatheringMs > UNANSWERED_MS);
  return { code: unanswered ? 'direct-unanswered' : 'direct-passed' };
}

async function checkRelay(iceServers: readonly RTCIceServer[], signal: AbortSignal): Promise<Outcome> {
  const relays = iceServers.filter(isTurn);
  if (relays.length === 0) return { code: 'relay-none' };
  const { met, found, codes } = await probeMeeting({ iceServers: relays, relayed: true, timeoutMs: ICE_TIMEOUT_MS, signal });
  if (met) return { code: 'relay-passed' };
  if (found.has('relay')) return { code: 'relay-dead' };
  return { code: [401, 403, 438, 441].some((code) => codes.has(code)) ? 'relay-refused' : 'relay-unreachable' };
}
