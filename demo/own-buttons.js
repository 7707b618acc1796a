import { addressWithRoom, byId, create, logEvents, roomOfAddress, showProblem } from './demo.js';

const room = byId('room');
const call = byId('call');

room.room = roomOfAddress('own-buttons');
byId('second').href = addressWithRoom(room.room);

// --- Coming in -------------------------------------------------------------------------------------------------------------------------------------

byId('join').addEventListener('submit', async (event) => {
  event.preventDefault();
  showProblem(byId('problem'));
  try {
    await room.join({ nickname: byId('nickname').value });
  } catch (error) {
    showProblem(byId('problem'), error);
  }
});

room.addEventListener('rtc-room-state', ({ detail }) => {
  byId('join').hidden = detail.state === 'joined' || detail.state === 'reconnecting';
  showStatus();
  showPeople();
});

// What goes wrong is ours to show: `preventDefault()` keeps the element's own notice away.
document.addEventListener('rtc-error', (event) => {
  event.preventDefault();
  showProblem(byId('problem'), event.detail);
});

// --- Who is here -----------------------------------------------------------------------------------------------------------------------------------

room.addEventListener('rtc-members', showPeople);

function showPeople() {
  const others = room.members.filter(({ id }) => id !== room.localMember?.id);
  const busy = call.state !== 'idle' && call.state !== 'ended';
  const rows = others.map((member) => {
    const callButton = create('button', { type: 'button', class: 'small primary', 'aria-label': `Call ${member.nickname}` }, 'Call');
    const voiceButton = create('button', { type: 'button', class: 'small', 'aria-label': `Call ${member.nickname} without pictures` }, 'Voice');
    callButton.disabled = voiceButton.disabled = busy;
    callButton.addEventListener('click', () => start(call.call(member.id)));
    voiceButton.addEventListener('click', () => start(call.call(member.id, { video: false })));
    const status = member.busy ? 'in a call' : member.online ? '' : 'reconnecting';
    return create('li', {}, create('span', { class: 'name' }, member.nickname), create('span', { class: 'quiet' }, status), callButton, voiceButton);
  });
  const nobody = room.state === 'joined' ? 'Nobody else yet: open a second tab.' : 'Come in to see who is here.';
  byId('people').replaceChildren(...(rows.length > 0 ? rows : [create('li', { class: 'quiet' }, nobody)]));
}

/** Failures come as `rtc-error` too, and are shown from there. */
function start(action) {
  action.catch(() => {});
}

// --- The incoming card: shown, but never given the focus: somebody may be typing -----------------------------------------------------------------------

call.addEventListener('rtc-call-incoming', (event) => {
  event.preventDefault();
  const { peer, media, accept, reject } = event.detail;
  byId('card-title').textContent = `${peer.nickname} wants to ${media.video ? 'see' : 'talk to'} you`;
  byId('accept-audio').hidden = !media.video;
  byId('accept').onclick = () => start(accept());
  byId('accept-audio').onclick = () => start(accept({ video: false }));
  byId('reject').onclick = () => reject();
  byId('card').hidden = false;
});

// --- The call ----------------------------------------------------------------------------------------------------------------------------------------

const HOW_IT_ENDED = {
  hangup: 'You hung up', 'remote-hangup': 'They hung up', rejected: 'Declined', busy: 'In another call', 'no-answer': 'No answer',
  cancelled: 'Cancelled', missed: 'Missed', 'peer-left': 'They left', 'peer-lost': 'They were lost', 'connection-lost': 'Connection lost',
};
/** What is being sent, told by `rtc-media`. */
const sending = { audio: false, video: false, screen: false };

call.addEventListener('rtc-call-state', ({ detail }) => {
  if (detail.state !== 'incoming') byId('card').hidden = true;
  if (detail.state === 'ended') sending.audio = sending.video = sending.screen = false;
  if (detail.state === 'outgoing' || detail.state === 'incoming') showProblem(byId('problem'));
  showStatus(detail);
  showPeople();
  showButtons();
});

call.addEventListener('rtc-media', ({ detail }) => {
  if (detail.source === 'local') sending[detail.kind] = detail.enabled;
  showButtons();
});

// With `bare` the page also draws the button that browsers want where they refuse to play sound unasked; here the next click anywhere will do.
call.addEventListener('rtc-playback-blocked', ({ detail }) => {
  byId('status').textContent = 'Click anywhere to hear and see';
  document.addEventListener('click', () => start(detail.resume()), { once: true });
});

function showStatus({ state = call.state, peer, ringing, reason } = {}) {
  const name = peer?.nickname ?? '';
  const words = {
    outgoing: ringing ? `Ringing at ${name}…` : `Calling ${name}…`,
    incoming: `${name} is calling`,
    connecting: 'Connecting…',
    active: `With ${name}`,
    reconnecting: 'Connection lost, trying again…',
    ended: `${HOW_IT_ENDED[reason] ?? reason} · ${name}`,
  };
  const roomWords = {
    idle: 'Not in the room yet', joining: 'Coming in…', joined: `Here as ${room.localMember?.nickname}`, reconnecting: 'Room lost, trying again…',
    failed: 'Could not come in',
  };
  byId('status').textContent = words[state] ?? roomWords[room.state] ?? '';
}

function showButtons() {
  const inCall = ['outgoing', 'connecting', 'active', 'reconnecting'].includes(call.state);
  for (const [id, kind] of [['microphone', 'audio'], ['camera', 'video'], ['screen', 'screen']]) {
    byId(id).disabled = !inCall;
    byId(id).setAttribute('aria-pressed', String(sending[kind]));
  }
  byId('hangup').disabled = !inCall;
}

byId('microphone').addEventListener('click', () => start(call.toggleMicrophone()));
byId('camera').addEventListener('click', () => start(call.toggleCamera()));
byId('screen').addEventListener('click', () => start(call.toggleScreenShare()));
byId('hangup').addEventListener('click', () => call.hangup());
byId('volume').addEventListener('input', ({ target }) => (call.volume = target.valueAsNumber));
// The frame around the element, so that the page's own card comes along.
byId('fullscreen').addEventListener('click', () => start(byId('stage').requestFullscreen()));

byId('drawing').addEventListener('change', ({ target }) => {
  call.bare = target.value === 'bare';
  call.controlsHidden = target.value === 'controls-hidden';
});

const log = logEvents(document, byId('log'));
byId('clear').addEventListener('click', () => log.clear());
