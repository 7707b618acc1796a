import { expect, waitUntil } from '@open-wc/testing';
import type { SessionSnapshot } from '../../../src/session/public.js';
import { openPicture, openStage, type Stage } from './video-call-scenes.js';

const POOR = { level: 'poor', reasons: ['loss-sending', 'relayed'], rttMs: 320 } as const;
const EXCELLENT = { level: 'excellent', reasons: ['direct'], rttMs: 20 } as const;
const PAUSED = { level: 'poor', reasons: ['video-paused', 'direct'], rttMs: 20 } as const;
const badgeShown = ({ part }: Stage) => waitUntil(() => part('quality') !== null);

/** A call with a moving remote picture, once its badge is there. */
async function inPicture(changes: Partial<SessionSnapshot> = {}): Promise<Stage> {
  const stage = await openStage();
  await stage.show('active', { remoteStream: openPicture(640, 360), quality: EXCELLENT, ...changes });
  await badgeShown(stage);
  await waitUntil(() => stage.part('stage')!.classList.contains('picture'));
  return stage;
}

const boxes = ({ view }: Stage, ...names: string[]) => names.map((name) => {
  const { x, y, width, height } = view.shadowRoot!.querySelector(`[part~='${name}']`)!.getBoundingClientRect();
  // Half a pixel is rounding: words in the middle of a line are centred.
  return [name, ...[x, y, width, height].map((side) => Math.round(side))].join(' ');
});

describe('<rtc-video-call> and the network', () => {
  it('says how good the network is, with reasons and round trip as an explanation', async () => {
    const stage = await openStage();
    await stage.show('active', { quality: POOR });
    await badgeShown(stage);
    const badge = stage.part('quality')!;
    expect(badge.innerText).to.equal('Poor connection');
    expect(badge.title).to.equal('part of what you send is lost, through a relay, 320 ms');
    await expect(stage.view).to.be.accessible();
  });

  it('shows the level as property and attribute, which is read-only', async () => {
    const { view, show } = await openStage();
    expect([view.quality, view.getAttribute('quality')]).to.deep.equal(['unknown', 'unknown']);
    await show('active', { quality: POOR });
    expect([view.quality, view.getAttribute('quality')]).to.deep.equal(['poor', 'poor']);
    view.setAttribute('quality', 'excellent');
    expect([view.quality, view.getAttribute('quality')]).to.deep.equal(['poor', 'poor']);
  });

  it('dispatches rtc-quality', async () => {
    const { view, session } = await openStage();
    let heard: unknown;
    view.addEventListener('rtc-quality', ({ detail }) => (heard = detail));
    session.emit('rtc-quality', POOR);
    expect(heard).to.deep.equal(POOR);
  });

  it('shows no badge with noquality, before anything is known, or without a call', async () => {
    const stage = await openStage();
    await stage.show('active', { quality: POOR });
    await badgeShown(stage);
    stage.view.controlsList.add('noquality');
    await stage.view.updateComplete;
    expect(stage.part('quality')).to.equal(null);
    stage.view.controlsList.remove('noquality');
    await stage.show('active', { quality: { level: 'unknown', reasons: [], rttMs: null } });
    expect(stage.part('quality')).to.equal(null);
    await stage.show('ended', { quality: POOR });
    expect(stage.part('quality')).to.equal(null);
  });

  it('covers a picture that is held back with the reason, and shows it again', async () => {
    const stage = await inPicture();
    const remote = stage.part('remote-video')!;
    expect(getComputedStyle(remote).visibility).to.equal('visible');
    await stage.show('active', { quality: EXCELLENT, remoteMedia: { audio: true, video: true, screen: false, paused: true } });
    expect(getComputedStyle(remote).visibility).to.equal('hidden');
    expect(stage.part('placeholder')!.checkVisibility()).to.equal(true);
    expect(stage.part('banner')!.innerText).to.contain('Ana Lindqvist’s video is paused');
    await expect(stage.view).to.be.accessible();
    await stage.show('active', { quality: EXCELLENT });
    expect(getComputedStyle(remote).visibility).to.equal('visible');
    expect(stage.part('banner')!.innerText).to.equal('');
  });

  it('says that the own picture is paused, and does not hide the own one', async () => {
    const stage = await inPicture({ quality: PAUSED });
    expect(stage.part('banner')!.innerText).to.contain('your video comes back by itself');
    expect(stage.part('local-video')!.hidden).to.equal(false);
    await expect(stage.view).to.be.accessible();
  });

  it('does not speak of a paused picture when the camera is off, or of anything in the way of a problem', async () => {
    const stage = await inPicture();
    await stage.show('active', { quality: EXCELLENT, remoteMedia: { audio: true, video: false, screen: false, paused: true } });
    expect(stage.part('banner')!.innerText).to.equal('');
    await stage.show('active with a problem', { quality: PAUSED });
    expect(stage.part('banner')!.innerText).to.not.contain('comes back by itself');
  });

  for (const width of [640, 360, 280]) {
    it(`moves nothing when badge and banner change, ${width} px wide`, async () => {
      const stage = await inPicture();
      stage.view.parentElement!.style.width = `${width}px`;
      await stage.show('active', { quality: EXCELLENT });
      const before = boxes(stage, 'stage', 'peer-name', 'timer', 'controls', 'local-video', 'remote-video');
      for (const quality of [PAUSED, POOR, { ...POOR, level: 'lost' }, { ...POOR, level: 'good' }, EXCELLENT] as const) {
        await stage.show('active', { quality });
        expect(boxes(stage, 'stage', 'peer-name', 'timer', 'controls', 'local-video', 'remote-video'), quality.level).to.deep.equal(before);
      }
    });
  }

  it('moves nothing in a voice call either', async () => {
    const stage = await openStage();
    await stage.show('active, nothing sent', { quality: EXCELLENT });
    await badgeShown(stage);
    const before = boxes(stage, 'stage', 'peer-name', 'timer', 'controls');
    for (const level of ['good', 'poor', 'lost'] as const) {
      await stage.show('active, nothing sent', { quality: { ...POOR, level } });
      expect(boxes(stage, 'stage', 'peer-name', 'timer', 'controls')).to.deep.equal(before);
    }
  });
});
