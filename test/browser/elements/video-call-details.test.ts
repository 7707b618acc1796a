import { expect, waitUntil } from '@open-wc/testing';
import { keepFigures } from '../../../src/media/call-figures.js';
import { openPicture, openStage, type Stage } from './video-call-scenes.js';

const EXCELLENT = { level: 'excellent', reasons: ['direct'], rttMs: 20 } as const;
const sample = { connected: true, arrived: 1, receivingLoss: 0.021, sendingLoss: null, rttMs: 34.4, availableBps: null, isLimited: false, isRelayed: true };

/** As a browser reports it, `index` samples after the first. */
const report = (index: number) => new Map([
  { id: 'CV', type: 'codec', mimeType: 'video/VP8' }, { id: 'CA', type: 'codec', mimeType: 'audio/opus' },
  { id: 'OV', type: 'outbound-rtp', kind: 'video', bytesSent: index * 300_000, frameWidth: 1280, frameHeight: 720, framesPerSecond: 30, codecId: 'CV' },
  { id: 'IA', type: 'inbound-rtp', kind: 'audio', bytesReceived: index * 10_000, codecId: 'CA' },
].map((entry) => [entry.id, { timestamp: 0, ...entry }]));

async function inCall(figures: number, attributes: Readonly<Record<string, string>> = {}): Promise<Stage> {
  const stage = await openStage(attributes);
  const connection = {} as RTCPeerConnection;
  for (let index = 0; index < figures; index++) keepFigures(connection, report(index), { ...sample, atMs: index * 2_000 });
  Object.defineProperty(stage.session, 'peerConnection', { value: connection });
  await stage.show('active', { remoteStream: openPicture(640, 360), quality: EXCELLENT });
  await waitUntil(() => stage.part('quality') !== null);
  return stage;
}

async function open(stage: Stage): Promise<HTMLDialogElement> {
  stage.part('quality')!.focus();
  stage.part('quality')!.click();
  await waitUntil(() => stage.part<HTMLDialogElement>('details')?.open === true);
  return stage.part<HTMLDialogElement>('details')!;
}

describe('the details of a connection in <rtc-video-call>', () => {
  it('write numbers as the language does', async () => {
    const words = (await open(await inCall(3, { lang: 'de' }))).innerText.replace(/\s+/g, ' ');
    for (const number of [/34\s?ms/, /2,1\s?%/, /VP8, 1,2 Mb(it)?\/s/]) expect(words).to.match(number);
  });

  it('say in plain words how it is', async () => {
    const stage = await inCall(3);
    const words = (await open(stage)).innerText.replace(/\s+/g, ' ');
    expect(words).to.contain('Through a relay');
    expect(words).to.contain('34 ms there and back');
    expect(words).to.contain('not known of what you send, 2.1% of what you receive');
    expect(words).to.match(/1280 × 720, 30 pictures a second, VP8, 1.2 Mb(it)?\/s/);
    await expect(stage.view).to.be.accessible();
  });

  it('draw for developers what was in the last minutes, said in words too', async () => {
    const stage = await inCall(150);
    const dialog = await open(stage);
    dialog.querySelector('summary')!.click();
    await stage.view.updateComplete;
    const graphs = [...dialog.querySelectorAll('svg[role=img]')];
    expect(graphs.map((graph) => graph.getAttribute('aria-label'))).to.have.length(4).and.include('Round trip: now 34 ms, at most 34 ms');
    expect(graphs[0]!.querySelector('path')!.getAttribute('d')!.match(/[ML]/g)).to.have.length(150);
    expect(dialog.innerText).to.contain('The last 5 minutes');
    await expect(stage.view).to.be.accessible();
  });

  it('wait for the first figures, and give the focus back when they are closed', async () => {
    const stage = await inCall(0);
    const dialog = await open(stage);
    expect(dialog.innerText).to.contain('The first figures come in a few seconds.');
    stage.part('details-close-button')!.click();
    await waitUntil(() => stage.part('details') === null);
    expect(stage.view.shadowRoot!.activeElement === stage.part('quality')).to.equal(true);
  });

  it('have the switch for sound only', async () => {
    const stage = await inCall(1);
    await open(stage);
    const button = stage.part('audio-only-button')!;
    expect(button.getAttribute('aria-pressed')).to.equal('false');
    button.click();
    await stage.view.updateComplete;
    expect([stage.view.audioOnly, stage.session.options.audioOnly, stage.part('audio-only-button')!.getAttribute('aria-pressed')]).to.deep.equal([true, true, 'true']);
    stage.part('audio-only-button')!.click();
    await stage.view.updateComplete;
    expect([stage.view.audioOnly, stage.session.options.audioOnly]).to.deep.equal([false, false]);
  });

  it('go with the call, and with noquality', async () => {
    const stage = await inCall(1);
    await open(stage);
    stage.view.controlsList.add('noquality');
    await waitUntil(() => stage.part('details') === null);
    stage.view.controlsList.remove('noquality');
    await waitUntil(() => stage.part('quality') !== null);
    expect(stage.part('details') === null).to.equal(true);
    await open(stage);
    await stage.show('ended');
    await waitUntil(() => stage.part('details') === null);
  });
});
