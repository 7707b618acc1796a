import { expect, fixture, html, waitUntil } from '@open-wc/testing';
import { RtcVideoCall } from '../../../src/elements/rtc-video-call/rtc-video-call.js';
import { roomStrings } from '../../../src/elements/strings.js';
import { viewStrings } from '../../../src/elements/view-strings.js';
import { END_REASONS } from '../../../src/protocol/codes.js';
import { callWith, FakeSession } from '../../support/fake-session.js';
import { ANA, openPicture, openStage, SCENES, type SceneName } from './video-call-scenes.js';

describe('<rtc-video-call> draws each state', () => {
  it('says what to do while there is no call', async () => {
    const { text, view, part } = await openStage();
    expect(text()).to.equal('Choose somebody to call');
    expect(view.getAttribute('state')).to.equal('idle');
    expect(part('controls')).to.equal(null);
  });

  it('shows whom it calls, then that it rings there, with a way to cancel', async () => {
    const { show, text, part, session } = await openStage();
    await show('calling');
    expect(text()).to.contain('Ana Lindqvist').and.to.contain('Calling…');
    await show('ringing');
    expect(text()).to.contain('Ringing…');
    part('hangup-button')!.click();
    expect(session.asked('hangup')).to.have.length(1);
  });

  it('shows who calls with a video call’s four answers', async () => {
    const { show, text, part, session } = await openStage();
    await show('incoming video');
    expect(text()).to.contain('Ana Lindqvist').and.to.contain('Video call');
    expect(part('placeholder')!.innerText).to.equal('AL');
    part('accept-button')!.click();
    part('accept-audio-button')!.click();
    part('silence-button')!.click();
    part('reject-button')!.click();
    expect(session.asked('accept')).to.deep.equal([[undefined], [{ video: false }]]);
    expect(session.asked('silence')).to.have.length(1);
    expect(session.asked('reject')).to.have.length(1);
    await show('incoming video', { silenced: true });
    expect(part('silence-button')).to.equal(null);
  });

  it('marks a name that the server vouches for, while it rings and while they talk, and no other', async () => {
    const { show, view, session } = await openStage();
    const verified = callWith({ ...ANA, authenticated: true });
    const badge = () => view.shadowRoot!.querySelector('.who .verified');
    for (const scene of ['incoming video', 'calling', 'active'] as const) {
      await show(scene);
      expect(badge(), scene).to.equal(null);
      await show(scene, { currentCall: { ...session.getSnapshot().currentCall!, peer: verified.peer } });
      expect(badge()!.getAttribute('aria-label'), scene).to.equal('Verified name');
      expect(badge()!.getBoundingClientRect().width, scene).to.be.greaterThan(10);
      await expect(view).to.be.accessible();
    }
  });

  it('counts down on the card of a call that is accepted by itself, and reads it out once', async () => {
    const { show, part, view } = await openStage();
    await show('incoming video', { autoAcceptAt: Date.now() + 12_500, clockOffsetMs: 10_000 });
    await waitUntil(() => part('countdown')?.innerText === 'Accepting by itself in 3 seconds');
    const alerts = () => [...view.shadowRoot!.querySelectorAll('[role=alert]')].map(({ textContent }) => textContent).filter(Boolean);
    // The call itself is not said again with it.
    await waitUntil(() => alerts().length === 2);
    expect(alerts()).to.deep.equal(['Ana Lindqvist is calling. Video call', 'Accepting by itself in 3 seconds']);
    await waitUntil(() => part('countdown')!.innerText === 'Accepting by itself in 2 seconds');
    expect(alerts()).to.contain('Accepting by itself in 3 seconds');
    await expect(view).to.be.accessible();
    await show('incoming video', { autoAcceptAt: null });
    expect(part('countdown') === null).to.equal(true);
    expect(alerts()).to.deep.equal(['Ana Lindqvist is calling. Video call']);
  });

  it('offers no answer without camera to a voice call', async () => {
    const { show, text, part } = await openStage();
    await show('incoming voice');
    expect(text()).to.contain('Voice call');
    expect(part('accept-button')).to.not.equal(null);
    expect(part('accept-audio-button')).to.equal(null);
  });

  for (const [what, options, changes] of [
    ['media="none"', { media: 'none' }, {}],
    ['media="audio"', { media: 'audio' }, {}],
    ['no use for a camera', {}, { camera: { state: 'unused', error: null } }],
  ] as const) {
    it(`offers one way to accept a video call with ${what}`, async () => {
      const { show, part } = await openStage({}, new FakeSession(options));
      await show('incoming video', changes);
      expect(part('accept-button')).to.not.equal(null);
      expect(part('accept-audio-button')).to.equal(null);
    });
  }

  it('shows nothing of a call whose card the page prevented', async () => {
    const { show, text, part, view } = await openStage();
    await show('incoming video', { cardPrevented: true });
    expect(text()).to.equal('');
    expect(part('incoming')).to.equal(null);
    expect(view.state).to.equal('incoming');
  });

  it('plays the other’s picture large and the own one small, mirrored and mute', async () => {
    const { show, part, view } = await openStage();
    const localStream = openPicture();
    const remoteStream = openPicture();
    await show('active', { localStream, remoteStream });
    const remote = part<HTMLVideoElement>('remote-video')!;
    const local = part<HTMLVideoElement>('local-video')!;
    await waitUntil(() => remote.videoWidth > 0 && local.videoWidth > 0);
    await view.updateComplete;
    expect(remote.srcObject).to.equal(remoteStream);
    expect(local.srcObject).to.equal(localStream);
    expect(local.muted).to.equal(true);
    expect(remote.muted).to.equal(false);
    expect(getComputedStyle(local).transform).to.contain('-1');
    expect(getComputedStyle(remote).visibility).to.equal('visible');
    expect(local.clientWidth).to.be.lessThan(remote.clientWidth / 2);
    view.noMirror = true;
    await view.updateComplete;
    expect(getComputedStyle(local).transform).to.equal('none');
    for (const stream of [localStream, remoteStream]) stream.getTracks().forEach((track) => track.stop());
  });

  it('never reloads a picture by drawing again', async () => {
    const { show, part, view } = await openStage();
    const remoteStream = openPicture();
    const localStream = openPicture();
    await show('active', { remoteStream, localStream });
    await waitUntil(() => part<HTMLVideoElement>('remote-video')!.videoWidth > 0);
    let reloads = 0;
    view.shadowRoot!.addEventListener('emptied', () => reloads++, true);
    for (let i = 0; i < 3; i++) await show('active', { remoteStream, localStream });
    await show('reconnecting', { remoteStream, localStream });
    expect(reloads).to.equal(0);
    for (const stream of [localStream, remoteStream]) stream.getTracks().forEach((track) => track.stop());
  });

  it('plays on after being moved in the document', async () => {
    const { show, part, view } = await openStage({ muted: '' });
    const remoteStream = openPicture();
    await show('active', { remoteStream });
    const remote = part<HTMLVideoElement>('remote-video')!;
    await waitUntil(() => !remote.paused && remote.currentTime > 0);
    const elsewhere = document.createElement('section');
    view.parentElement!.append(elsewhere);
    elsewhere.append(view);
    await waitUntil(() => !remote.paused && remote.currentTime > 0, 'it stands still');
    remoteStream.getTracks()[0]!.stop();
  });

  it('shows initials where no picture comes, and a badge only once the other’s sound has been switched off in this call', async () => {
    const { show, part, view } = await openStage();
    const badge = () => view.shadowRoot!.querySelector('.badge');
    await show('active, nothing sent');
    expect(part('placeholder')!.checkVisibility()).to.equal(true);
    expect(badge(), 'who only receives').to.equal(null);
    await show('active');
    expect(badge()).to.equal(null);
    await show('active, nothing sent');
    await waitUntil(() => badge()?.getAttribute('aria-label') === 'Ana Lindqvist is muted');
    await show('active, nothing sent', { currentCall: { ...SCENES.active.currentCall, callId: 'call-2' } });
    expect(badge(), 'another call').to.equal(null);
    expect(getComputedStyle(part('remote-video')!).visibility).to.equal('hidden');
  });

  it('counts the time of the call by the server’s clock', async () => {
    const { show, part, view } = await openStage();
    const since = (seconds: number) => ({ currentCall: { ...SCENES.active.currentCall, connectedAt: Date.now() - seconds * 1000 } });
    await show('active', since(65));
    expect(part('timer')!.innerText).to.match(/^01:0[56]$/);
    expect(view.duration).to.be.within(65, 67);
    const first = part('timer')!.innerText;
    await waitUntil(() => part('timer')!.innerText > first, 'it does not run', { timeout: 3000 });
    await show('active', since(3725));
    expect(part('timer')!.innerText).to.match(/^1:02:0[56]$/);
    await show('active', { ...since(65), clockOffsetMs: 60_000 });
    expect(part('timer')!.innerText).to.match(/^02:0[56]$/);
    await show('ended', { currentCall: { ...SCENES.ended.currentCall, connectedAt: 1000, endedAt: 6000 } });
    expect(view.duration).to.equal(5);
  });

  it('says beneath the end of a call how long it was, and nothing of one that never began', async () => {
    const { show, part, text } = await openStage();
    await show('ended', { endReason: 'hangup', currentCall: { ...SCENES.ended.currentCall, connectedAt: 1000, endedAt: 66_900 } });
    await waitUntil(() => part('duration')?.innerText === '1 minute, 5 seconds');
    expect(text()).to.contain('You ended the call 1 minute, 5 seconds');
    await show('ended');
    expect(part('duration') === null).to.equal(true);
  });

  it('says why it reconnects, over a covered picture', async () => {
    const { show, text } = await openStage();
    await show('reconnecting');
    await waitUntil(() => text().includes('Connection lost, trying again…'));
    await show('reconnecting', { reconnectCause: 'peer-unload' });
    expect(text()).to.contain('Ana Lindqvist left the page and may come back…');
  });

  for (const endReason of END_REASONS) {
    it(`says how a call ended: ${endReason}`, async () => {
      const { show, text } = await openStage();
      for (const direction of ['outgoing', 'incoming'] as const) {
        await show('ended', { endReason, direction });
        const words = text().replace(/ Call again Close$/, '').replace(/^AL /, '');
        expect(words).to.have.length.above(8);
        expect(words).not.to.match(/[{}]|undefined/).and.not.to.contain(`-${endReason}`);
      }
    });
  }

  it('offers to call again who is still here, with the same media, or to close', async () => {
    const { show, part, session } = await openStage();
    await show('ended');
    part('call-again-button')!.click();
    expect(session.asked('call')).to.deep.equal([['ana', { audio: true, video: true }]]);
    part('dismiss-button')!.click();
    expect(session.asked('dismissEnded')).to.have.length(1);
    await show('ended', { members: [] });
    expect(part('call-again-button')).to.equal(null);
  });

  it('shows a problem with what to do about it until it is closed', async () => {
    const { show, part, session } = await openStage();
    await show('active with a problem');
    await waitUntil(() => part('notice-button') !== null);
    expect(part('banner')!.innerText).to.contain('used by another program').and.to.contain('Close the other program');
    expect(part('banner')!.getAttribute('role')).to.equal('status');
    part('notice-button')!.click();
    expect(session.asked('dismissNotice')).to.have.length(1);
    await show('active with a problem', { noticeScope: 'room' });
    expect(part('banner')!.innerText).to.equal('');
  });

  it('keeps its size from state to state, and its buttons inside and clear of the own picture', async () => {
    const { view, show, part } = await openStage();
    const localStream = openPicture();
    for (const width of [200, 320, 640, 1100]) {
      view.parentElement!.style.width = `${width}px`;
      await show('idle');
      const { height } = view.getBoundingClientRect();
      expect(height).to.be.closeTo(Math.max(300, (width * 9) / 16), 1);
      for (const name of Object.keys(SCENES) as SceneName[]) {
        await show(name, { localStream });
        const box = view.getBoundingClientRect();
        expect(box.height).to.equal(height);
        expect(box.width).to.equal(width);
        const own = part('local-video')!.getBoundingClientRect();
        for (const button of view.shadowRoot!.querySelectorAll('.bar button')) {
          if (!button.checkVisibility()) continue;
          const at = button.getBoundingClientRect();
          expect(at.left >= box.left && at.right <= box.right && at.bottom <= box.bottom && at.top >= own.bottom, `${name} at ${width}`).to.equal(true);
          expect(Math.min(at.width, at.height)).to.be.at.least(44);
        }
      }
    }
    localStream.getTracks()[0]!.stop();
  });

  for (const width of [255, 270, 320]) {
    it(`keeps the buttons of a call in one row at ${width} px, hang-up among them`, async () => {
      const { view, show, part } = await openStage();
      view.parentElement!.style.width = `${width}px`;
      await show('active');
      const buttons = [...part('controls')!.querySelectorAll('button')].filter((button) => button.checkVisibility());
      expect(new Set(buttons.map((button) => button.getBoundingClientRect().top)).size).to.equal(1);
      expect(buttons.map((button) => button.part[1])).to.deep.equal(['mic-button', 'camera-button', 'screen-button', 'settings-button', 'hangup-button']);
    });
  }

  it('keeps its words legible on the dark stage, whatever the page’s colour for muted text on light', async () => {
    const { view, show } = await openStage();
    view.style.setProperty('--rtc-muted-text', 'rgb(90, 90, 90)');
    const colour = () => getComputedStyle(view.shadowRoot!.querySelector('.how')!).color;
    await show('idle');
    expect(colour()).to.equal('rgb(90, 90, 90)');
    await show('reconnecting');
    const [red = 0] = colour().match(/\d+/g)!.map(Number);
    expect(red).to.be.above(160);
  });

  it('is as large before the room is joined as after, and honours what was set meanwhile', async () => {
    const box = await fixture<HTMLElement>(html`<div></div>`);
    box.style.width = '640px';
    const view = document.createElement('rtc-video-call');
    const session = new FakeSession();
    Object.assign(view, { session, ringtone: 'none', autoAccept: true, muted: true, controlsList: 'nomic' });
    box.append(view);
    await view.updateComplete;
    const { height } = view.getBoundingClientRect();
    expect(view.shadowRoot!.querySelectorAll('video').length).to.equal(0);
    expect([view.state, view.duration, session.options.autoAccept]).to.deep.equal(['idle', 0, true]);
    session.set({ ...SCENES.active, roomState: 'joined' });
    await view.updateComplete;
    expect(view.getBoundingClientRect().height).to.equal(height);
    expect(view.shadowRoot!.querySelector('video')!.muted).to.equal(true);
    expect(view.shadowRoot!.querySelector('[part~=mic-button]')).to.equal(null);
    expect(view.shadowRoot!.querySelector('[part~=camera-button]')).to.not.equal(null);
  });

  it('tries again to fetch its inside when the session changes, after it could not', async () => {
    let tries = 0;
    class FlakyCall extends RtcVideoCall {
      protected override async loadFace() {
        if (tries++ === 0) throw new TypeError('Failed to fetch dynamically imported module');
        return super.loadFace();
      }
    }
    customElements.define('flaky-call', FlakyCall);
    const view = new FlakyCall();
    const session = new FakeSession();
    session.setJoined(ANA);
    view.session = session;
    const box = await fixture<HTMLElement>(html`<div></div>`);
    box.append(view);
    await view.updateComplete;
    expect([tries, view.shadowRoot!.querySelectorAll('video').length]).to.deep.equal([1, 0]);
    session.set({ ...SCENES.active });
    await view.updateComplete;
    expect([tries, view.shadowRoot!.querySelectorAll('video').length]).to.deep.equal([2, 2]);
  });

  it('has its state in the attribute when it is told', async () => {
    const { view, session } = await openStage();
    session.set({ ...SCENES.active });
    expect([view.getAttribute('state'), view.getAttribute('direction')]).to.deep.equal(['active', 'outgoing']);
  });

  it('reflects state and direction, and ignores what the page writes there', async () => {
    const { show, view } = await openStage();
    await show('incoming video');
    expect([view.getAttribute('state'), view.getAttribute('direction')]).to.deep.equal(['incoming', 'incoming']);
    view.setAttribute('state', 'active');
    view.removeAttribute('direction');
    expect([view.getAttribute('state'), view.getAttribute('direction'), view.state]).to.deep.equal(['incoming', 'incoming', 'incoming']);
  });

  for (const scene of Object.keys(SCENES) as SceneName[]) {
    it(`has no accessibility fault: ${scene}`, async () => {
      const { show, view } = await openStage();
      for (const theme of ['light', 'dark']) {
        view.setAttribute('theme', theme);
        await show(scene);
        await expect(view).to.be.accessible();
      }
    });
  }

  it('tells assistive technology: a call at once, the rest in its turn', async () => {
    const { show, view } = await openStage();
    const region = (role: string) => view.shadowRoot!.querySelector<HTMLElement>(`.overlay > [role='${role}']:not(.banner)`)!;
    const [alert, status] = [region('alert'), region('status')];
    await show('incoming video');
    expect(alert.textContent).to.equal('Ana Lindqvist is calling. Video call');
    expect(status.textContent).to.equal('');
    await show('active');
    expect(alert.textContent).to.equal('');
    expect(status.textContent).to.equal('In a call with Ana Lindqvist');
    await show('ended');
    expect(status.textContent).to.equal('Ana Lindqvist is in another call');
    expect(region('status')).to.equal(status);
  });

  it('never makes markup of a nickname', async () => {
    const { show, view, text } = await openStage();
    const nickname = '<img src=x onerror=alert(1)>';
    await show('ended', { currentCall: { ...SCENES.ended.currentCall, peer: { ...ANA, nickname } } });
    expect(text()).to.contain(`${nickname} is in another call`);
    expect(view.shadowRoot!.querySelector('img')).to.equal(null);
  });

  it('has words for every key', () => {
    for (const [key, words] of Object.entries({ ...roomStrings, ...viewStrings })) expect(words, key).to.match(/\S/);
  });
});
