import { aTimeout, expect, fixture, html, nextFrame, waitUntil } from '@open-wc/testing';
import { RtcError } from '../../../src/base/rtc-error.js';
import '../../../src/elements/rtc-member-list/rtc-member-list.js';
import { RtcRoom } from '../../../src/elements/rtc-room/rtc-room.js';
import type { RtcSession, SessionOptions } from '../../../src/session/public.js';
import { FakeSession, member } from '../../support/fake-session.js';
import { ME, openPicture, openStage, type Stage } from './video-call-scenes.js';

class SpeakingRoom extends RtcRoom {
  fake!: FakeSession;
  protected override createSession(options: SessionOptions): RtcSession {
    return (this.fake = new FakeSession(options));
  }
}
customElements.define('speaking-room', SpeakingRoom);

/** Counted before anything is connected. */
let observers = 0;
const Observer = window.MutationObserver;
window.MutationObserver = class extends Observer {
  constructor(callback: MutationCallback) {
    super(callback);
    // That of ours, not of what the test itself uses.
    if (/hosts|redraw|requestUpdate/.test(String(callback))) observers += 1;
  }
};

const fetched = (name: string) => performance.getEntriesByType('resource').filter(({ name: url }) => new RegExp(`/languages/${name}\\.[jt]s`).test(url)).length;
const part = <E extends HTMLElement = HTMLElement>(element: Element, name: string) => element.shadowRoot!.querySelector<E>(`[part~='${name}']`);

/** A call view in a box of its own, whose language the test sets. */
async function stageIn(lang: string, dir = ''): Promise<Stage & { readonly box: HTMLElement }> {
  const stage = await openStage();
  const box = stage.view.parentElement!;
  box.lang = lang;
  if (dir) box.dir = dir;
  return { ...stage, box };
}
const says = (stage: Stage, words: string) => waitUntil(() => stage.text().includes(words), `“${words}” instead of “${stage.text()}”`);
const labels = (stage: Stage) => [...part(stage.view, 'controls')!.querySelectorAll('button')].map((button) => button.ariaLabel);

async function roomIn(lang: string): Promise<SpeakingRoom> {
  const box = await fixture(html`<div lang=${lang}><speaking-room room="lobby"></speaking-room></div>`);
  const room = box.querySelector('speaking-room') as SpeakingRoom;
  await waitUntil(() => part(room, 'join-form'));
  return room;
}

