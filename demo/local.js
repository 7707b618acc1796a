import { addressWithRoom, byId, create, createLog, randomRoom, showProblem } from './demo.js';

// A room of this page load alone: other tabs with this page do not mix in, unless they take the link.
const roomName = randomRoom('local');
byId('a').room = byId('b').room = roomName;
byId('join').href = addressWithRoom(roomName, 'local-tab.html');

let callBegan = performance.now();
const sinceCallBegan = () => `${((performance.now() - callBegan) / 1000).toFixed(3)} s`;

/** What is shown of each side: name, its name in the API, and how to read it. */
const STATES = [
  ['Room', 'room.state', ({ room }) => room.state],
  ['Call', 'call.state', ({ view }) => view.state],
  ['Connection', 'connectionState', ({ connection }) => connection?.connectionState],
  ['ICE', 'iceConnectionState', ({ connection }) => connection?.iceConnectionState],
  ['Signaling', 'signalingState', ({ connection }) => connection?.signalingState],
];
const MOODS = {
  joined: 'good', active: 'good', connected: 'good', completed: 'good',
  joining: 'busy', outgoing: 'busy', incoming: 'busy', connecting: 'busy', checking: 'busy', reconnecting: 'busy', disconnected: 'busy',
  failed: 'bad',
};

/** Follows one side: its elements by their events, its peer connection by that connection's own. */
function follow(id) {
  const room = byId(id);
  const side = { room, view: room.querySelector('rtc-video-call'), connection: null };
  const log = createLog(byId(`log-${id}`), { time: sinceCallBegan });
  const cells = STATES.map(([, api]) => create('span', { class: 'state', 'data-state': `${id} ${api}` }));
  const shown = STATES.map(() => '');

  const update = () => {
    for (const [index, [name, , read]] of STATES.entries()) {
      const value = read(side) ?? '–';
      if (value === shown[index]) continue;
      // "Nothing" to "new" and the like at page load are no news.
      if (shown[index] !== '') log.add(`${name} `, create('strong', {}, value));
      shown[index] = value;
      const cell = cells[index];
      cell.textContent = value;
      cell.dataset.mood = MOODS[value] ?? '';
      cell.classList.remove('changed');
      requestAnimationFrame(() => cell.classList.add('changed'));
    }
  };
  const followConnection = () => {
    const { peerConnection, state } = side.view;
    // It is made a moment after the call begins, of which no event tells: look again with the next frame.
    if (!peerConnection && state !== 'idle' && state !== 'ended') requestAnimationFrame(followConnection);
    if (peerConnection && peerConnection !== side.connection) {
      side.connection = peerConnection;
      for (const name of ['connectionstatechange', 'iceconnectionstatechange', 'signalingstatechange']) peerConnection.addEventListener(name, update);
    }
    update();
  };
  room.addEventListener('rtc-room-state', update);
  room.addEventListener('rtc-call-state', followConnection);
  update();
  return { ...side, cells, log };
}

const a = follow('a');
const b = follow('b');
for (const [index, [name, api]] of STATES.entries()) {
  const head = create('th', { scope: 'row' }, name, create('small', {}, api));
  byId('states').append(create('tr', {}, head, ...[a, b].map(({ cells }) => create('td', {}, cells[index]))));
}

// --- Call, hang up, call again -----------------------------------------------------------------------------------------------------------------------

let calls = 0;
const isFree = ({ view }) => view.state === 'idle' || view.state === 'ended';

// Who has just joined is on the other's list a moment later.
const bSeesA = () => b.room.members.some(({ id }) => id === a.room.localMember?.id);

function updateButtons() {
  byId('call').disabled = !(bSeesA() && isFree(a) && isFree(b));
  byId('hangup').disabled = isFree(a) && isFree(b);
}
for (const name of ['rtc-room-state', 'rtc-members', 'rtc-call-state']) document.addEventListener(name, updateButtons);
updateButtons();

byId('call').addEventListener('click', async () => {
  callBegan = performance.now();
  showProblem(byId('problem'));
  try {
    await b.view.call(a.room.localMember.id);
    byId('count').textContent = `Call ${++calls}`;
  } catch (error) {
    showProblem(byId('problem'), error);
  }
});
byId('hangup').addEventListener('click', () => (isFree(b) ? a : b).view.hangup());
document.addEventListener('rtc-error', ({ detail }) => showProblem(byId('problem'), detail));

byId('auto-accept').addEventListener('change', ({ target }) => (a.view.autoAccept = target.checked));
// Both ends share one loudspeaker and one microphone here: with the sound on, A hears itself.
byId('sound').addEventListener('change', ({ target }) => (b.view.muted = !target.checked));
byId('clear').addEventListener('click', () => [a, b].forEach(({ log }) => log.clear()));

// A page that is reloaded comes back with its boxes as they were.
a.view.autoAccept = byId('auto-accept').checked;
b.view.muted = !byId('sound').checked;
