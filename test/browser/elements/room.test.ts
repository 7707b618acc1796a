import { aTimeout, expect, fixture, html, waitUntil } from '@open-wc/testing';
import { RtcError } from '../../../src/base/rtc-error.js';
import { RtcRoom } from '../../../src/elements/rtc-room/rtc-room.js';
import type { RtcMemberList } from '../../../src/elements/rtc-member-list/rtc-member-list.js';
import type { RtcVideoCall } from '../../../src/elements/rtc-video-call/rtc-video-call.js';
import type { RtcSession, SessionOptions } from '../../../src/session/public.js';
import { callWith, FakeSession, member } from '../../support/fake-session.js';
import { ANA, ME, SCENES } from './video-call-scenes.js';

/** The room with a session that only notes what is asked of it. */
class FakeRoom extends RtcRoom {
  static next: (session: FakeSession) => void = () => {};
  fake!: FakeSession;
  protected override createSession(options: SessionOptions): RtcSession {
    this.fake = new FakeSession(options);
    FakeRoom.next(this.fake);
    return this.fake;
  }
}
customElements.define('fake-room', FakeRoom);

/** Joining and leaving are decided one task later. */
const aTask = () => aTimeout(0);

async function roomOf(content: unknown): Promise<FakeRoom> {
  const element = await fixture<HTMLElement>(html`${content}`);
  const room = (element instanceof FakeRoom ? element : element.querySelector('fake-room')) as FakeRoom;
  await aTask();
  await aTask();
  await room.updateComplete;
  await asked(room);
  return room;
}
/** The form is drawn, with or without its preview, if the room asks for a name. */
const asked = (room: RtcRoom): Promise<void> => waitUntil(() => !room.shadowRoot!.querySelector('.asking') || part(room, 'join-form'), 'the form');
const part = <E extends HTMLElement = HTMLElement>(room: RtcRoom, name: string) => room.shadowRoot!.querySelector<E>(`[part=${name}]`);
const drawn = (room: RtcRoom) => [...room.shadowRoot!.querySelectorAll('rtc-member-list, rtc-video-call')].map(({ localName }) => localName);
const said = (room: RtcRoom) => room.shadowRoot!.querySelector('[role=status]')!.textContent!.trim();
async function type(room: RtcRoom, text: string): Promise<void> {
  const input = part<HTMLInputElement>(room, 'nickname-input')!;
  input.value = text;
  input.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
  await room.updateComplete;
}
async function submit(room: RtcRoom): Promise<void> {
  part(room, 'join-form')!.dispatchEvent(new SubmitEvent('submit', { bubbles: true, cancelable: true }));
  await room.updateComplete;
}
/** The own picture, playing. Where the permission is granted already the preview opens by itself. */
async function previewOf(room: RtcRoom): Promise<MediaStreamTrack[]> {
  const button = part(room, 'preview')!.querySelector<HTMLButtonElement>(':scope > button')!;
  if (button.textContent!.startsWith('Test')) button.click();
  const video = () => part(room, 'preview')!.querySelector('video');
  await waitUntil(() => (video()?.currentTime ?? 0) > 0.2, 'the picture moves', { timeout: 5000 });
  return (video()!.srcObject as MediaStream).getTracks();
}
async function rejection(promise: Promise<unknown>): Promise<RtcError> {
  const reason: unknown = await promise.then(() => null, (error: unknown) => error);
  expect(reason).to.be.instanceOf(RtcError);
  return reason as RtcError;
}