describe('The language of the elements', () => {
  afterEach(() => document.documentElement.removeAttribute('dir'));

  it('is English without a chunk where the page says so, or nothing', async () => {
    document.documentElement.lang = 'en-GB';
    const stage = await openStage();
    await stage.show('ended');
    await says(stage, 'Ana Lindqvist is in another call');
    document.documentElement.removeAttribute('lang');
    await stage.show('calling');
    await says(stage, 'Calling…');
    expect(fetched('\\w+')).to.equal(0);
  });

  it('is that of the nearest ancestor, from the first words drawn', async () => {
    const room = await roomIn('de');
    expect(part(room, 'join-button')!.textContent).to.equal('Beitreten');
    expect([part(room, 'layout')!.dir, part(room, 'layout')!.lang]).to.deep.equal(['', '']);
    const drawnFirst: string[] = [];
    const box = await fixture<HTMLElement>(html`<div lang="fr"></div>`);
    const next = document.createElement('speaking-room') as SpeakingRoom;
    next.room = 'lobby';
    next.addController({ hostUpdated: () => drawnFirst.push(part(next, 'join-button')?.textContent ?? '') });
    box.append(next);
    await waitUntil(() => part(next, 'join-button'));
    expect(drawnFirst.filter(Boolean)[0]).to.equal('Rejoindre');
  });

  it('is the own one first, and looked for through shadow roots', async () => {
    const outer = await fixture<HTMLElement>(html`<div lang="fr"><div></div></div>`);
    const inner = outer.firstElementChild!.attachShadow({ mode: 'open' });
    const stage = await openStage();
    await stage.show('calling');
    inner.append(stage.view);
    await says(stage, 'Appel en cours…');
    stage.view.lang = 'es';
    await says(stage, 'Llamando…');
    stage.view.removeAttribute('lang');
    await says(stage, 'Appel en cours…');
    // A change at the host of the shadow root is heard inside.
    outer.firstElementChild!.setAttribute('lang', 'ja');
    await says(stage, '発信中…');
  });

  it('falls back by subtags, and to English where there is none', async () => {
    const stage = await stageIn('pt-BR');
    await stage.show('calling');
    await says(stage, 'Ligando…');
    for (const [lang, words] of [['zh-CN', '正在呼叫…'], ['zh-Hans', '正在呼叫…'], ['sv-SE', 'Calling…'], ['ru', 'Звоним…'], ['', 'Calling…'], ['hi-IN', 'कॉल किया जा रहा है…'], ['xx', 'Calling…']]) {
      stage.box.lang = lang!;
      await says(stage, words!);
    }
    // Read out as what it is.
    await waitUntil(() => part(stage.view, 'stage')!.lang === 'en');
    expect(stage.view.hasAttribute('lang')).to.equal(false);
  });

  it('changes in a call without touching its pictures', async () => {
    const stage = await stageIn('en');
    const picture = openPicture();
    // Without a click a browser may refuse to play sound.
    stage.view.muted = true;
    await stage.show('active', { remoteStream: picture, localStream: picture });
    const video = part<HTMLVideoElement>(stage.view, 'remote-video')!;
    await waitUntil(() => video.videoWidth > 0);
    let disturbed = 0;
    for (const name of ['emptied', 'pause', 'loadstart', 'waiting']) video.addEventListener(name, () => (disturbed += 1));
    for (const [lang, label] of [['de', 'Auflegen'], ['ar', 'إنهاء المكالمة'], ['en', 'Hang up'], ['de', 'Auflegen']]) {
      stage.box.lang = lang!;
      await waitUntil(() => part(stage.view, 'hangup-button')!.ariaLabel === label);
    }
    expect([part(stage.view, 'remote-video') === video, video.srcObject === picture, video.paused]).to.deep.equal([true, true, false]);
    expect(video.ariaLabel).to.equal('Bild von Ana Lindqvist');
    const before = video.currentTime;
    await waitUntil(() => video.currentTime > before);
    expect(disturbed).to.equal(0);
    for (const track of picture.getTracks()) track.stop();
  });

  it('yields to the words of the page, one by one', async () => {
    const room = await roomIn('de');
    room.strings = { join: 'Rein da!', 'error-room-full': 'Kein Platz.|Geh heim.' };
    await waitUntil(() => part(room, 'join-button')!.textContent === 'Rein da!');
    expect([...part(room, 'join-form')!.querySelectorAll('label')].map(({ textContent }) => textContent)).to.include('Ihr Name');
    room.fake.set({ roomState: 'failed', notice: new RtcError('room-full'), noticeScope: 'room' });
    await waitUntil(() => part(room, 'error')?.innerText.includes('Kein Platz.'));
    expect(part(room, 'error')!.innerText).to.include('Geh heim.');
    room.strings = {};
    await waitUntil(() => part(room, 'error')!.innerText.includes('Dieser Raum ist voll.'));
  });

  it('of a page with its own words for another language stays that of the page', async () => {
    const room = await roomIn('sv');
    await waitUntil(() => part(room, 'layout')!.lang === 'en');
    room.strings = { join: 'Gå med' };
    await waitUntil(() => part(room, 'layout')!.lang === '');
    expect(part(room, 'join-button')!.textContent).to.equal('Gå med');
  });

  it('is spoken by errors and devices too; what the page hears stays English', async () => {
    const stage = await stageIn('de');
    await stage.show('active with a problem');
    await says(stage, 'wird von einem anderen Programm benutzt');
    await says(stage, 'Schließen Sie das andere Programm');
    expect(part(stage.view, 'camera-button')!.title).to.contain('anderen Programm');
    expect(new RtcError('device-in-use').message).to.contain('another program');
  });

  it('names the place where this browser gives a permission back', async () => {
    const stage = await stageIn('en');
    await stage.show('active', { notice: new RtcError('permission-denied'), noticeScope: 'call' });
    await says(stage, /Firefox/.test(navigator.userAgent) ? 'remove “Blocked”' : '“View site information”');
    stage.box.lang = 'de';
    await says(stage, /Firefox/.test(navigator.userAgent) ? 'entfernen Sie „Blockiert“' : '„Websiteinformationen anzeigen“');
  });

  it('writes durations as the language does', async () => {
    const stage = await stageIn('ru');
    await stage.show('incoming video', { autoAcceptAt: Date.now() + 2_900 });
    await waitUntil(() => part(stage.view, 'countdown')?.innerText === 'Ответ автоматически через 3 секунды');
    await stage.show('active', { quality: { level: 'poor', reasons: ['round-trip', 'relayed'], rttMs: 320 } });
    await waitUntil(() => part(stage.view, 'quality')?.title === 'большая задержка, через промежуточный сервер, 320 мс', part(stage.view, 'quality')?.title);
  });

  it('is seen by one observer, however many elements, and each table is fetched once', async () => {
    const before = observers;
    const box = await fixture<HTMLElement>(html`<div>${Array.from({ length: 20 }, () => html`<rtc-video-call></rtc-video-call><rtc-member-list></rtc-member-list>`)}</div>`);
    box.lang = 'de';
    await aTimeout(0);
    box.lang = 'ja';
    await nextFrame();
    expect(before).to.equal(1);
    expect(observers).to.equal(1);
    expect([fetched('de'), fetched('ja'), fetched('translator')]).to.deep.equal([1, 1, 1]);
  });
});

