import { createSession } from './rtc-elements.js';
import { addressWithRoom, byId, create, createLog, roomOfAddress, showProblem, signaling, toText } from './demo.js';

const session = createSession({ ...signaling(), room: roomOfAddress('headless') });
byId('second').href = addressWithRoom(session.options.room);

// --- Drawing: one function from the snapshot to the page ---------------------------------------------------------------------------------------------

const WORDS = {
  idle: 'Ready.', outgoing: 'Calling', incoming: 'Incoming call from', connecting: 'Connecting with', active: 'In a call with',
  reconnecting: 'Reconnecting with', ended: 'Over:',
};
let drawnMembers = null;

function draw() {
  const snapshot = session.getSnapshot();
  const { roomState, roomError, callState, currentCall, endReason, microphone, camera, notice } = snapshot;
  const joined = roomState === 'joined' || roomState === 'reconnecting';
  const free = callState === 'idle' || callState === 'ended';
  const inCall = !free && callState !== 'incoming';

  byId('join').hidden = joined;
  byId('leave').hidden = !joined;
  byId('accept').hidden = callState !== 'incoming';
  byId('hangup').hidden = free;
  byId('hangup').textContent = callState === 'incoming' ? 'Decline' : callState === 'outgoing' ? 'Cancel' : 'Hang up';
  byId('resume').hidden = !snapshot.playbackBlocked;
  for (const [id, device] of [['microphone', microphone], ['camera', camera]]) {
    byId(id).hidden = !inCall;
    byId(id).setAttribute('aria-pressed', String(device.state === 'on'));
  }
  showProblem(byId('problem'), roomError ?? notice);

  const peer = currentCall?.peer.nickname ?? '';
  const callWords = [WORDS[callState], peer, endReason && `(${endReason})`].filter(Boolean).join(' ');
  byId('status').textContent = roomState === 'joined' ? callWords : `Room: ${roomState}.`;

  play(byId('remote'), snapshot.remoteStream);
  play(byId('local'), snapshot.localStream);

  // Immutable parts: the same object means the same content. The list is rebuilt when it, or who may be called, has changed.
  const key = `${free}${joined}`;
  if (drawnMembers?.list !== snapshot.members || drawnMembers.key !== key) {
    drawnMembers = { list: snapshot.members, key };
    byId('people').replaceChildren(...snapshot.members.map((member) => drawMember(member, snapshot, free)));
  }
  byId('snapshot').textContent = toText({ ...snapshot, localStream: describe(snapshot.localStream), remoteStream: describe(snapshot.remoteStream) });
}

function drawMember(member, { localMember }, free) {
  if (member.id === localMember?.id) return create('li', {}, `${member.nickname} (you)`);
  const button = create('button', { type: 'button', class: 'small', 'aria-label': `Call ${member.nickname}` }, 'Call');
  button.disabled = !free;
  button.addEventListener('click', () => start(session.call(member.id)));
  return create('li', {}, member.nickname + (member.busy ? ' · in a call' : ''), button);
}

function play(video, stream) {
  if (video.srcObject === stream) return;
  video.srcObject = stream;
  if (stream && video.id === 'remote') video.play().catch(({ name }) => name === 'NotAllowedError' && session.reportPlaybackBlocked(() => video.play()));
}

const describe = (stream) => stream && stream.getTracks().map(({ kind, readyState }) => `${kind} ${readyState}`);

// --- Doing: buttons call methods, and that is all --------------------------------------------------------------------------------------------------

/** A failure is in the snapshot (`notice`, `roomError`) and comes as `rtc-error`: nothing to add here. */
function start(action) {
  action.catch(() => {});
}

byId('join').addEventListener('submit', (event) => {
  event.preventDefault();
  start(session.join({ nickname: byId('nickname').value }));
});
byId('accept').addEventListener('click', () => start(session.accept()));
byId('hangup').addEventListener('click', () => session.hangup());
byId('leave').addEventListener('click', () => start(session.leave()));
byId('microphone').addEventListener('click', () => start(session.toggleMicrophone()));
byId('camera').addEventListener('click', () => start(session.toggleCamera()));
byId('resume').addEventListener('click', () => start(session.resumePlayback()));

const log = createLog(byId('log'));
for (const name of ['rtc-room-state', 'rtc-members', 'rtc-call-incoming', 'rtc-call-state', 'rtc-media', 'rtc-error']) {
  session.on(name, ({ detail }) => {
    log.add(create('strong', {}, name), ` ${detail.state ?? detail.code ?? detail.kind ?? detail.peer?.nickname ?? detail.members?.length}`);
  });
}

session.subscribe(draw);
draw();

// A reload comes back by itself: the nickname is kept for the tab.
const nickname = session.rememberedNickname();
if (nickname) {
  byId('nickname').value = nickname;
  start(session.join());
}
