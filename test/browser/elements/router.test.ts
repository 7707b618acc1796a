import { expect, fixture, html } from '@open-wc/testing';
import { RtcError } from '../../../src/base/rtc-error.js';
import type { RtcEventDetails } from '../../../src/elements/events.js';
import { EventRouter } from '../../../src/elements/event-router.js';
import '../../../src/elements/rtc-room/rtc-room.js';
import type { RtcCallIncomingDetail, RtcCallStateDetail } from '../../../src/session/public.js';
import type { RtcVideoCall } from '../../../src/elements/rtc-video-call/rtc-video-call.js';
import { callWith, FakeSession, member } from '../../support/fake-session.js';

const ben = member('Ben');
const STATE: RtcCallStateDetail = { state: 'outgoing', previous: 'idle', callId: 'c', peer: ben, direction: 'outgoing', ringing: false };
const INCOMING: RtcCallIncomingDetail = {
  callId: 'c', peer: ben, media: { audio: true, video: true }, expiresAt: 0, accept: () => Promise.resolve(), reject: () => {},
};
const NOTHING_CHANGED = { members: [], joined: [], left: [], updated: [] };

describe('event router', () => {
  let session: FakeSession;
  let heard: [target: string, type: string][];
  let listening: AbortController;

  /** Who speaks, as the document hears it; a copy that does not bubble is not heard here. */
  function listen(type: keyof RtcEventDetails): void {
    const speaker = (event: Event) => event.composedPath()[0] as Element;
    document.addEventListener(type, (event) => heard.push([speaker(event).id || speaker(event).localName, type]), listening);
  }
  async function page(content: unknown): Promise<HTMLElement> {
    const body = await fixture<HTMLElement>(html`<div>${content}</div>`);
    await Promise.all([...body.querySelectorAll<HTMLElement & { updateComplete?: Promise<unknown> }>('*')].map((element) => element.updateComplete));
    return body;
  }
  const room = (content: unknown, id = 'room') => html`<rtc-room id=${id} manual .session=${session}>${content}</rtc-room>`;
  const $ = (body: HTMLElement, id: string) => body.querySelector<HTMLElement>(`#${id}`)!;

  beforeEach(() => {
    session = new FakeSession();
    session.setJoined(member('Ana'), ben);
    heard = [];
    listening = new AbortController();
    for (const type of ['rtc-call-state', 'rtc-call-incoming', 'rtc-members', 'rtc-error', 'rtc-call-request'] as const) listen(type);
  });
  afterEach(() => listening.abort());

  it('lets the call view in the room speak for a call, once', async () => {
    await page(room(html`<section><rtc-video-call id="view"></rtc-video-call></section>`));
    session.emit('rtc-call-state', STATE);
    expect(heard).to.deep.equal([['view', 'rtc-call-state']]);
  });

  it('lets the call view that the room draws itself speak', async () => {
    const body = await page(html`<rtc-room id="room" .session=${session} @rtc-call-state=${() => heard.push(['listener on', 'room'])}></rtc-room>`);
    await new Promise((settled) => setTimeout(settled));
    const drawing = body.querySelector('rtc-room')!;
    await drawing.updateComplete;
    await drawing.shadowRoot!.querySelector('rtc-video-call')!.updateComplete;
    session.emit('rtc-call-state', STATE);
    expect(heard).to.deep.equal([['listener on', 'room'], ['rtc-video-call', 'rtc-call-state']]);
  });

  it('lets the room speak where there is no call view, and for what is the room’s own', async () => {
    await page(room(html`<p></p>`));
    session.emit('rtc-call-state', STATE);
    session.emit('rtc-members', NOTHING_CHANGED, { scope: 'room' });
    expect(heard).to.deep.equal([['room', 'rtc-call-state'], ['room', 'rtc-members']]);
  });

  it('lets the room speak, and gives a copy that does not bubble to a call view elsewhere', async () => {
    const body = await page(html`${room(html`<p></p>`)}<div><rtc-video-call id="view" for="room"></rtc-video-call></div>`);
    const copies: Event[] = [];
    $(body, 'view').addEventListener('rtc-call-state', (event) => copies.push(event));
    session.emit('rtc-call-state', STATE);
    session.emit('rtc-members', NOTHING_CHANGED, { scope: 'room' });
    expect(heard).to.deep.equal([['room', 'rtc-call-state'], ['room', 'rtc-members']]);
    expect(copies.map(({ bubbles, composed }) => [bubbles, composed])).to.deep.equal([[false, false]]);
  });

  for (const [where, id] of [['the room', 'room'], ['the view elsewhere', 'view']] as const) {
    it(`counts preventDefault() on ${where}`, async () => {
      const body = await page(html`${room(html`<p></p>`)}<rtc-video-call id="view" for="room"></rtc-video-call>`);
      expect(session.emit('rtc-call-incoming', INCOMING)).to.equal(true);
      $(body, id).addEventListener('rtc-call-incoming', (event) => event.preventDefault());
      expect(session.emit('rtc-call-incoming', INCOMING)).to.equal(false);
    });
  }

  it('lets nobody prevent what is not cancelable', async () => {
    await page(room(html`<rtc-video-call></rtc-video-call>`));
    document.addEventListener('rtc-call-state', (event) => event.preventDefault(), listening);
    expect(session.emit('rtc-call-state', STATE)).to.equal(true);
  });

  it('tells errors where they belong', async () => {
    await page(room(html`<rtc-video-call id="view"></rtc-video-call>`));
    session.emit('rtc-error', new RtcError('device-in-use'), { scope: 'call' });
    session.emit('rtc-error', new RtcError('server-unreachable'), { scope: 'room' });
    expect(heard).to.deep.equal([['view', 'rtc-error'], ['room', 'rtc-error']]);
  });

  it('has the first of several views in document order speak and ring, wherever the room is', async () => {
    const body = await page(html`
      <rtc-video-call id="before" for="room"></rtc-video-call>
      ${room(html`<div><rtc-video-call id="first"></rtc-video-call></div><rtc-video-call id="second"></rtc-video-call>`)}`);
    const copies: string[] = [];
    for (const id of ['before', 'second']) $(body, id).addEventListener('rtc-call-state', ({ bubbles }) => !bubbles && copies.push(id));
    session.emit('rtc-call-state', STATE);
    expect(heard).to.deep.equal([['first', 'rtc-call-state']]);
    expect(copies.sort()).to.deep.equal(['before', 'second']);
    const router = EventRouter.of(session);
    expect(['before', 'first', 'second'].filter((id) => router.isLead($(body, id)))).to.deep.equal(['first']);
    $(body, 'first').remove();
    expect(router.isLead($(body, 'second'))).to.equal(true);
    session.emit('rtc-call-state', STATE);
    expect(heard.at(-1)).to.deep.equal(['second', 'rtc-call-state']);
  });

  it('plays the other’s sound in one of several views, and in the next when that one goes', async () => {
    const body = await page(html`${room(html`<p></p><rtc-video-call id="first" ringtone="none"></rtc-video-call>`)}
      <rtc-video-call id="second" for="room" ringtone="none"></rtc-video-call>`);
    const views = ['first', 'second'].map((id) => $(body, id) as RtcVideoCall);
    const muted = async () => {
      await Promise.all(views.map((view) => view.updateComplete));
      return views.map((view) => view.shadowRoot!.querySelector('video')!.muted);
    };
    session.set({ callState: 'active', currentCall: callWith(ben) });
    expect(await muted()).to.deep.equal([false, true]);
    views[0]!.remove();
    expect((await muted())[1]).to.equal(false);
    $(body, 'room').append(views[0]!);
    expect(await muted()).to.deep.equal([false, true]);
  });

  it('has the first of several views outside the room ring', async () => {
    const body = await page(html`<rtc-video-call id="a" for="room"></rtc-video-call>${room(html`<p></p>`)}<rtc-video-call id="b" for="room"></rtc-video-call>`);
    const router = EventRouter.of(session);
    expect([router.isLead($(body, 'a')), router.isLead($(body, 'b'))]).to.deep.equal([true, false]);
  });

  it('lets the call view speak where there is no room at all', async () => {
    await page(html`<rtc-video-call id="view" .session=${session}></rtc-video-call>`);
    session.emit('rtc-call-state', STATE);
    expect(heard).to.deep.equal([['view', 'rtc-call-state']]);
  });

  it('lets a view inside another element’s shadow tree in the room speak', async () => {
    const body = await page(room(html`<div id="shell"></div>`));
    const view = document.createElement('rtc-video-call');
    view.id = 'deep';
    $(body, 'shell').attachShadow({ mode: 'open' }).append(view);
    await view.updateComplete;
    session.emit('rtc-call-state', STATE);
    expect(heard).to.deep.equal([['deep', 'rtc-call-state']]);
  });

  it('is heard once after a view moved within the room, and after the room moved', async () => {
    const body = await page(room(html`<div id="one"><rtc-video-call id="view"></rtc-video-call></div><div id="two"></div>`));
    $(body, 'two').append($(body, 'view'));
    body.append(document.createElement('p'), $(body, 'room'));
    session.emit('rtc-call-state', STATE);
    expect(heard).to.deep.equal([['view', 'rtc-call-state']]);
  });

  it('sends a list’s request from the list in the room, and makes the call unless the document prevents it', async () => {
    const body = await page(room(html`<rtc-member-list id="list"></rtc-member-list>`));
    const call = () => $(body, 'list').shadowRoot!.querySelector('button')!.click();
    call();
    expect(heard).to.deep.equal([['list', 'rtc-call-request']]);
    expect(session.asked('call')).to.have.length(1);
    document.addEventListener('rtc-call-request', (event) => event.preventDefault(), listening);
    call();
    expect(session.asked('call')).to.have.length(1);
  });

  for (const [where, id] of [['the room', 'room'], ['the list elsewhere', 'list']] as const) {
    it(`sends the request of a list elsewhere from the room, with a copy at the list; preventDefault() on ${where} counts`, async () => {
      const body = await page(html`${room(html`<p></p>`)}<rtc-member-list id="list" for="room"></rtc-member-list>`);
      const copies: boolean[] = [];
      $(body, 'list').addEventListener('rtc-call-request', ({ bubbles }) => copies.push(bubbles));
      const call = () => $(body, 'list').shadowRoot!.querySelector('button')!.click();
      call();
      expect(heard).to.deep.equal([['room', 'rtc-call-request']]);
      expect(copies).to.deep.equal([false]);
      expect(session.asked('call')).to.have.length(1);
      $(body, id).addEventListener('rtc-call-request', (event) => event.preventDefault());
      call();
      expect(session.asked('call')).to.have.length(1);
    });
  }
});
