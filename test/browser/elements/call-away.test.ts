import { expect, fixture, html, waitUntil } from '@open-wc/testing';
import type { SessionSnapshot } from '../../../src/session/public.js';
import { callWith, member } from '../../support/fake-session.js';
import { ANA, ME, openStage, type Stage } from './video-call-scenes.js';

// What happens when nobody looks at the view: missed calls, title and notification, keys, a tone that is silent. Their code is fetched with the first of them.

const NOW = Date.now();
const BEN = member('Ben', { id: 'ben' });
const missedCall = (peer = ANA, changes = {}) =>
  callWith(peer, { state: 'ended', direction: 'incoming', reason: 'missed', endedAt: NOW, callId: Math.random().toString(), ...{ cause: 'no-answer' }, ...changes });
const find = ({ view }: Stage, selector: string) => view.shadowRoot!.querySelector<HTMLElement>(selector);
/** Answers a browser's property for one test. */
const undo: (() => void)[] = [];
function stub(target: object, name: string, value: unknown): void {
  const known = Object.getOwnPropertyDescriptor(target, name);
  Object.defineProperty(target, name, { value, configurable: true, writable: true });
  undo.push(() => (known ? Object.defineProperty(target, name, known) : Reflect.deleteProperty(target, name)));
}
afterEach(() => undo.splice(0).reverse().forEach((each) => each()));

describe('missed calls in the idle view', () => {
  it('are counted and named, newest first, with the way to call back whoever is still here', async () => {
    const stage = await openStage();
    const { show, part, session } = stage;
    stub(globalThis, 'Notification', undefined);
    await show('idle', { missedCalls: [missedCall(BEN, { endedAt: NOW - 86_400_000 * 3 }), missedCall(ANA, { media: { audio: true, video: false } }), missedCall(ANA)] });
    await waitUntil(() => find(stage, '.missed'));
    expect(find(stage, '.missed')!.innerText).to.contain('Missed calls: 3').and.to.match(/Ben\s+.*no longer here/).and.to.match(/Ana Lindqvist\s+.*2×/);
    expect(part('banner')!.getAttribute('role')).to.equal('status');
    const [again, ...others] = stage.view.shadowRoot!.querySelectorAll<HTMLButtonElement>('.call-back');
    expect([again!.getAttribute('aria-label'), others.length]).to.deep.equal(['Call back Ana Lindqvist', 0]);
    await expect(stage.view).to.be.accessible();
    again!.click();
    await waitUntil(() => session.asked('clearMissedCalls').length === 1);
    expect([session.asked('call'), session.asked('clearMissedCalls')]).to.deep.equal([[['ana', { audio: true, video: false }]], [['ana']]]);
  });

  it('name three people at most, say how many more there are, and go when they are dismissed', async () => {
    const stage = await openStage();
    const { show, session, view } = stage;
    await show('idle', { missedCalls: ['Ina', 'Jon', 'Kim', 'Lea', 'Max'].map((name) => missedCall(member(name))) });
    await waitUntil(() => find(stage, '.missed'));
    expect(find(stage, '.missed')!.innerText).to.contain('Missed calls: 5').and.to.contain('and 2 more').and.not.to.contain('Lea');
    find(stage, '.close')!.click();
    await view.updateComplete;
    expect([session.asked('clearMissedCalls'), find(stage, '.missed') === null]).to.deep.equal([[[undefined]], true]);
  });

  it('are of the same person also when they are another member by now, and are said in the language of the page', async () => {
    const stage = await openStage();
    const { show, session, view } = stage;
    view.parentElement!.lang = 'de';
    const before = member('Ana Lindqvist', { id: 'before', userId: 'u1' });
    session.setJoined(ME, member('Ana Lindqvist', { id: 'ana', userId: 'u1' }));
    await show('idle', { missedCalls: [missedCall(before)] });
    await waitUntil(() => find(stage, '.missed'));
    await waitUntil(() => find(stage, '.missed')!.innerText.includes('Verpasste Anrufe: 1'));
    expect(find(stage, '.missed')!.innerText).to.match(/\d\d:\d\d\n/);
    find(stage, '.call-back')!.click();
    await waitUntil(() => session.asked('clearMissedCalls').length === 1);
    expect([session.asked('call')[0]![0], session.asked('clearMissedCalls')]).to.deep.equal(['ana', [['before']]]);
  });

  it('offer to notify where the browser was never asked, and ask by that click alone', async () => {
    let asked = 0;
    stub(globalThis, 'Notification', class { static permission = 'default'; static requestPermission = () => (asked++, Promise.resolve('granted')); });
    const stage = await openStage();
    const { show, session, text } = stage;
    await show('idle', { missedCalls: [missedCall()] });
    await waitUntil(() => find(stage, '.missed'));
    expect(asked).to.equal(0);
    [...find(stage, '.missed')!.querySelectorAll('button')].find(({ innerText }) => innerText === 'Notify me of calls')!.click();
    expect(session.asked('enableNotifications')).to.have.length(1);
    stub(Notification, 'permission', 'denied');
    await show('idle', { missedCalls: [missedCall()] });
    expect(text()).not.to.contain('Notify me');
  });

  it('say during a call that somebody tried, for ten seconds, and nothing is drawn in a bare view', async () => {
    const stage = await openStage();
    const { show, part, view } = stage;
    await show('active', { missedCalls: [missedCall(BEN, { cause: 'busy', endedAt: Date.now() })] });
    await waitUntil(() => part('banner')!.innerText.includes('Ben tried to call you'));
    await show('active', { missedCalls: [missedCall(BEN, { cause: 'busy', endedAt: Date.now() - 11_000 })] });
    expect(part('banner')!.innerText).to.equal('');
    view.bare = true;
    await show('idle', { missedCalls: [missedCall()] });
    expect(find(stage, '.missed') === null).to.equal(true);
  });
});

