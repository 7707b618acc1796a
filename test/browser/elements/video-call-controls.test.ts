import { expect, waitUntil } from '@open-wc/testing';
import { RtcError } from '../../../src/base/rtc-error.js';
import { RtcVideoCall } from '../../../src/elements/rtc-video-call/rtc-video-call.js';
import { openPicture, openStage } from './video-call-scenes.js';

const code = (promise: Promise<unknown>) => promise.then(() => 'resolved', (error: unknown) => (error instanceof RtcError ? error.code : String(error)));

describe('<rtc-video-call> controls', () => {
  it('switches microphone, camera and screen, and says how they stand', async () => {
    const { show, part, session } = await openStage();
    await show('active');
    for (const name of ['mic-button', 'camera-button']) expect(part(name)!.getAttribute('aria-pressed')).to.equal('true');
    expect(part('screen-button')!.getAttribute('aria-pressed')).to.equal('false');
    for (const name of ['mic-button', 'camera-button', 'screen-button']) part(name)!.click();
    expect(session.calls.filter(([name]) => name.startsWith('toggle'))).to.deep.equal([
      ['toggleMicrophone', false], ['toggleCamera', false], ['toggleScreenShare', true],
    ]);
    await show('active, nothing sent');
    expect(part('mic-button')!.getAttribute('aria-pressed')).to.equal('false');
    expect(part('mic-button')!.getAttribute('aria-label')).to.equal('Microphone');
  });

  it('tries a blocked device again on a click, and says what is wrong with it', async () => {
    const { show, part, session } = await openStage();
    await show('active with a problem');
    expect(part('camera-button')!.title).to.contain('used by another program');
    expect(part('camera-button')!.getAttribute('aria-pressed')).to.equal('false');
    part('camera-button')!.click();
    expect(session.asked('toggleCamera')).to.deep.equal([[true]]);
  });

  it('has no button for a device that the room does not use, or the browser cannot do, and nothing in its place', async () => {
    const { show, part } = await openStage();
    await show('active', { camera: { state: 'unused', error: null }, screen: { state: 'unused', error: null } });
    expect(part('controls')!.innerText.trim()).to.equal('');
    expect([part('camera-button'), part('screen-button')]).to.deep.equal([null, null]);
    expect(part('mic-button')).to.not.equal(null);
  });

  it('fades a button that is busy for longer than a moment, and only while it is', async () => {
    const { show, part } = await openStage();
    await show('calling', { camera: { state: 'starting', error: null } });
    expect(getComputedStyle(part('camera-button')!).opacity, 'a device that starts at once does not flicker').to.equal('1');
    await waitUntil(() => getComputedStyle(part('camera-button')!).opacity === '0.6', 'it never fades', { timeout: 5000 });
    part('mic-button')!.setAttribute('aria-busy', 'false');
    expect(getComputedStyle(part('mic-button')!).opacity).to.equal('1');
  });

  it('shows and sends no video when audio-only', async () => {
    const { show, part, session, view } = await openStage({ 'audio-only': '' });
    expect(session.options.audioOnly).to.equal(true);
    await show('active');
    expect([part('camera-button'), part('screen-button')]).to.deep.equal([null, null]);
    const remoteStream = openPicture();
    await show('active', { remoteStream });
    await waitUntil(() => part<HTMLVideoElement>('remote-video')!.videoWidth > 0);
    await view.updateComplete;
    expect(getComputedStyle(part('remote-video')!).visibility).to.equal('hidden');
    remoteStream.getTracks()[0]!.stop();
    await show('incoming video');
    expect(part('accept-audio-button')).to.equal(null);
  });

  it('hides what controlslist names, as a token list like that of <video>', async () => {
    const { show, part, view } = await openStage({ controlslist: 'nomic  notimer' });
    await show('active');
    expect([part('mic-button'), part('timer')]).to.deep.equal([null, null]);
    const list = view.controlsList;
    expect([...list]).to.deep.equal(['nomic', 'notimer']);
    expect([list.contains('nomic'), list.contains('nopip'), list.supports('nochat'), list.supports('nothing')]).to.deep.equal([true, false, true, false]);
    list.add('nocamera', 'nofullscreen', 'noscreen');
    list.remove('nomic');
    await view.updateComplete;
    expect(view.getAttribute('controlslist')).to.equal('notimer nocamera nofullscreen noscreen');
    expect([part('camera-button'), part('fullscreen-button'), part('screen-button')]).to.deep.equal([null, null, null]);
    expect(part('mic-button')).to.not.equal(null);
    view.controlsList = '';
    await view.updateComplete;
    expect(part('timer')).to.not.equal(null);
    expect([list.toggle('nomic'), list.toggle('nomic'), list.length]).to.deep.equal([true, false, 0]);
    list.value = 'notimer NoPip';
    expect([list.replace('notimer', 'nomic'), list.item(0), list[1], String(list), view.getAttribute('controlslist')]).to.deep.equal([true, 'nomic', 'nopip', 'nomic nopip', 'nomic nopip']);
    expect(() => list.add('no mic')).to.throw(DOMException);
  });

  it('honours what was set before the element is defined', async () => {
    const { view: { session } } = await openStage();
    const early = Object.assign(document.createElement('late-call'), { session, controlsList: 'nomic', muted: true, volume: 0.5, ringtone: 'none' });
    document.querySelector('rtc-video-call')!.after(early);
    customElements.define('late-call', class extends RtcVideoCall {});
    expect([String(early.controlsList), early.getAttribute('controlslist')]).to.deep.equal(['nomic', 'nomic']);
    await (early as unknown as RtcVideoCall).updateComplete;
    const { muted, volume } = early.shadowRoot!.querySelector('video')!;
    expect([muted, volume]).to.deep.equal([true, 0.5]);
  });

  it('draws no control bar with controls-hidden, but still cards', async () => {
    const { show, part } = await openStage({ 'controls-hidden': '' });
    await show('active');
    expect(part('controls')).to.equal(null);
    expect(part('peer-name')).to.not.equal(null);
    await show('incoming video');
    expect(part('accept-button')).to.not.equal(null);
    await show('calling');
    expect([part('mic-button'), part('hangup-button')!.innerText]).to.deep.equal([null, 'Cancel']);
  });

  it('draws the two pictures and nothing else when bare', async () => {
    const { show, text, view } = await openStage({ bare: '' });
    for (const scene of ['idle', 'incoming video', 'active with a problem', 'ended'] as const) {
      await show(scene);
      expect(text()).to.equal('');
      expect(view.shadowRoot!.querySelectorAll('button').length).to.equal(0);
      expect(view.shadowRoot!.querySelectorAll('video').length).to.equal(2);
    }
  });

  it('lets the page bring its own card, and its own buttons', async () => {
    const { show, part, view } = await openStage();
    view.insertAdjacentHTML('beforeend', '<div slot="incoming">My card</div><button slot="controls-end">Mine</button>');
    await show('incoming video');
    const slot = part('incoming')!.querySelector('slot')!;
    expect(slot.assignedElements().map(({ textContent }) => textContent)).to.deep.equal(['My card']);
    expect(part('peer-name')).to.equal(null);
    await show('active');
    expect(part('peer-name')).to.not.equal(null);
    expect(view.querySelector('button')!.checkVisibility()).to.equal(true);
  });

  it('takes mute and volume of the other as <video> does', async () => {
    const { part, view } = await openStage({ muted: '', volume: '0.5' });
    const remote = part<HTMLVideoElement>('remote-video')!;
    expect([remote.muted, remote.volume]).to.deep.equal([true, 0.5]);
    view.muted = false;
    view.volume = 7;
    await view.updateComplete;
    expect([remote.muted, remote.volume]).to.deep.equal([false, 1]);
  });

  it('silences nobody because a volume was taken back or is no number, and has its defaults again', async () => {
    const { part, view, session } = await openStage({ volume: '0.5', 'ended-timeout': '3', priority: 'video', ringtone: 'none' });
    const heard = async () => {
      await view.updateComplete;
      return [view.volume, part<HTMLVideoElement>('remote-video')!.volume];
    };
    for (const change of [() => view.removeAttribute('volume'), () => view.setAttribute('volume', 'loud'), () => Object.assign(view, { volume: undefined }), () => Object.assign(view, { volume: NaN })]) {
      view.volume = 0.2;
      expect(await heard()).to.deep.equal([0.2, 0.2]);
      change();
      expect(await heard()).to.deep.equal([1, 1]);
    }
    for (const name of ['ended-timeout', 'priority', 'ringtone']) view.removeAttribute(name);
    await view.updateComplete;
    expect([view.endedTimeout, view.priority, view.ringtone]).to.deep.equal([8, 'audio', '']);
    expect(session.asked('configure').at(-1)).to.deep.equal([{ endedTimeout: 8, priority: 'audio' }]);
  });

  it('gives the session what the page set, and leaves the rest as it is', async () => {
    const { session, view } = await openStage({ 'mic-off': '', 'ended-timeout': '3', 'auto-accept': '', priority: 'video' });
    expect(session.asked('configure')).to.deep.equal([[{ micOff: true, autoAccept: true, endedTimeout: 3, priority: 'video' }]]);
    view.removeAttribute('auto-accept');
    await view.updateComplete;
    expect(session.asked('configure').at(-1)).to.deep.equal([{ autoAccept: false }]);
    expect((await openStage()).session.asked('configure')).to.deep.equal([]);
  });

  it('switches the devices of a running call with mic-off and camera-off, and opens none without a call', async () => {
    const { session, view, show } = await openStage({ 'camera-off': '' });
    view.cameraOff = false;
    await view.updateComplete;
    expect(session.asked('toggleCamera')).to.deep.equal([]);
    await show('active');
    view.micOff = true;
    view.cameraOff = true;
    await view.updateComplete;
    expect([session.asked('toggleMicrophone'), session.asked('toggleCamera')]).to.deep.equal([[[false]], [[false]]]);
    view.micOff = true;
    await show('active, nothing sent');
    await view.updateComplete;
    expect(session.asked('toggleMicrophone')).to.have.length(1);
    // Switched by hand meanwhile: saying it again counts.
    view.micOff = false;
    await view.updateComplete;
    expect(session.asked('toggleMicrophone').at(-1)).to.deep.equal([true]);
  });

  it('passes its methods on to the session', async () => {
    const { session, view, show } = await openStage();
    await show('active');
    expect((await view.call('ana', { video: false })).peer.id).to.equal('ana');
    await view.accept({ video: false });
    expect(await view.toggleMicrophone(false)).to.equal(false);
    await view.setDevice('videoinput', 'x');
    await view.restartIce();
    await view.resumePlayback();
    view.silence();
    view.reject();
    view.hangup();
    const names = session.calls.map(([name]) => name).filter((name) => name !== 'configure');
    expect(names).to.deep.equal(['call', 'accept', 'toggleMicrophone', 'setDevice', 'restartIce', 'resumePlayback', 'silence', 'reject', 'hangup']);
  });

  it('rejects with a code: no session, no add-on, no such ability', async () => {
    const { view, show } = await openStage();
    await show('active');
    for (const promise of [view.sendMessage('x'), view.sendFile(new File([], 'x')), view.screenshot(), view.startRecording(), view.stopRecording()]) {
      expect(await code(promise)).to.equal('addon-missing');
    }
    expect(await code(view.requestPictureInPicture())).to.equal('unavailable');
    expect(await code(view.requestFullscreen())).to.equal('unavailable');
    expect(await code(view.setDevice('audiooutput', 'no such device'))).to.equal('device-not-found');
    const alone = document.createElement('rtc-video-call');
    expect(await code(alone.call('ana'))).to.equal('not-joined');
    expect(await code(alone.toggleCamera())).to.equal('not-joined');
    alone.hangup();
    expect([alone.state, alone.currentCall, alone.duration, alone.peerConnection]).to.deep.equal(['idle', null, 0, null]);
  });

  it('reports a refused playback once, and shows one button that resumes it', async () => {
    const { session, show, part } = await openStage();
    const remote = part<HTMLVideoElement>('remote-video')!;
    let attempts = 0;
    remote.play = () => (attempts++, Promise.reject(new DOMException('no', 'NotAllowedError')));
    const remoteStream = openPicture();
    await show('active', { remoteStream });
    await waitUntil(() => session.asked('reportPlaybackBlocked').length > 0);
    await show('active', { remoteStream, playbackBlocked: true });
    await show('active', { remoteStream, playbackBlocked: true });
    expect([attempts, session.asked('reportPlaybackBlocked').length]).to.deep.equal([1, 1]);
    expect(part('start-button')!.innerText).to.contain('Tap to hear');
    part('start-button')!.click();
    expect(session.asked('resumePlayback')).to.have.length(1);
    const [retry] = session.asked('reportPlaybackBlocked')[0] as [() => Promise<void>];
    remote.play = async () => void attempts++;
    await retry();
    expect(attempts).to.equal(2);
    await show('active', { remoteStream });
    expect(part('start-button')).to.equal(null);
    remoteStream.getTracks()[0]!.stop();
  });

  it('lists devices and follows them', async () => {
    const { session, view } = await openStage();
    const camera = { kind: 'videoinput', deviceId: 'a', label: '', groupId: '', toJSON: () => ({}) } as const;
    session.emit('rtc-devices', { devices: [camera], selected: {}, cause: 'plugged' });
    expect(view.devices).to.deep.equal([camera]);
  });

  it('leaves nothing behind in the session when removed', async () => {
    const { session, view } = await openStage();
    expect(session.listenerCount).to.equal(1);
    view.remove();
    expect(session.listenerCount).to.equal(0);
  });
});
