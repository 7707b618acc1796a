import { RtcError } from './rtc-elements.js';
import { drawnPicture } from './still-session.js';

// Every state people meet: what a session shows in it. `draws`: the room with all that is in it, or the call view alone.

const person = (nickname, changes = {}) => ({
  id: nickname, userId: null, nickname, role: null, data: {}, avatarUrl: null, online: true, busy: false, authenticated: false, since: 0, ...changes,
});
const ME = person('Noor Haddad');
const ANA = person('Ana Lindqvist');
const LONG = person('Dr. Wilhelmina Featherstonehaugh-Cholmondeley of the Night Desk');
const MEMBERS = [
  ME, ANA, person('Ben Okafor', { busy: true }), person('Chiara Conti', { authenticated: true }), LONG, person('Diego', { online: false }), person('Emma Nowak', { busy: true, authenticated: true }),
];
const CROWD = [ME, ...Array.from({ length: 1200 }, (_, at) => person(`Guest ${String(at + 1).padStart(4, '0')}`, { busy: at % 7 === 3, online: at % 11 !== 5 }))];

const ON = { state: 'on', error: null };
const STARTING = { state: 'starting', error: null };
const OFF = { state: 'off', error: null };
const UNUSED = { state: 'unused', error: null };
const blocked = (code) => ({ state: 'blocked', error: new RtcError(code) });

const joined = { roomState: 'joined', nickname: ME.nickname, localMember: ME, members: MEMBERS };
const VIDEO = { audio: true, video: true };
const VOICE = { audio: true, video: false };
const withPeer = (peer, state, changes = {}) => ({ callId: 'call', state, peer, direction: 'outgoing', media: VIDEO, ringing: false, createdAt: 0, ...changes });

let pictures;
/** Made at the first state that shows one. */
const picture = (kind) => (pictures ??= Object.fromEntries(['self', 'peer', 'screen'].map((each) => [each, drawnPicture(each)])))[kind];
const own = () => ({ microphone: ON, camera: ON, localStream: picture('self') });

const room = (changes, options) => () => ({ draws: 'room', options, snapshot: { ...joined, ...changes } });
const failed = (code) => () => {
  const error = new RtcError(code, { fatal: true });
  return { draws: 'room', snapshot: { roomState: 'failed', roomError: error, notice: error, noticeScope: 'room', nickname: ME.nickname } };
};
const call = (make) => () => ({ draws: 'call', snapshot: { ...joined, ...make() } });

const outgoing = (changes = {}, own = {}) => call(() => ({
  callState: 'outgoing', direction: 'outgoing', microphone: STARTING, camera: STARTING, currentCall: withPeer(ANA, 'outgoing', changes), ...own,
}));
const incoming = (changes = {}, snapshot = {}) => call(() => ({
  callState: 'incoming', direction: 'incoming', currentCall: withPeer(ANA, 'incoming', { direction: 'incoming', ...changes }), ...snapshot,
}));
/** A call of 1 min 5 s whose clock stands. Its picture goes on unless the other side says that it sends none. */
const active = (make = () => ({}), peer = ANA) => call(() => {
  const changes = make();
  const remote = { audio: true, video: true, screen: false, ...changes.remoteMedia };
  return {
    callState: 'active', direction: 'outgoing', currentCall: withPeer(peer, 'active', { connectedAt: 1000, endedAt: 66_000 }), ...own(), remoteStream: picture('peer'),
    quality: { level: 'excellent', reasons: ['direct'], rttMs: 24 }, ...changes, remoteMedia: remote,
  };
});
const quality = (level, ...reasons) => ({ quality: { level, reasons, rttMs: level === 'poor' ? 480 : 24 } });
const reconnecting = (reconnectCause) => active(() => ({ callState: 'reconnecting', reconnectCause, ...quality('lost', 'nothing-arrives') }));
/** Nobody has ever talked. */
const IN_VAIN = ['rejected', 'busy', 'no-answer', 'cancelled', 'missed', 'answered-elsewhere', 'media-failed', 'connect-failed'];
const ended = (endReason, direction) => call(() => ({
  callState: 'ended', direction, endReason,
  currentCall: withPeer(ANA, 'ended', { direction, reason: endReason, ...(!IN_VAIN.includes(endReason) && { connectedAt: 1000 }), endedAt: 66_000 }),
}));

