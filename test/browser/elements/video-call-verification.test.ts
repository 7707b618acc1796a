import { expect, waitUntil } from '@open-wc/testing';
import { SAS_EMOJI } from '../../../src/media/verification-emoji.js';
import type { SessionSnapshot, Verification, VerificationState } from '../../../src/session/public.js';
import { openPicture, openStage, type Stage } from './video-call-scenes.js';

const SEVEN = SAS_EMOJI.slice(8, 15);
const verification = (state: VerificationState): Verification => ({ emoji: SEVEN.map(([emoji]) => emoji), words: SEVEN.map(([, word]) => word), state });
const UNVERIFIED = { verification: verification('unverified') };
const VERIFIED = { verification: verification('verified') };
const CHANGED = { verification: verification('changed') };
const REMOTE = { audio: true, video: true, screen: false };
const RECORDED = { remoteMedia: { ...REMOTE, recording: true } };

const button = ({ part }: Stage) => part<HTMLButtonElement>('verification-button');
const panel = ({ part }: Stage) => part<HTMLDialogElement>('verification')!;
const choice = (stage: Stage, words: string) => [...panel(stage).querySelectorAll('button')].find(({ innerText }) => innerText === words)!;
const spoken = ({ view }: Stage, role: string) => [...view.shadowRoot!.querySelectorAll(`.unseen[role='${role}']`)].map((each) => each.textContent!.trim()).join(' ').trim();

async function inCall(changes: Partial<SessionSnapshot> = UNVERIFIED): Promise<Stage> {
  const stage = await openStage();
  await stage.show('active', changes);
  await waitUntil(() => button(stage) !== null);
  return stage;
}
async function inPicture(width = 640): Promise<Stage> {
  const stage = await openStage();
  stage.view.parentElement!.style.width = `${width}px`;
  const remoteStream = openPicture(640, 360);
  const { show } = stage;
  const shown = { ...stage, show: (scene: Parameters<typeof show>[0], changes = {}) => show(scene, { remoteStream, ...changes }) };
  await shown.show('active', UNVERIFIED);
  await waitUntil(() => stage.part('stage')!.classList.contains('picture') && button(stage) !== null);
  return shown;
}
const boxes = ({ view }: Stage) => ['stage', 'peer-name', 'timer', 'controls', 'local-video', 'remote-video'].map((name) => {
  const { x, y, width, height } = view.shadowRoot!.querySelector(`[part~='${name}']`)!.getBoundingClientRect();
  return [name, ...[x, y, width, height].map(Math.round)].join(' ');
});