describe('keyboard shortcuts', () => {
  let stage: Stage;
  const on: Partial<SessionSnapshot> = { quality: { level: 'good', reasons: [], rttMs: 20 } };
  const press = (key: string, init: KeyboardEventInit = {}, target: EventTarget = stage.view.shadowRoot!.activeElement ?? document.activeElement ?? document) => {
    const event = new KeyboardEvent('keydown', { key, code: `Key${key.toUpperCase()}`, bubbles: true, composed: true, cancelable: true, ...init });
    target.dispatchEvent(event);
    return event;
  };
  const chord = { altKey: true, shiftKey: true };
  /** Whatever was pressed before has been seen to. */
  const settle = async () => {
    press('x', chord);
    await new Promise((resolve) => setTimeout(resolve));
    await stage.view.updateComplete;
  };
  const asked = () => stage.session.calls.map(([name]) => name).filter((name) => /toggle|accept|reject|hangup/.test(name));

  beforeEach(async () => {
    stage = await openStage();
    await stage.show('active', on);
    await waitUntil(() => stage.part('mic-button')!.hasAttribute('aria-keyshortcuts'));
    stage.session.calls.length = 0;
  });

  it('of one letter work while the focus is in the view, and say so on the buttons', async () => {
    expect([stage.part('mic-button')!.getAttribute('aria-keyshortcuts'), stage.part('mic-button')!.title]).to.deep.equal(['M Alt+Shift+M', 'Microphone (M)']);
    expect(stage.part('hangup-button')!.getAttribute('aria-keyshortcuts')).to.equal('Alt+Shift+H');
    stage.part('stage')!.focus();
    for (const key of ['m', 'c', 's']) press(key);
    await settle();
    expect(asked()).to.deep.equal(['toggleMicrophone', 'toggleCamera', 'toggleScreenShare']);
  });

  it('of one letter do nothing elsewhere, nor with a key that makes it something else, nor while it is held', async () => {
    (document.activeElement as HTMLElement | null)?.blur();
    press('m', {}, document.body);
    await settle();
    stage.part('stage')!.focus();
    press('m', { ctrlKey: true });
    press('m', { metaKey: true });
    press('m', { altKey: true });
    press('m', { shiftKey: true });
    press('m', { repeat: true });
    press('m', { isComposing: true });
    // Neither ends a call.
    press('h');
    press('d');
    await settle();
    expect(asked()).to.deep.equal([]);
  });

  it('with Alt and Shift work wherever the focus is, by the letter or by its place on other keyboards', async () => {
    (document.activeElement as HTMLElement | null)?.blur();
    press('M', chord, document.body);
    press('Â', { ...chord, code: 'KeyM' }, document.body);
    press('ь', { ...chord, code: 'KeyM' }, document.body);
    // The place of M on a French keyboard has another letter on others.
    press('M', { ...chord, code: 'Semicolon' }, document.body);
    press('H', chord, document.body);
    await settle();
    expect(asked()).to.deep.equal([...Array<string>(4).fill('toggleMicrophone'), 'hangup']);
  });

  it('are off while somebody types, wherever that is', async () => {
    const box = await fixture<HTMLElement>(html`<div><input /><textarea></textarea><div contenteditable="true">x</div><div id="host"></div></div>`);
    const host = box.querySelector('#host')!;
    host.attachShadow({ mode: 'open' }).append(document.createElement('input'));
    for (const field of [...box.querySelectorAll<HTMLElement>('input, textarea, [contenteditable]'), host.shadowRoot!.querySelector('input')!]) {
      field.focus();
      press('M', chord, field);
      press('m', {}, field);
      await settle();
    }
    const inside = Object.assign(document.createElement('input'), { slot: 'panel' });
    stage.view.append(inside);
    inside.focus();
    press('m', {}, inside);
    await settle();
    expect(asked()).to.deep.equal([]);
  });

  it('take and decline a call that rings, and need their button: none with no-shortcuts, a hidden or a replaced one', async () => {
    await stage.show('incoming video');
    press('A', chord, document.body);
    press('D', chord, document.body);
    await settle();
    expect(asked()).to.deep.equal(['accept', 'reject']);
    await stage.show('incoming video', { cardPrevented: true });
    press('A', chord, document.body);
    await stage.show('active');
    stage.view.controlsList = 'nomic';
    await stage.view.updateComplete;
    press('M', chord, document.body);
    await settle();
    expect(asked()).to.have.length(2);
    stage.view.controlsList = '';
    stage.view.noShortcuts = true;
    await stage.view.updateComplete;
    expect([stage.view.hasAttribute('no-shortcuts'), stage.part('mic-button')!.title, stage.part('mic-button')!.hasAttribute('aria-keyshortcuts')]).to.deep.equal([false, 'Microphone', false]);
    press('M', chord, document.body);
    await settle();
    expect(asked()).to.have.length(2);
  });

  it('that a page has used itself are its own', async () => {
    document.addEventListener('keydown', (event) => event.preventDefault(), { capture: true, once: true });
    press('M', chord, document.body);
    await settle();
    expect(asked()).to.deep.equal([]);
  });

  it('say what they have switched to whoever does not see it, and no more than that', async () => {
    stage.part('stage')!.focus();
    press('m');
    await settle();
    await stage.show('active', { ...on, microphone: { state: 'off', error: null } });
    const said = () => [...stage.view.shadowRoot!.querySelectorAll('[role=status]')].map(({ textContent }) => textContent!.trim()).filter((words) => words.includes('Microphone'));
    expect(said()).to.deep.equal(['Microphone: off']);
  });
});

