import { createSession } from './rtc-elements.js';

// A session that stands still: it shows what it is given and does nothing. The elements draw any object with the methods of `RtcSession`, so that a state can be looked at without a
// camera, a server or a second person.

const IDLE = createSession({ room: 'studio' }).getSnapshot();
const DOES_NOTHING = [
  'on', 'configure', 'reject', 'hangup', 'dismissEnded', 'dismissNotice', 'silence', 'announceRecording', 'reportPlaybackBlocked', 'holdEnded', 'dispose',
];
const RESOLVES = [
  'leave', 'block', 'unblock', 'kick', 'accept', 'toggleMicrophone', 'toggleCamera', 'toggleScreenShare', 'setDevice', 'getStats', 'restartIce', 'verify', 'resetIdentity', 'resumePlayback',
  'requestPictureInPicture', 'requestFullscreen', 'screenshot', 'startRecording', 'stopRecording', 'sendMessage', 'sendFile', 'simulate', 'dump',
];

// A form that stands still opens no camera by itself, wherever it might; its button does.
if (navigator.permissions) navigator.permissions.query = () => Promise.resolve(Object.assign(new EventTarget(), { state: 'prompt', onchange: null }));

/** `shown`: what differs from a session that has not joined; may have getters, which are asked at every drawing. `show()` shows something else. */
export function stillSession(shown, options = {}) {
  const listeners = new Set();
  const snapshotOf = (changes) => Object.defineProperties({ ...IDLE }, Object.getOwnPropertyDescriptors(changes));
  let snapshot = snapshotOf(shown);
  return {
    ...Object.fromEntries(DOES_NOTHING.map((name) => [name, () => {}])),
    ...Object.fromEntries(RESOLVES.map((name) => [name, () => Promise.resolve()])),
    options: { room: 'studio', ...options },
    peerConnection: null,
    getSnapshot: () => snapshot,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    join: () => Promise.resolve(snapshot.localMember),
    call: () => Promise.resolve(snapshot.currentCall),
    devices: () => Promise.resolve([]),
    rememberedNickname: () => null,
    show(changes) {
      snapshot = snapshotOf(changes);
      for (const listener of listeners) listener();
    },
  };
}

/** A person drawn flat, as a camera's stream: the same picture again and again. `kind`: whose; or a shared screen. */
export function drawnPicture(kind) {
  const [width, height] = kind === 'self' ? [320, 240] : [640, 360];
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const brush = canvas.getContext('2d');
  const oval = (x, y, rx, ry, colour) => {
    brush.fillStyle = colour;
    brush.beginPath();
    brush.ellipse(x * width, y * height, rx * height, ry * height, 0, 0, 2 * Math.PI);
    brush.fill();
  };
  const box = (x, y, w, h, colour) => {
    brush.fillStyle = colour;
    brush.fillRect(x * width, y * height, w * width, h * height);
  };
  const draw = () => {
    if (kind === 'screen') {
      box(0, 0, 1, 1, '#f4f6fa');
      box(0, 0, 1, 0.09, '#dfe4ec');
      box(0.06, 0.2, 0.5, 0.07, '#3c4658');
      for (let line = 0; line < 6; line += 1) box(0.06, 0.36 + line * 0.09, line % 3 === 2 ? 0.4 : 0.52, 0.035, '#aeb7c6');
      box(0.66, 0.2, 0.28, 0.6, '#7aa2e8');
      return;
    }
    const [wall, shelf, coat, skin, hair] = kind === 'self' ? ['#b9c8bd', '#a9b9ae', '#3f5a7d', '#c99a77', '#2f2622'] : ['#d9c6b0', '#cab598', '#7d3f4a', '#e2b391', '#5a3826'];
    box(0, 0, 1, 1, wall);
    box(0.7, 0, 0.3, 0.62, shelf);
    oval(0.5, 1.12, 0.46, 0.46, coat);
    oval(0.5, 0.44, 0.25, 0.28, hair);
    oval(0.5, 0.5, 0.19, 0.24, skin);
  };
  draw();
  const stream = canvas.captureStream();
  // A video that starts late gets no frame of a canvas that nobody draws on.
  setInterval(draw, 250);
  return stream;
}

/** An element that draws this; silent, since without a click a browser plays no picture that might have sound. */
export function stillElement({ draws, snapshot, options }) {
  const element = document.createElement(draws === 'room' ? 'rtc-room' : 'rtc-video-call');
  Object.assign(element, { session: stillSession(snapshot, options), ringtone: 'none', muted: true });
  // The room draws its view as soon as it stands in the page.
  if (draws === 'room') void silence(element);
  return element;
}

async function silence(room) {
  await room.updateComplete;
  const mute = () => room.shadowRoot.querySelectorAll('rtc-video-call').forEach((view) => (view.muted = true));
  new MutationObserver(mute).observe(room.shadowRoot, { childList: true, subtree: true });
  mute();
}