describe('<rtc-video-call> and who the other is', () => {
  it('has a button for it that says how it stands, and none while there is nothing to compare', async () => {
    const stage = await inCall();
    expect(button(stage)!.getAttribute('aria-label')).to.equal('Verify Ana Lindqvist');
    await expect(stage.view).to.be.accessible();
    await stage.show('active', VERIFIED);
    expect(button(stage)!.getAttribute('aria-label')).to.equal('Ana Lindqvist is verified');
    await expect(stage.view).to.be.accessible();
    await stage.show('active');
    expect(button(stage)).to.equal(null);
    await stage.show('ended', VERIFIED);
    expect(button(stage)).to.equal(null);
  });

  it('begins at the title of its panel: a key that was meant to open it confirms nothing', async () => {
    const stage = await inCall();
    button(stage)!.click();
    expect(stage.view.shadowRoot!.activeElement?.id).to.equal('verify-title');
  });

  it('is a property, and dispatches rtc-verification', async () => {
    const { view, session, show } = await openStage();
    expect(view.verification).to.deep.equal({ emoji: [], words: [], state: 'unavailable' });
    await show('active', VERIFIED);
    expect(view.verification).to.equal(session.getSnapshot().verification);
    let heard: unknown;
    view.addEventListener('rtc-verification', ({ detail }) => (heard = detail));
    session.emit('rtc-verification', CHANGED.verification);
    expect(heard).to.equal(CHANGED.verification);
  });

  it('shows the seven emoji with their names, read out as words, and takes the answer', async () => {
    const stage = await inCall();
    button(stage)!.focus();
    button(stage)!.click();
    expect(panel(stage).open).to.equal(true);
    const rows = [...panel(stage).querySelectorAll('li')];
    expect(rows.map((row) => row.innerText.replace(/\s+/g, ' '))).to.deep.equal(SEVEN.map((pair) => pair.join(' ')));
    for (const row of rows) expect(row.firstElementChild!.getAttribute('aria-hidden')).to.equal('true');
    await expect(stage.view).to.be.accessible();
    choice(stage, 'We compared these').click();
    expect(stage.session.asked('verify')).to.deep.equal([[true]]);
    expect(panel(stage).open).to.equal(false);
    expect(stage.view.shadowRoot!.activeElement).to.equal(button(stage));
  });

  it('advises to hang up where they differ', async () => {
    const stage = await inCall();
    button(stage)!.click();
    choice(stage, 'They differ').click();
    await stage.view.updateComplete;
    expect(stage.session.asked('verify')).to.deep.equal([[false]]);
    expect(panel(stage).innerText).to.contain('reach Ana Lindqvist another way');
    await expect(stage.view).to.be.accessible();
    choice(stage, 'Hang up').click();
    expect(stage.session.asked('hangup')).to.have.length(1);
    // Another time it begins anew.
    choice(stage, 'Close').click();
    button(stage)!.click();
    await stage.view.updateComplete;
    expect(choice(stage, 'We compared these')).to.not.equal(undefined);
  });

  it('takes it back', async () => {
    const stage = await inCall(VERIFIED);
    button(stage)!.click();
    choice(stage, 'Not any more').click();
    expect(stage.session.asked('verify')).to.deep.equal([[false]]);
  });

  it('uses the page’s own words, for the emoji too', async () => {
    const stage = await inCall();
    Object.defineProperty(stage.view, 'ownWords', { value: { verify: '{nickname} prüfen', [SEVEN[0]![0]]: 'Bär' } });
    stage.view.requestUpdate();
    await stage.view.updateComplete;
    expect(button(stage)!.title).to.equal('Ana Lindqvist prüfen');
    expect(panel(stage).querySelector('li')!.textContent).to.contain('Bär');
  });

  it('warns of another identity: in words, at once, and on until it is compared', async () => {
    const stage = await inCall();
    expect(spoken(stage, 'alert')).to.equal('');
    await stage.show('active', CHANGED);
    expect(spoken(stage, 'alert')).to.contain('not the device you verified as Ana Lindqvist');
    expect(stage.part('banner')!.innerText).to.contain('not the device you verified as Ana Lindqvist');
    expect(button(stage)!.title).to.equal('Identity changed');
    await expect(stage.view).to.be.accessible();
    stage.part('banner')!.querySelector('button')!.click();
    await stage.view.updateComplete;
    expect(panel(stage).open).to.equal(true);
    await expect(stage.view).to.be.accessible();
    await stage.show('active', VERIFIED);
    expect([stage.part('banner')!.innerText, spoken(stage, 'alert')]).to.deep.equal(['', '']);
  });

  it('takes the focus into its panel, and goes with the call', async () => {
    const stage = await inCall();
    button(stage)!.click();
    // Not the answer: a key that was meant to open it would give it.
    expect((stage.view.shadowRoot!.activeElement as HTMLElement).innerText).to.equal('Is it really Ana Lindqvist?');
    await stage.show('ended');
    expect(stage.view.shadowRoot!.querySelector('dialog')).to.equal(null);
  });

  for (const width of [640, 360, 280]) {
    it(`moves nothing when button, recording and alarm appear, ${width} px wide, and covers nobody’s own picture`, async () => {
      const stage = await inPicture(width);
      await stage.show('active');
      expect(button(stage)).to.equal(null);
      const before = boxes(stage);
      for (const changes of [UNVERIFIED, { ...VERIFIED, ...RECORDED }, { ...CHANGED, ...RECORDED }, RECORDED]) {
        await stage.show('active', changes);
        expect(boxes(stage)).to.deep.equal(before);
        const own = stage.part('local-video')!.getBoundingClientRect();
        for (const name of ['verification-button', 'recording']) {
          const box = stage.part(name)?.getBoundingClientRect();
          if (box) expect(box.right, name).to.be.below(own.left);
        }
      }
    });
  }

  it('has a button of 44 px', async () => {
    for (const width of [640, 280]) {
      const stage = await inPicture(width);
      const { width: wide, height } = button(stage)!.getBoundingClientRect();
      expect([wide, height]).to.deep.equal([44, 44]);
    }
  });

  it('is gone in a bare view', async () => {
    const stage = await openStage({ bare: '' });
    await stage.show('active', { ...VERIFIED, ...RECORDED });
    expect([button(stage), stage.part('recording')]).to.deep.equal([null, null]);
  });
});

describe('<rtc-video-call> in a call that is recorded', () => {
  it('says so, also to who does not see it, all the time; controlslist does not hide it', async () => {
    const stage = await openStage({ controlslist: 'norecord noquality notimer', 'controls-hidden': '' });
    await stage.show('active', RECORDED);
    expect(stage.part('recording')!.innerText).to.contain('Recorded by Ana Lindqvist');
    expect(spoken(stage, 'status')).to.equal('In a call with Ana Lindqvist. Recorded by Ana Lindqvist');
    await expect(stage.view).to.be.accessible();
    await stage.show('reconnecting', RECORDED);
    expect(stage.part('recording')!.checkVisibility()).to.equal(true);
    await stage.show('active', { recording: true });
    expect(stage.part('recording')!.innerText).to.contain('You are recording');
    await stage.show('active', { ...RECORDED, recording: true });
    expect(stage.part('recording')!.innerText).to.contain('Recorded by Ana Lindqvist');
    await stage.show('active');
    expect([stage.part('recording'), spoken(stage, 'status')]).to.deep.equal([null, 'In a call with Ana Lindqvist']);
  });

  it('fits where there is little room', async () => {
    const stage = await openStage();
    stage.view.parentElement!.style.width = '280px';
    await stage.show('active', RECORDED);
    // Said at once, put in its place with what is fetched for a call under way.
    await waitUntil(() => getComputedStyle(stage.part('recording')!).position === 'absolute');
    const { left, right, height } = stage.part('recording')!.getBoundingClientRect();
    expect(height).to.be.below(30);
    expect(right - left).to.be.above(100);
    await expect(stage.view).to.be.accessible();
  });
});