describe('a call that comes in while the page is hidden', () => {
  const made: { title: string; options: NotificationOptions; closed: boolean; onclick?: () => void }[] = [];
  let title = '';
  function hide(hidden: boolean): void {
    stub(document, 'hidden', hidden);
    stub(document, 'visibilityState', hidden ? 'hidden' : 'visible');
    document.dispatchEvent(new Event('visibilitychange'));
  }
  function allow(permission: NotificationPermission): void {
    made.length = 0;
    stub(globalThis, 'Notification', class {
      static permission = permission;
      static requestPermission = () => Promise.reject(new Error('asked without a gesture'));
      closed = false;
      onclick?: () => void;
      readonly title: string;
      readonly options: NotificationOptions;
      constructor(words: string, options: NotificationOptions) {
        [this.title, this.options] = [words, options];
        made.push(this);
      }
      close() {
        this.closed = true;
      }
    });
  }
  beforeEach(() => {
    title = document.title = 'A page';
  });

  it('flashes in the title once a second and is notified where that is allowed, until it rings no more', async () => {
    allow('granted');
    const { show } = await openStage();
    hide(true);
    await show('incoming video');
    await waitUntil(() => document.title !== title);
    expect(document.title).to.equal('Ana Lindqvist is calling');
    await waitUntil(() => document.title === title, 'in turns', { timeout: 3000 });
    await waitUntil(() => document.title !== title, 'in turns', { timeout: 3000 });
    expect(made.map((each) => [each.title, each.options.body, each.options.requireInteraction, each.closed])).to.deep.equal([['Ana Lindqvist is calling', 'Video call', true, false]]);
    let focused = 0;
    stub(globalThis, 'focus', () => focused++);
    made[0]!.onclick!();
    expect([focused, made[0]!.closed]).to.deep.equal([1, true]);
    await show('ended', { direction: 'incoming', endReason: 'missed' });
    expect(document.title).to.equal(title);
  });

  it('is quiet again as soon as the page is looked at, and leaves a title that the page has changed', async () => {
    allow('granted');
    const { show } = await openStage();
    hide(true);
    await show('incoming voice');
    await waitUntil(() => document.title !== title);
    document.title = 'Another page';
    await waitUntil(() => document.title !== 'Another page', 'goes on', { timeout: 3000 });
    hide(false);
    expect([document.title, made.map(({ closed }) => closed)]).to.deep.equal(['Another page', [true]]);
  });

  it('asks for nothing by itself, and is not announced where the page has taken the call over or sees it', async () => {
    allow('default');
    const { show } = await openStage();
    hide(true);
    await show('incoming video', { cardPrevented: true });
    await show('idle');
    hide(false);
    await show('incoming video', { cardPrevented: false });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect([document.title, made]).to.deep.equal([title, []]);
    await show('idle');
    hide(true);
    await show('incoming video', { cardPrevented: false });
    await waitUntil(() => document.title !== title);
    expect(made).to.deep.equal([]);
    await show('idle');
    expect(document.title).to.equal(title);
  });

  it('ends with its view', async () => {
    allow('granted');
    const { show, view } = await openStage();
    hide(true);
    await show('incoming video');
    await waitUntil(() => made.length === 1);
    view.remove();
    expect([document.title, made[0]!.closed]).to.deep.equal([title, true]);
  });
});