describe('<rtc-room>', () => {
  afterEach(() => {
    FakeRoom.next = () => {};
  });

  describe('joining', () => {
    it('joins one task after it is connected, with what the page has set until then', async () => {
      const room = document.createElement('fake-room') as FakeRoom;
      room.setAttribute('room', 'lobby');
      document.body.append(room);
      expect(room.state).to.equal('idle');
      room.nickname = 'Ana';
      room.ringTimeout = 20;
      await waitUntil(() => room.state === 'joined');
      expect(room.fake.asked('join')).to.deep.equal([[{ nickname: 'Ana' }]]);
      expect(room.fake.options).to.include({ room: 'lobby', nickname: 'Ana', ringTimeout: 20 });
      expect(room.getAttribute('state')).to.equal('joined');
      expect(room.localMember?.nickname).to.equal('Ana');
      room.remove();
    });

    it('honours properties set before the element was defined', async () => {
      const early = document.createElement('late-room') as FakeRoom;
      const session = new FakeSession();
      Object.assign(early, { room: 'lobby', nickname: 'Ana', session });
      document.body.append(early);
      customElements.define('late-room', class extends FakeRoom {});
      await waitUntil(() => session.asked('join').length === 1);
      expect(early.session).to.equal(session);
      expect(session.asked('join')[0]).to.deep.equal([{ nickname: 'Ana' }]);
      early.remove();
    });

    it('with `manual` neither joins nor draws anything until join()', async () => {
      const room = await roomOf(html`<fake-room manual room="lobby" nickname="Ana"></fake-room>`);
      expect(room.fake).to.equal(undefined);
      expect(drawn(room)).to.deep.equal([]);
      expect(part(room, 'join-form')).to.equal(null);
      expect(room.getBoundingClientRect().height).to.equal(0);
      const me = await room.join();
      expect(me.nickname).to.equal('Ana');
      await room.updateComplete;
      expect(drawn(room)).to.deep.equal(['rtc-member-list', 'rtc-video-call']);
    });

    it('rejoins with the nickname of this tab without asking', async () => {
      FakeRoom.next = (session) => (session.remembered = 'Ana');
      const room = await roomOf(html`<fake-room room="lobby"></fake-room>`);
      expect(room.fake.asked('join')).to.deep.equal([[{ nickname: 'Ana' }]]);
    });

    it('needs no nickname where a token says who somebody is', async () => {
      const room = await roomOf(html`<fake-room room="lobby" token="t"></fake-room>`);
      expect(room.fake.asked('join')).to.deep.equal([[{}]]);
    });

    it('tells of a room without a valid name at once, and asks for the nickname when it gets one', async () => {
      FakeRoom.next = (session) => (session.joinError = new RtcError('room-invalid', { fatal: true }));
      const room = await roomOf(html`<fake-room></fake-room>`);
      expect(part(room, 'error')!.textContent).to.contain('name of the room');
      expect(part(room, 'join-form')).to.equal(null);
      room.fake.joinError = null;
      room.room = 'lobby';
      await room.updateComplete;
      await room.updateComplete;
      await asked(room);
      expect(part(room, 'join-form')).to.not.equal(null);
      expect(part(room, 'error')).to.equal(null);
    });

    it('keeps what the tab remembers under its id; of several without one, or with the same, the first as a single one does, the others by their order', async () => {
      const rooms = await fixture(html`<div>
        <fake-room room="lobby"></fake-room><fake-room room="other"></fake-room><fake-room room="lobby" id="r"></fake-room><fake-room room="lobby" id="r"></fake-room><fake-room room="lobby"></fake-room><div></div>
      </div>`);
      rooms.lastElementChild!.attachShadow({ mode: 'closed' }).append(Object.assign(document.createElement('fake-room'), { room: 'lobby' }));
      const last = document.createElement('fake-room') as FakeRoom;
      Object.assign(last, { room: 'lobby' });
      expect([...rooms.querySelectorAll<FakeRoom>('fake-room'), last].map((room) => (room.session.options as SessionOptions).storageKey)).to.deep.equal(['', '', 'r', 'r1', '1', '']);
      const third = document.createElement('fake-room') as FakeRoom;
      rooms.append(Object.assign(third, { room: 'lobby' }));
      expect((third.session.options as SessionOptions).storageKey).to.equal('3');
    });

    it('takes null for no options', async () => {
      const room = await roomOf(html`<fake-room room="lobby" nickname="Ana" manual></fake-room>`);
      await room.join(null);
      await rejection(room.call('nobody', null));
      expect(room.state).to.equal('joined');
    });

    it('hands changed options to the session, and only those', async () => {
      const room = await roomOf(html`<fake-room room="lobby" nickname="Ana"></fake-room>`);
      room.fake.calls.length = 0;
      room.room = 'office';
      room.iceServers = [];
      await room.updateComplete;
      expect(room.fake.asked('configure')).to.deep.equal([[{ room: 'office', iceServers: [] }]]);
      room.room = null;
      await room.updateComplete;
      expect(room.fake.asked('configure')[1]).to.deep.equal([{ room: null }]);
      room.requestUpdate();
      room.theme = 'dark';
      await room.updateComplete;
      expect(room.fake.asked('configure')).to.have.length(2);
    });

    it('hands on who may call, and who shall go', async () => {
      const room = await roomOf(html`<fake-room room="lobby" nickname="Ana" do-not-disturb></fake-room>`);
      expect(room.fake.options.doNotDisturb).to.equal(true);
      room.removeAttribute('do-not-disturb');
      await room.updateComplete;
      expect(room.fake.options.doNotDisturb).to.equal(false);
      room.doNotDisturb = true;
      await room.updateComplete;
      expect(room.fake.options.doNotDisturb).to.equal(true);
      await room.block('ben');
      await room.unblock('ben');
      await room.kick('ben', { banSeconds: 60 });
      expect([room.fake.asked('block'), room.fake.asked('unblock'), room.fake.asked('kick')]).to.deep.equal([[['ben']], [['ben']], [['ben', { banSeconds: 60 }]]]);
    });

    it('draws the session that the page brings, and leaves its options and its membership alone', async () => {
      const session = new FakeSession({ nickname: 'Zoe', room: 'here' });
      session.setJoined(member('Zoe'));
      const room = await roomOf(html`<fake-room .session=${session}></fake-room>`);
      expect(room.session).to.equal(session);
      expect(session.calls.filter(([name]) => name === 'join' || name === 'leave')).to.deep.equal([]);
      room.remove();
      await aTask();
      expect(session.asked('leave')).to.deep.equal([]);
    });
  });

  describe('the nickname form', () => {
    it('asks, joins with what is typed, and is gone', async () => {
      const room = await roomOf(html`<fake-room room="lobby"></fake-room>`);
      await expect(room).to.be.accessible();
      const joined = room.join();
      await type(room, '  Ana  ');
      await submit(room);
      expect((await joined).nickname).to.equal('Ana');
      await room.updateComplete;
      expect(part(room, 'join-form')).to.equal(null);
      expect(drawn(room)).to.deep.equal(['rtc-member-list', 'rtc-video-call']);
      expect(room.fake.asked('join')).to.have.length(1);
    });

    it('says while typing what is wrong with a name, and joins nobody with it', async () => {
      const room = await roomOf(html`<fake-room room="lobby"></fake-room>`);
      const input = part<HTMLInputElement>(room, 'nickname-input')!;
      const problem = () => room.shadowRoot!.querySelector('#problem')!.textContent!.trim();
      expect(input.maxLength).to.equal(64);
      expect(problem()).to.equal('');
      await type(room, 'Ana\u202e');
      expect(problem()).to.contain('visible characters');
      expect(input.getAttribute('aria-invalid')).to.equal('true');
      await expect(room).to.be.accessible();
      await submit(room);
      expect(room.fake.asked('join')).to.deep.equal([]);
      expect(room.shadowRoot!.activeElement).to.equal(input);
      await type(room, 'Ana');
      expect(problem()).to.equal('');
      await type(room, ' ');
      await submit(room);
      expect(problem()).to.contain('type a name');
    });

    it('comes back, with the reason, when the server refuses the name', async () => {
      FakeRoom.next = (session) => (session.joinError = new RtcError('nickname-invalid', { fatal: true }));
      const room = await roomOf(html`<fake-room room="lobby" nickname=${'\u202eAna'}></fake-room>`);
      expect(part(room, 'join-form')).to.not.equal(null);
      const problem = room.shadowRoot!.querySelector('#problem')!.textContent;
      expect(problem).to.contain('cannot be used').and.to.contain('visible characters');
      room.fake.joinError = null;
      await type(room, 'Ana');
      await submit(room);
      await waitUntil(() => room.state === 'joined');
    });

    it('does not take the focus on a page that loads', async () => {
      const field = await fixture<HTMLInputElement>(html`<input aria-label="somebody types here" />`);
      field.focus();
      const room = await roomOf(html`<fake-room room="lobby"></fake-room>`);
      expect(part(room, 'join-form')).to.not.equal(null);
      expect(document.activeElement).to.equal(field);
      room.fake.remembered = 'Ana';
      await room.join();
      await room.updateComplete;
      expect(document.activeElement).to.equal(field);
    });

    it('keeps the place of whoever was in it', async () => {
      const room = await roomOf(html`<fake-room room="lobby"></fake-room>`);
      part(room, 'nickname-input')!.focus();
      await type(room, 'Ana');
      await submit(room);
      await waitUntil(() => room.state === 'joined');
      await room.updateComplete;
      expect(room.shadowRoot!.activeElement).to.equal(part(room, 'layout'));
    });

    it('lets the slot `join` take its place, and opens no camera behind it', async () => {
      const room = await roomOf(html`<fake-room room="lobby"><form slot="join">own</form></fake-room>`);
      const slot = room.shadowRoot!.querySelector<HTMLSlotElement>('slot[name=join]')!;
      expect(slot.assignedElements()).to.have.length(1);
      expect(part(room, 'join-form')!.getClientRects()).to.have.length(0);
      expect(room.shadowRoot!.querySelector('meter')).to.equal(null);
      await room.join({ nickname: 'Ana' });
      await room.updateComplete;
      expect(slot.assignedElements()[0]!.getClientRects()).to.have.length(0);
      expect(drawn(room)).to.have.length(2);
    });

    it('rejects a join() that was waiting for it when the room is left', async () => {
      const room = await roomOf(html`<fake-room room="lobby" manual></fake-room>`);
      const joined = room.join();
      await room.updateComplete;
      await asked(room);
      expect(part(room, 'join-form')).to.not.equal(null);
      void room.leave();
      expect((await rejection(joined)).code).to.equal('not-joined');
      await room.updateComplete;
      expect(part(room, 'join-form')).to.equal(null);
    });

    it('offers a preview of what the room uses, and nothing in a room without media', async () => {
      const room = await roomOf(html`<fake-room room="lobby"></fake-room>`);
      const text = () => part(room, 'preview')?.querySelector(':scope > button')?.textContent;
      expect(text()).to.match(/Test camera and microphone|Stop the test/);
      const quiet = await roomOf(html`<fake-room room="lobby" media="none"></fake-room>`);
      expect(part(quiet, 'preview')).to.equal(null);
    });

    it('shows the camera on request, and stops every track at joining', async () => {
      const room = await roomOf(html`<fake-room room="lobby"></fake-room>`);
      const tracks = await previewOf(room);
      expect(tracks.map(({ kind }) => kind).sort()).to.deep.equal(['audio', 'video']);
      expect(part(room, 'preview')!.querySelector('meter')).to.not.equal(null);
      await expect(room).to.be.accessible();
      await type(room, 'Ana');
      await submit(room);
      expect(tracks.map(({ readyState }) => readyState)).to.deep.equal(['ended', 'ended']);
    });

    it('stops the preview by its button, and when the room is taken away', async () => {
      const room = await roomOf(html`<fake-room room="lobby"></fake-room>`);
      const first = await previewOf(room);
      part(room, 'preview')!.querySelector<HTMLButtonElement>(':scope > button')!.click();
      await room.updateComplete;
      expect(part(room, 'preview')!.querySelector('video')).to.equal(null);
      const second = await previewOf(room);
      room.remove();
      await aTask();
      expect([...first, ...second].map(({ readyState }) => readyState)).to.deep.equal(['ended', 'ended', 'ended', 'ended']);
    });
  });

  describe('leaving', () => {
    it('stays when it is moved', async () => {
      const room = await roomOf(html`<fake-room room="lobby" nickname="Ana"></fake-room>`);
      const place = await fixture(html`<div></div>`);
      place.append(room);
      await aTask();
      await aTask();
      expect(room.state).to.equal('joined');
      expect(room.fake.asked('leave')).to.deep.equal([]);
      expect(room.fake.asked('join')).to.have.length(1);
    });

    it('leaves when it is taken away, and comes back under the same name when it is put back', async () => {
      const room = await roomOf(html`<fake-room room="lobby"></fake-room>`);
      await room.join({ nickname: 'Ana' });
      const place = room.parentElement!;
      room.remove();
      expect(room.fake.asked('leave')).to.have.length(0);
      await aTask();
      expect(room.fake.asked('leave')).to.have.length(1);
      expect(room.state).to.equal('idle');
      place.append(room);
      await waitUntil(() => room.state === 'joined');
      expect(room.fake.asked('join').at(-1)).to.deep.equal([{ nickname: 'Ana' }]);
      room.remove();
    });

    it('collects no listeners by being taken away and put back', async () => {
      const room = await roomOf(html`<fake-room room="lobby" nickname="Ana"></fake-room>`);
      const place = room.parentElement!;
      const count = room.fake.listenerCount;
      for (let i = 0; i < 20; i++) {
        room.remove();
        place.append(room);
        await room.updateComplete;
      }
      expect(room.fake.listenerCount).to.equal(count);
      room.remove();
      await aTask();
      await room.updateComplete;
      expect(room.fake.listenerCount).to.equal(1);
    });

    it('after leave() asks again for the name that somebody typed, and stays out', async () => {
      const room = await roomOf(html`<fake-room room="lobby"></fake-room>`);
      await type(room, 'Ana');
      await submit(room);
      await waitUntil(() => room.state === 'joined');
      await room.leave();
      await aTask();
      await room.updateComplete;
      await asked(room);
      expect(room.state).to.equal('idle');
      expect(room.getAttribute('state')).to.equal('idle');
      expect(part<HTMLInputElement>(room, 'nickname-input')!.value).to.equal('Ana');
      expect(room.fake.asked('join')).to.have.length(1);
    });

    it('after leave() draws nothing where the page decides who joins', async () => {
      const room = await roomOf(html`<fake-room room="lobby" nickname="Ana"></fake-room>`);
      await room.leave();
      await aTask();
      await room.updateComplete;
      expect(part(room, 'join-form')).to.equal(null);
      expect(drawn(room)).to.deep.equal([]);
    });
  });

  describe('drawing', () => {
    it('draws list and call view itself among white space and text', async () => {
      const room = await roomOf(html`<fake-room room="lobby" nickname="Ana"> <!-- a comment -->
      </fake-room>`);
      expect(drawn(room)).to.deep.equal(['rtc-member-list', 'rtc-video-call']);
      await expect(room).to.be.accessible();
    });

    it('hands the attributes for the call view on to it', async () => {
      const room = await roomOf(html`<fake-room room="lobby" nickname="Ana" controlslist="nomic" ringtone="none" auto-accept audio-only></fake-room>`);
      const view = room.shadowRoot!.querySelector('rtc-video-call')!;
      expect(view.getAttribute('controlslist')).to.equal('nomic');
      expect(view.ringtone).to.equal('none');
      expect([view.autoAccept, view.audioOnly]).to.deep.equal([true, true]);
      expect(room.fake.options).to.include({ autoAccept: true, audioOnly: true });
    });

    it('exports every part of what it draws, in every state and of what is fetched later', async () => {
      await fixture(html`<style>fake-room::part(own-picture), fake-room::part(details), fake-room::part(call-button) { outline: 7px solid red; }</style>`);
      const room = await roomOf(html`<fake-room room="lobby" nickname="Ana"></fake-room>`);
      room.fake.setJoined(ME, ANA);
      const views = [...room.shadowRoot!.querySelectorAll<RtcVideoCall>('rtc-member-list, rtc-video-call')];
      const find = (name: string) => views.map(({ shadowRoot }) => shadowRoot!.querySelector<HTMLElement>(`[part~='${name}']`)).find(Boolean);
      const outlineOf = (name: string) => getComputedStyle(find(name)!).outlineWidth;
      const seen = new Set<string>();
      const look = async () => {
        for (const view of views) {
          await view.updateComplete;
          const parts = [...view.shadowRoot!.querySelectorAll('[part]')].flatMap((inner) => [...inner.part]);
          expect(view.getAttribute('exportparts')!.split(',')).to.have.members([...new Set(parts)]);
          parts.forEach((name) => seen.add(name));
        }
      };
      for (const [name, scene] of Object.entries(SCENES)) {
        room.fake.set({ ...SCENES.idle, currentCall: null, notice: null, playbackBlocked: false, quality: { level: 'good', reasons: [], rttMs: 20 }, ...scene });
        await look();
        if (name === 'idle') expect(outlineOf('call-button')).to.equal('7px');
        if (name !== 'active') continue;
        await waitUntil(() => find('own-picture') && find('quality'), 'its code has come');
        find('settings-button')!.click();
        await waitUntil(() => find('settings'), 'its code has come');
        await look();
        find('quality')!.click();
        await waitUntil(() => find('details'), 'its code has come');
        await look();
        for (const late of ['own-picture', 'details']) expect(outlineOf(late), late).to.equal('7px');
      }
      expect([...seen]).to.include.members(['item', 'stage', 'accept-button', 'call-again-button', 'start-button', 'notice-button', 'audio-only-button', 'settings', 'play-tone-button']);
    });

    it('leaves the drawing to children, also to those that come later, and takes it back', async () => {
      const room = await roomOf(html`<fake-room room="lobby" nickname="Ana"></fake-room>`);
      const list = document.createElement('rtc-member-list');
      room.append(list);
      await waitUntil(() => drawn(room).length === 0);
      await list.updateComplete;
      expect(list.shadowRoot!.textContent).to.contain('Ana');
      list.remove();
      await waitUntil(() => drawn(room).length === 2);
    });

    it('leaves the arrangement of children to the page', async () => {
      const room = await roomOf(html`<fake-room room="lobby" nickname="Ana" style="display: flex"><p style="width: 90px">a</p><p>b</p></fake-room>`);
      const [first, second] = room.children as HTMLCollectionOf<HTMLElement>;
      expect(second!.offsetLeft - first!.offsetLeft).to.equal(90);
    });

    it('says in words that it joins and that it reconnects', async () => {
      const room = await roomOf(html`<fake-room room="lobby" nickname="Ana"></fake-room>`);
      expect(said(room)).to.equal('');
      for (const [state, text] of [['joining', 'Joining…'], ['reconnecting', 'Connection to the room lost, trying again…']] as const) {
        room.fake.set({ roomState: state });
        await room.updateComplete;
        expect(said(room)).to.equal(text);
        await expect(room).to.be.accessible();
      }
      expect(drawn(room)).to.have.length(2);
    });

    it('shows what went wrong and what to do, and tries again on request', async () => {
      FakeRoom.next = (session) => (session.joinError = new RtcError('unauthorized', { fatal: true }));
      const room = await roomOf(html`<fake-room room="lobby" nickname="Ana"></fake-room>`);
      const notice = part(room, 'error')!;
      expect(notice.getAttribute('role')).to.equal('alert');
      expect(notice.textContent).to.contain('You may not enter this room.').and.contain('Ask whoever sent you here for a new link.');
      await expect(room).to.be.accessible();
      room.fake.joinError = null;
      notice.querySelector('button')!.click();
      await waitUntil(() => room.state === 'joined');
      expect(room.fake.asked('join').at(-1)).to.deep.equal([{ nickname: 'Ana' }]);
      await room.updateComplete;
      expect(part(room, 'error')).to.equal(null);
    });

    it('shows a passing problem quietly, lets it be closed, and leaves those of the call to the call view', async () => {
      const room = await roomOf(html`<fake-room room="lobby" nickname="Ana"></fake-room>`);
      room.fake.set({ notice: new RtcError('server-unreachable'), noticeScope: 'room' });
      await room.updateComplete;
      const notice = part(room, 'error')!;
      expect(notice.getAttribute('role')).to.equal('status');
      await expect(room).to.be.accessible();
      notice.querySelector('button')!.click();
      await room.updateComplete;
      expect(part(room, 'error')).to.equal(null);
      room.fake.set({ notice: new RtcError('device-in-use'), noticeScope: 'call' });
      await room.updateComplete;
      expect(part(room, 'error')).to.equal(null);
    });

    it('uses the page’s words everywhere', async () => {
      const room = await roomOf(html`<fake-room room="lobby" nickname="Ana" .strings=${{ you: 'Das bist du', members: 'Hier' }}></fake-room>`);
      const list = room.shadowRoot!.querySelector('rtc-member-list')!;
      await list.updateComplete;
      expect(list.shadowRoot!.textContent).to.contain('Das bist du').and.contain('Hier');
      room.strings = { you: 'C’est vous' };
      await room.updateComplete;
      await list.updateComplete;
      expect(list.shadowRoot!.textContent).to.contain('C’est vous').and.contain('In this room');
    });

    it('has words of ours where the page’s table has no text', async () => {
      const odd = { join: undefined, nickname: null, members: 5, you: () => 'Du', 'call-member': 'Ruf {nickname}' } as unknown as RtcRoom['strings'];
      const room = await roomOf(html`<fake-room room="lobby" .strings=${odd}></fake-room>`);
      expect([part(room, 'join-button')!.textContent!.trim(), room.shadowRoot!.querySelector('label[for=nickname]')!.textContent]).to.deep.equal(['Join', 'Your name']);
      await room.join({ nickname: 'Ana' });
      room.fake.setJoined(member('Ana'), member('Ben'));
      await room.updateComplete;
      const list = room.shadowRoot!.querySelector('rtc-member-list')!;
      await list.updateComplete;
      expect(list.shadowRoot!.textContent).to.contain('In this room').and.contain('You');
      expect(list.shadowRoot!.querySelector('[part=call-button]')!.ariaLabel).to.equal('Ruf Ben');
      room.strings = null as unknown as RtcRoom['strings'];
      await room.updateComplete;
    });

    it('takes no session that is none, and goes on with its own', async () => {
      const room = await roomOf(html`<fake-room room="lobby" nickname="Ana"></fake-room>`);
      const { session } = room;
      for (const odd of ['x', 5, {}, []]) expect(() => (room.session = odd as unknown as RtcSession)).to.throw(TypeError);
      expect([room.session === session, room.state]).to.deep.equal([true, 'joined']);
      for (const theme of [5, NaN, {}, true]) {
        room.theme = theme as unknown as string;
        await room.updateComplete;
      }
    });

    it('puts the form in the middle of a tall room', async () => {
      const room = await roomOf(html`<fake-room room="lobby" style="height: 900px"></fake-room>`);
      const [around, form] = [room, part(room, 'join-form')!].map((element) => element.getBoundingClientRect());
      expect((form!.top + form!.bottom) / 2).to.be.closeTo((around!.top + around!.bottom) / 2, 20);
      expect((form!.left + form!.right) / 2).to.be.closeTo((around!.left + around!.right) / 2, 2);
      room.style.height = '200px';
      expect(form!.top).to.be.at.least(around!.top);
    });

    it('puts the call beside the list where there is room, and above it where there is not', async () => {
      const room = await roomOf(html`<fake-room room="lobby" nickname="Ana" style="width: 1000px"></fake-room>`);
      const list = room.shadowRoot!.querySelector<HTMLElement>('rtc-member-list')!;
      const view = room.shadowRoot!.querySelector<HTMLElement>('rtc-video-call')!;
      const [wideList, wideView] = [list.getBoundingClientRect(), view.getBoundingClientRect()];
      expect(wideList.right).to.be.below(wideView.left);
      expect(wideList.height).to.equal(wideView.height);
      room.style.width = '320px';
      expect(list.getBoundingClientRect().bottom).to.be.below(view.getBoundingClientRect().top);
      room.fake.set({ callState: 'active', currentCall: callWith(member('Ben')) });
      await room.updateComplete;
      expect(view.getBoundingClientRect().bottom).to.be.below(list.getBoundingClientRect().top);
      expect(room.shadowRoot!.querySelector('.views')!.scrollWidth).to.be.at.most(320);
    });

    it('keeps its state to itself: setting the attribute changes nothing', async () => {
      const room = await roomOf(html`<fake-room room="lobby" nickname="Ana"></fake-room>`);
      room.setAttribute('state', 'failed');
      expect([room.state, room.getAttribute('state')]).to.deep.equal(['joined', 'joined']);
    });

    it('warns once of an object in an attribute, with the cure', async () => {
      const warnings: string[] = [];
      const { warn } = console;
      console.warn = (text: string) => warnings.push(text);
      try {
        for (let i = 0; i < 2; i++) {
          await fixture(html`<fake-room manual ice-servers="[object Object]" server="[object URL]" room="[object Object]" nickname="[object Object]" strings="[object Object]"></fake-room>`);
        }
      } finally {
        console.warn = warn;
      }
      expect(warnings.map((text) => text.replace('[rtc-elements] ', ''))).to.have.members(
        ['ice-servers', 'server', 'room', 'nickname', 'strings'].map((name) => `<fake-room ${name}>: attributes hold text only, set the property`),
      );
    });
  });

  describe('what stands elsewhere', () => {
    it('finds its room by `for`, whichever came first, and follows the id', async () => {
      const body = await fixture(html`<div><rtc-member-list for="later"></rtc-member-list></div>`);
      const list = body.querySelector('rtc-member-list')!;
      const text = async () => {
        await list.updateComplete;
        return list.shadowRoot!.textContent!;
      };
      expect(await text()).to.not.contain('Ana');
      const room = document.createElement('fake-room') as FakeRoom;
      Object.assign(room, { id: 'later', room: 'lobby', nickname: 'Ana' });
      body.append(room);
      await waitUntil(() => room.state === 'joined');
      expect(await text()).to.contain('Ana');
      list.for = 'other';
      expect(await text()).to.not.contain('Ana');
      room.id = 'other';
      expect(await text()).to.contain('Ana');
    });

    it('has the theme and the words of its room, by `for` or by the session alone, unless it has a theme of its own', async () => {
      const body = await fixture(html`<div>
        <rtc-member-list class="by-session"></rtc-member-list><rtc-video-call for="themed"></rtc-video-call><rtc-member-list for="themed"></rtc-member-list>
      </div>`);
      const [bySession, view, list] = body.children as unknown as [RtcMemberList, RtcVideoCall, RtcMemberList];
      const room = document.createElement('fake-room') as FakeRoom;
      Object.assign(room, { id: 'themed', room: 'lobby', nickname: 'Ana', theme: 'dark', strings: { members: 'Hier' } });
      bySession.session = room.session;
      body.append(room);
      await waitUntil(() => room.state === 'joined');
      const schemes = async () => {
        await room.updateComplete;
        return Promise.all([room, bySession, view, list].map(async (element) => (await element.updateComplete, getComputedStyle(element).colorScheme)));
      };
      expect(await schemes()).to.deep.equal(['dark', 'dark', 'dark', 'dark']);
      for (const element of [bySession, list]) expect(element.shadowRoot!.textContent).to.contain('Hier');
      room.theme = 'light';
      expect(await schemes()).to.deep.equal(['light', 'light', 'light', 'light']);
      list.setAttribute('theme', 'dark');
      view.setAttribute('theme', 'auto');
      expect(await schemes()).to.deep.equal(['light', 'light', 'light dark', 'dark']);
      room.theme = null;
      expect(await schemes()).to.deep.equal(['light dark', 'light dark', 'light dark', 'dark']);
    });

    it('looks for its room in its own shadow tree', async () => {
      const body = await fixture(html`<div><fake-room id="r" room="x" nickname="Outside"></fake-room><div></div></div>`);
      const root = body.lastElementChild!.attachShadow({ mode: 'open' });
      root.innerHTML = '<rtc-member-list for="r"></rtc-member-list><fake-room id="r" room="y" nickname="Inside"></fake-room>';
      const list = root.querySelector('rtc-member-list')!;
      await waitUntil(() => list.shadowRoot!.textContent!.includes('Inside'));
      expect(list.shadowRoot!.textContent).to.not.contain('Outside');
    });

    it('follows a room around it, a room it is moved to, and a session of its own before both', async () => {
      const body = await fixture(html`<div>
        <fake-room id="one" room="x" nickname="Ana"><rtc-member-list></rtc-member-list></fake-room><fake-room id="two" room="y" nickname="Ben"><p></p></fake-room>
      </div>`);
      const list = body.querySelector('rtc-member-list')!;
      await waitUntil(() => list.shadowRoot!.textContent!.includes('Ana'));
      body.querySelector('#two')!.append(list);
      await waitUntil(() => list.shadowRoot!.textContent!.includes('Ben'));
      const session = new FakeSession();
      session.setJoined(member('Cleo'));
      list.session = session;
      await list.updateComplete;
      expect(list.shadowRoot!.textContent).to.contain('Cleo').and.not.contain('Ben');
      list.session = null;
      await list.updateComplete;
      expect(list.shadowRoot!.textContent).to.contain('Ben');
    });
  });

  it('is harmless to define twice; another version is told', async () => {
    const { define, RtcElement } = await import('../../../src/elements/rtc-element.js');
    const warnings: string[] = [];
    const { warn } = console;
    console.warn = (text: string) => warnings.push(text);
    try {
      define('rtc-room', class extends RtcElement {});
      expect(warnings).to.have.length(0);
      define('rtc-room', class extends RtcElement {
        static override readonly version = '99.0.0';
      });
    } finally {
      console.warn = warn;
    }
    expect(customElements.get('rtc-room')).to.equal(RtcRoom);
    expect(warnings.join()).to.contain('99.0.0');
  });
});