describe('Right to left', () => {
  afterEach(() => document.documentElement.removeAttribute('dir'));
  const left = (element: Element) => element.getBoundingClientRect().left;
  const middle = ({ left: start, width }: DOMRect) => start + width / 2;

  it('mirrors the call: buttons in the order of reading, hang-up last, the own picture on the other side', async () => {
    const stage = await stageIn('en');
    const picture = openPicture();
    await stage.show('active', { localStream: picture, remoteStream: picture });
    await waitUntil(() => labels(stage).includes('Picture in picture') || !document.pictureInPictureEnabled);
    const sides = () => ({
      own: Math.sign(middle(part(stage.view, 'local-video')!.getBoundingClientRect()) - middle(stage.view.getBoundingClientRect())),
      hangup: Math.sign(left(part(stage.view, 'hangup-button')!) - left(part(stage.view, 'mic-button')!)),
    });
    expect(sides()).to.deep.equal({ own: 1, hangup: 1 });
    const order = labels(stage).length;
    stage.box.lang = 'ar';
    await waitUntil(() => part(stage.view, 'hangup-button')!.ariaLabel === 'إنهاء المكالمة');
    await waitUntil(() => sides().own === -1);
    expect(sides()).to.deep.equal({ own: -1, hangup: -1 });
    expect(labels(stage).length).to.equal(order);
    expect([stage.view.hasAttribute('dir'), getComputedStyle(stage.view).direction]).to.deep.equal([false, 'rtl']);
    // What points outward points to the other side; a handset and the picture of oneself do not turn.
    expect(getComputedStyle(part(stage.view, 'screen-button')!.querySelector('svg')!).scale).to.equal('-1 1');
    expect(getComputedStyle(part(stage.view, 'hangup-button')!.querySelector('svg')!).scale).to.equal('none');
    stage.box.lang = 'en';
    await waitUntil(() => sides().own === 1);
    expect(getComputedStyle(stage.view).direction).to.equal('ltr');
    for (const track of picture.getTracks()) track.stop();
  });

  it('isolates a name of the other direction inside a sentence', async () => {
    const stage = await stageIn('ar');
    await stage.show('ended', { endReason: 'no-answer' });
    // Firefox leaves the isolates out of `innerText`.
    await waitUntil(() => part(stage.view, 'status')!.textContent!.includes('\u2068Ana Lindqvist\u2069'));
  });

  it('mirrors the list and the form', async () => {
    const room = await roomIn('ar');
    await waitUntil(() => part(room, 'layout')!.dir === 'rtl');
    expect(getComputedStyle(part(room, 'join-form')!).direction).to.equal('rtl');
    room.fake.setJoined(ME, member('Zoë'));
    room.fake.set({ roomState: 'joined' });
    const list = () => room.shadowRoot!.querySelector('rtc-member-list');
    await waitUntil(() => list()?.shadowRoot!.querySelector('[part=call-button]'));
    const row = list()!.shadowRoot!.querySelector('[part=call-button]')!.parentElement!;
    expect(left(row.querySelector('[part=avatar]')!)).to.be.greaterThan(left(row.querySelector('[part=call-button]')!));
    expect(getComputedStyle(row.querySelector('[part=nickname]')!).unicodeBidi).to.contain('isolate');
    expect(row.querySelector('button')!.ariaLabel).to.equal('الاتصال بـ \u2068Zoë\u2069');
  });

  it('respects the direction that the page gives nearer than, or with, the language', async () => {
    const stage = await stageIn('ar', 'ltr');
    await stage.show('calling');
    await says(stage, 'جارٍ الاتصال…');
    expect(getComputedStyle(part(stage.view, 'stage')!).direction).to.equal('ltr');
    // Further out it was meant for the page's language.
    stage.box.removeAttribute('dir');
    document.documentElement.dir = 'ltr';
    await waitUntil(() => getComputedStyle(part(stage.view, 'stage')!).direction === 'rtl');
    document.documentElement.dir = 'rtl';
    stage.box.lang = 'de';
    await says(stage, 'Anruf wird aufgebaut…');
    await waitUntil(() => getComputedStyle(part(stage.view, 'stage')!).direction === 'ltr');
    // A language that is not ours: as the page has it.
    stage.box.lang = 'he';
    await says(stage, 'Calling…');
    await waitUntil(() => getComputedStyle(part(stage.view, 'stage')!).direction === 'rtl');
  });
});