describe('a call that was silenced', () => {
  it('flashes once a second without a sound, and holds still for who wants less motion', async () => {
    const { show, part } = await openStage();
    await show('incoming video');
    expect(part('stage')!.classList.contains('flashing')).to.equal(false);
    await show('incoming video', { silenced: true });
    await waitUntil(() => part('stage')!.classList.contains('flashing'));
    const { animationName, animationDuration, animationIterationCount } = getComputedStyle(part('stage')!, '::after');
    expect([animationName, animationDuration, animationIterationCount]).to.deep.equal(['rtc-flash', '1s', 'infinite']);
    await show('connecting', { silenced: true });
    expect([part('stage')!.classList.contains('flashing'), getComputedStyle(part('stage')!, '::after').content]).to.deep.equal([false, 'none']);
  });
});

describe('a call under way', () => {
  it('gives the computer’s own keys its hang-up, microphone and camera, and takes them back', async () => {
    const handlers = new Map<string, (() => void) | null>();
    const active: [string, boolean][] = [];
    stub(navigator, 'mediaSession', {
      setActionHandler: (action: string, handler: (() => void) | null) => {
        if (action === 'togglecamera') throw new TypeError('unknown');
        handlers.set(action, handler);
      },
      setMicrophoneActive: (on: boolean) => active.push(['microphone', on]),
    });
    const { show, session } = await openStage();
    await show('active', { quality: { level: 'good', reasons: [], rttMs: 20 } });
    await waitUntil(() => handlers.size > 0);
    handlers.get('togglemicrophone')!();
    handlers.get('hangup')!();
    expect([...session.asked('toggleMicrophone'), ...session.asked('hangup')]).to.have.length(2);
    await show('active', { microphone: { state: 'off', error: null } });
    expect([active[0], active.at(-1)]).to.deep.equal([['microphone', true], ['microphone', false]]);
    await show('ended');
    expect([...handlers.values()]).to.deep.equal([null, null]);
  });

  it('keeps the screen on while there is a picture, again after the page was hidden, and not longer', async () => {
    const locks: (EventTarget & { released: boolean })[] = [];
    const request = async () => {
      const lock = Object.assign(new EventTarget(), { released: false, release: async () => void (lock.released = true) });
      locks.push(lock);
      return lock;
    };
    stub(navigator, 'wakeLock', { request });
    const { show } = await openStage();
    const quality = { level: 'good', reasons: [], rttMs: 20 } as const;
    const off = { state: 'off', error: null } as const;
    await show('active', { quality, camera: off, remoteMedia: { audio: true, video: false, screen: false } });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(locks).to.have.length(0);
    await show('active', { quality });
    await waitUntil(() => locks.length === 1);
    // As the browser does.
    locks[0]!.released = true;
    stub(document, 'visibilityState', 'hidden');
    document.dispatchEvent(new Event('visibilitychange'));
    stub(document, 'visibilityState', 'visible');
    document.dispatchEvent(new Event('visibilitychange'));
    await waitUntil(() => locks.length === 2);
    await show('ended');
    expect(locks.map(({ released }) => released)).to.deep.equal([true, true]);
  });
});
