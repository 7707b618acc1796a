import { fixture, html } from '@open-wc/testing';
import '../../../src/elements/rtc-video-call/rtc-video-call.js';
import type { RtcVideoCall } from '../../../src/elements/rtc-video-call/rtc-video-call.js';
import { RtcError } from '../../../src/base/rtc-error.js';
import type { SessionSnapshot } from '../../../src/session/public.js';
import { callWith, EMPTY_SNAPSHOT, FakeSession, member } from '../../support/fake-session.js';

// A call view over the fake session, and what a session would show in each state.

export const ME = member('Me');
export const ANA = member('Ana Lindqvist', { id: 'ana' });
const VOICE = { audio: true, video: false };
const ON = { state: 'on', error: null } as const;

const incoming = { callState: 'incoming', direction: 'incoming' } as const;
const outgoing = { callState: 'outgoing', direction: 'outgoing', microphone: ON, camera: ON } as const;
const connected = {
  callState: 'active', direction: 'outgoing', microphone: ON, camera: ON, remoteMedia: { audio: true, video: true, screen: false },
} as const;
const runningFor = (seconds: number) => callWith(ANA, { connectedAt: Date.now() - seconds * 1000 });

export const SCENES = {
  idle: { callState: 'idle' },
  calling: { ...outgoing, currentCall: callWith(ANA, { state: 'outgoing' }) },
  ringing: { ...outgoing, currentCall: callWith(ANA, { state: 'outgoing', ringing: true }) },
  'incoming video': { ...incoming, currentCall: callWith(ANA, { state: 'incoming', direction: 'incoming' }) },
  'incoming voice': { ...incoming, currentCall: callWith(ANA, { state: 'incoming', direction: 'incoming', media: VOICE }) },
  connecting: { ...connected, callState: 'connecting', currentCall: callWith(ANA, { state: 'connecting' }) },
  active: { ...connected, currentCall: runningFor(65) },
  'active, nothing sent': {
    ...connected, currentCall: runningFor(3725), microphone: { state: 'off', error: null }, camera: { state: 'off', error: null },
    remoteMedia: { audio: false, video: false, screen: false },
  },
  'active with a problem': {
    ...connected, currentCall: runningFor(1), camera: { state: 'blocked', error: new RtcError('device-in-use') },
    notice: new RtcError('device-in-use'), noticeScope: 'call', playbackBlocked: true,
  },
  reconnecting: { ...connected, callState: 'reconnecting', reconnectCause: 'network', currentCall: runningFor(5) },
  ended: { callState: 'ended', direction: 'outgoing', endReason: 'busy', currentCall: callWith(ANA, { state: 'ended', reason: 'busy' }) },
} satisfies Record<string, Partial<SessionSnapshot>>;
export type SceneName = keyof typeof SCENES;

export interface Stage {
  readonly view: RtcVideoCall;
  readonly session: FakeSession;
  /** Shows a scene, with changes, and waits until it is drawn. */
  show(scene: SceneName, changes?: Partial<SessionSnapshot>): Promise<void>;
  part<E extends HTMLElement = HTMLElement>(name: string): E | null;
  /** All words to be seen. */
  text(): string;
}

/** The view 640 px wide over a room of two, silent unless told otherwise. */
export async function openStage(attributes: Readonly<Record<string, string>> = {}, session = new FakeSession()): Promise<Stage> {
  const box = await fixture<HTMLElement>(html`<div></div>`);
  box.style.width = '640px';
  const view = document.createElement('rtc-video-call');
  for (const [name, value] of Object.entries({ ringtone: 'none', ...attributes })) view.setAttribute(name, value);
  view.session = session;
  session.setJoined(ME, ANA);
  box.append(view);
  await view.updateComplete;
  const part = <E extends HTMLElement>(name: string) => view.shadowRoot!.querySelector<E>(`[part~='${name}']`);
  return {
    view,
    session,
    part,
    async show(scene, changes = {}) {
      const { verification, recording } = EMPTY_SNAPSHOT;
      session.set({ ...SCENES.idle, currentCall: null, notice: null, playbackBlocked: false, silenced: false, verification, recording, ...SCENES[scene], ...changes });
      await view.updateComplete;
    },
    text: () => part('stage')!.innerText.replace(/\s+/g, ' '),
  };
}

/** A moving picture without a camera. */
export function openPicture(width = 64, height = 48): MediaStream {
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const brush = canvas.getContext('2d')!;
  const stream = canvas.captureStream(30);
  let frame = 0;
  const timer = setInterval(() => {
    brush.fillStyle = `hsl(${(frame += 20)} 80% 50%)`;
    brush.fillRect(0, 0, width, height);
    if (stream.getTracks().every(({ readyState }) => readyState === 'ended')) clearInterval(timer);
  }, 30);
  return stream;
}