const EMOJI = ['🐶', '🌳', '🎂', '🚲', '🔑', '☂️', '🎸'];
const EMOJI_WORDS = ['Dog', 'Tree', 'Cake', 'Bicycle', 'Key', 'Umbrella', 'Guitar'];
const verification = (state) => ({ verification: { state, emoji: EMOJI, words: EMOJI_WORDS } });

const REASONS = [
  'hangup', 'remote-hangup', 'rejected', 'busy', 'no-answer', 'cancelled', 'missed', 'answered-elsewhere', 'peer-left', 'peer-lost', 'media-failed', 'connect-failed', 'connection-lost', 'kicked',
  'server', 'protocol-error',
];
const ROOM_FAILURES = [
  'unauthorized', 'token-expired', 'room-full', 'room-invalid', 'kicked', 'replaced', 'origin-refused', 'version-mismatch', 'server-invalid', 'insecure-context', 'unsupported-browser',
];

/** Name → [group, title, make]. */
const table = {
  form: ['Entering', 'Nickname form', () => ({ draws: 'room', snapshot: {} })],
  'name-refused': ['Entering', 'The name is refused', () => {
    const error = new RtcError('nickname-invalid');
    return { draws: 'room', snapshot: { roomState: 'failed', roomError: error, notice: error, noticeScope: 'room' } };
  }],
  joining: ['Entering', 'Joining', room({ roomState: 'joining', localMember: null, members: [] })],
  'server-unreachable': ['Entering', 'The server cannot be reached', () => {
    const error = new RtcError('server-unreachable');
    return { draws: 'room', snapshot: { roomState: 'joining', roomError: error, notice: error, noticeScope: 'room', nickname: ME.nickname } };
  }],
  ...Object.fromEntries(ROOM_FAILURES.map((code) => [`failed-${code}`, ['Entering', `Failed: ${code}`, failed(code)]])),

  'empty-room': ['The room', 'Nobody else is here', room({ members: [ME] })],
  members: ['The room', 'People', room({})],
  'long-list': ['The room', '1,200 people', room({ members: CROWD })],
  'room-reconnecting': ['The room', 'The server is lost', () => {
    const error = new RtcError('server-unreachable');
    return { draws: 'room', snapshot: { ...joined, roomState: 'reconnecting', roomError: error, notice: error, noticeScope: 'room' } };
  }],
  'room-call': ['The room', 'In a call', () => ({ draws: 'room', snapshot: table.active[2]().snapshot })],

  idle: ['Calling', 'Nothing yet', call(() => ({}))],
  // At noon of a day that is over, wherever it is looked at.
  missed: ['Calling', 'Missed calls', call(() => ({
    missedCalls: [ANA, ANA, LONG, person('מיכל כהן')].map((peer, at) => ({
      ...withPeer(peer, 'ended', { callId: `missed-${at}`, direction: 'incoming', reason: 'missed', endedAt: new Date(2026, 0, 9 - at, 12).getTime() }), cause: 'no-answer',
    })),
  }))],
  'asking-devices': ['Calling', 'Asking for camera and microphone', outgoing()],
  'asking-camera': ['Calling', 'Asking for the camera, ringing', outgoing({ ringing: true }, { microphone: ON })],
  calling: ['Calling', 'Calling', () => outgoing({}, own())()],
  ringing: ['Calling', 'Ringing', () => outgoing({ ringing: true }, own())()],
  'ringing-voice': ['Calling', 'Ringing, voice', outgoing({ ringing: true, media: VOICE }, { microphone: ON, camera: OFF })],
  'permission-refused': ['Calling', 'Camera and microphone are refused', outgoing({ ringing: true }, {
    microphone: blocked('permission-denied'), camera: blocked('permission-denied'), notice: new RtcError('permission-denied'), noticeScope: 'call',
  })],

  'incoming-video': ['Being called', 'Video call', incoming()],
  'incoming-voice': ['Being called', 'Voice call', incoming({ media: VOICE })],
  'incoming-silenced': ['Being called', 'Silenced', incoming({}, { silenced: true })],
  'incoming-long-name': ['Being called', 'By a verified, long name', incoming({ peer: { ...LONG, authenticated: true } })],
  // Asked at every drawing: the countdown stands at 2.
  countdown: ['Being called', 'Accepted by itself', () => {
    const { draws, snapshot } = incoming()();
    return { draws, snapshot: Object.defineProperty(snapshot, 'autoAcceptAt', { get: () => Date.now() + 2000, enumerable: true }) };
  }],

  'asking-accepted': ['In a call', 'Accepted, asking for camera and microphone', call(() => ({
    callState: 'connecting', direction: 'incoming', microphone: STARTING, camera: STARTING, currentCall: withPeer(ANA, 'connecting', { direction: 'incoming' }),
  }))],
  connecting: ['In a call', 'Connecting', call(() => ({ callState: 'connecting', direction: 'outgoing', currentCall: withPeer(ANA, 'connecting'), ...own() }))],
  active: ['In a call', 'In a call', active()],
  'long-name': ['In a call', 'A long, verified name', active(() => ({}), { ...LONG, authenticated: true })],
  'camera-off': ['In a call', 'Own camera off', active(() => ({ camera: OFF, localStream: null }))],
  'peer-camera-off': ['In a call', 'Their camera off', active(() => ({ remoteMedia: { video: false } }))],
  muted: ['In a call', 'Own microphone off', active(() => ({ microphone: OFF }))],
  voice: ['In a call', 'Voice only', active(() => ({ camera: OFF, screen: UNUSED, localStream: null, remoteMedia: { video: false } }))],
  'screen-shown': ['In a call', 'Their screen', active(() => ({ remoteMedia: { screen: true }, remoteStream: picture('screen') }))],
  'screen-shared': ['In a call', 'Own screen', active(() => ({ screen: ON }))],
  'camera-in-use': ['In a call', 'The camera is used elsewhere', active(() => ({
    camera: blocked('device-in-use'), localStream: null, notice: new RtcError('device-in-use'), noticeScope: 'call',
  }))],
  'playback-blocked': ['In a call', 'The browser blocks the sound', active(() => ({ playbackBlocked: true }))],
  poor: ['In a call', 'Poor network', active(() => quality('poor', 'loss-receiving', 'video-reduced'))],
  'own-video-paused': ['In a call', 'Own picture paused', active(() => quality('poor', 'loss-sending', 'video-paused'))],
  'video-paused': ['In a call', 'Their picture paused', active(() => ({ ...quality('poor', 'remote-video-paused'), remoteMedia: { paused: true } }))],
  recording: ['In a call', 'You record', active(() => ({ recording: true }))],
  recorded: ['In a call', 'They record', active(() => ({ remoteMedia: { recording: true } }))],
  unverified: ['In a call', 'Not verified', active(() => verification('unverified'))],
  verified: ['In a call', 'Verified', active(() => verification('verified'))],
  'verification-open': ['In a call', 'Verifying', () => ({ ...active(() => verification('unverified'))(), opens: 'verification-button' })],
  'settings-open': ['In a call', 'Devices and volume', () => ({ ...active()(), opens: 'settings-button' })],
  'identity-changed': ['In a call', 'Identity changed', active(() => verification('changed'))],
  'reconnecting-network': ['In a call', 'Connection lost', reconnecting('network')],
  'reconnecting-peer-lost': ['In a call', 'They lost the connection', reconnecting('peer-lost')],
  'reconnecting-peer-unload': ['In a call', 'They left the page', reconnecting('peer-unload')],

  ...Object.fromEntries(['outgoing', 'incoming'].flatMap((direction) =>
    REASONS.map((reason) => [`ended-${reason}-${direction}`, ['Over', `${reason}, ${direction}`, ended(reason, direction)]]))),
};

export const STATES = Object.entries(table).map(([name, [group, title, make]]) => ({ name, group, title, make }));
