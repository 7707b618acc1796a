import { expect, nextFrame, waitUntil } from '@open-wc/testing';
import { sendKeys, sendMouse, resetMouse } from '@web/test-runner-commands';
import type { SessionSnapshot } from '../../../src/session/public.js';
import { openPicture, openStage, type Stage } from './video-call-scenes.js';

const QUALITY = { level: 'excellent', reasons: ['direct'], rttMs: 20 } as const;
const keys = ({ view }: Stage): HTMLElement => view.shadowRoot!.querySelector('.keys')!;
const opacity = (stage: Stage): string => getComputedStyle(keys(stage)).opacity;
const rests = (stage: Stage) => waitUntil(() => opacity(stage) === '0', 'the bar is gone', { timeout: 6_000 });
const isShown = (stage: Stage) => waitUntil(() => opacity(stage) === '1', 'the bar is back', { timeout: 2_000 });

/** A call with a moving picture, its late code there. */
async function watching(changes: Partial<SessionSnapshot> = {}): Promise<Stage> {
  const stage = await openStage();
  await stage.show('active', { remoteStream: openPicture(640, 360), quality: QUALITY, ...changes });
  await waitUntil(() => stage.part('quality') !== null && stage.part('stage')!.classList.contains('picture'));
  return stage;
}

/** The middle of an element, in the window. */
const middle = (element: Element): [number, number] => {
  const { x, y, width, height } = element.getBoundingClientRect();
  return [Math.round(x + width / 2), Math.round(y + height / 2)];
};

describe('<rtc-video-call> controls of somebody who watches', () => {
  afterEach(() => resetMouse());

  it('fade over a picture, and come back with the pointer', async () => {
    const stage = await watching();
    expect(opacity(stage)).to.equal('1');
    await rests(stage);
    await sendMouse({ type: 'move', position: middle(stage.part('stage')!) });
    await isShown(stage);
  });

  it('come back with a touch, which presses nothing', async () => {
    const stage = await watching();
    await rests(stage);
    const hangup = stage.part('hangup-button')!;
    const [clientX, clientY] = middle(hangup);
    const { shadowRoot } = stage.view;
    // What a finger over the invisible button hits.
    const target = shadowRoot!.elementFromPoint(clientX, clientY)!;
    expect(target.closest('button') === null, 'an invisible button is not hit').to.equal(true);
    target.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, composed: true, pointerType: 'touch', clientX, clientY }));
    expect(shadowRoot!.elementFromPoint(clientX, clientY)!.closest('button') === null, 'nor while the finger is down').to.equal(true);
    await waitUntil(() => shadowRoot!.elementFromPoint(clientX, clientY)!.closest('button') === hangup);
    expect(stage.session.asked('hangup')).to.deep.equal([]);
  });

  it('come back with the focus and stay while somebody goes through them by keyboard', async () => {
    const stage = await watching();
    await rests(stage);
    await sendKeys({ press: 'Tab' });
    await waitUntil(() => stage.view.shadowRoot!.activeElement !== null);
    await isShown(stage);
    const since = performance.now();
    await waitUntil(() => performance.now() - since > 4_000, 'longer than they rest after', { timeout: 6_000 });
    expect(opacity(stage)).to.equal('1');
  });

  for (const [what, changes] of [
    ['there is no picture', { remoteMedia: { audio: true, video: false, screen: false } }],
    ['a problem is said', { notice: { message: 'The camera is used.', remedies: [''], code: 'device-in-use' } as unknown as SessionSnapshot['notice'], noticeScope: 'call' }],
    ['the browser wants a click', { playbackBlocked: true }],
  ] as const satisfies readonly (readonly [string, Partial<SessionSnapshot>])[]) {
    it(`stay where ${what}`, async () => {
      const stage = await openStage();
      await stage.show('active', { remoteStream: openPicture(640, 360), quality: QUALITY, ...changes });
      await waitUntil(() => stage.part('quality') !== null);
      const since = performance.now();
      await waitUntil(() => performance.now() - since > 4_000, 'longer than they rest after', { timeout: 6_000 });
      expect(opacity(stage)).to.equal('1');
    });
  }

  it('are there again as soon as the call is no longer only watched', async () => {
    const stage = await watching();
    await rests(stage);
    await stage.show('reconnecting', { remoteStream: stage.session.getSnapshot().remoteStream, quality: { level: 'lost', reasons: [], rttMs: null } });
    await nextFrame();
    await isShown(stage);
  });
});

describe('<rtc-video-call> from state to state', () => {
  it('moves neither the own picture nor the row of buttons, nor does its size change', async () => {
    const stage = await openStage();
    const picture = openPicture(640, 360);
    const own = openPicture(64, 48);
    const boxes = () => Object.fromEntries(['stage', 'local-video', 'hangup-button'].map((name) => {
      const { x, y, width, height } = stage.view.shadowRoot!.querySelector(`[part~='${name}']:not([hidden] *)`)!.getBoundingClientRect();
      return [name, [x, y, width, height].map(Math.round).join(' ')];
    }));
    await stage.show('connecting', { localStream: own });
    const before = boxes();
    await stage.show('active', { localStream: own, remoteStream: picture, quality: QUALITY });
    await waitUntil(() => stage.part('stage')!.classList.contains('picture'));
    await nextFrame();
    expect(boxes()).to.deep.equal(before);
    await stage.show('active', { localStream: own, remoteStream: picture, remoteMedia: { audio: true, video: false, screen: false } });
    await nextFrame();
    expect(boxes()).to.deep.equal(before);
    await stage.show('reconnecting', { localStream: own, remoteStream: picture });
    await nextFrame();
    expect(boxes()).to.deep.equal(before);
  });

  it('keeps its size from nothing to ringing, being called and the end', async () => {
    const stage = await openStage();
    const size = () => [stage.view.offsetWidth, stage.view.offsetHeight].join(' ');
    const before = size();
    for (const scene of ['calling', 'ringing', 'incoming video', 'incoming voice', 'connecting', 'active', 'reconnecting', 'ended'] as const) {
      await stage.show(scene);
      expect(size(), scene).to.equal(before);
    }
  });
});

describe('<rtc-video-call> how a call ended', () => {
  const shown = async (stage: Stage): Promise<void> => {
    await stage.show('ended');
    await waitUntil(() => stage.session.asked('holdEnded').length > 0);
  };
  const isRead = ({ session }: Stage): boolean => {
    const [ask] = session.asked('holdEnded').at(-1) as [() => boolean];
    return ask();
  };

  it('is held while the pointer is on it', async () => {
    const stage = await openStage();
    await shown(stage);
    await resetMouse();
    expect(isRead(stage)).to.equal(false);
    await sendMouse({ type: 'move', position: middle(stage.part('stage')!) });
    expect(isRead(stage)).to.equal(true);
  });

  it('is held while the focus is in it, put there by keyboard', async () => {
    const stage = await openStage();
    await shown(stage);
    await resetMouse();
    await sendKeys({ press: 'Tab' });
    await waitUntil(() => stage.view.shadowRoot!.activeElement !== null);
    expect(isRead(stage)).to.equal(true);
    (stage.view.shadowRoot!.activeElement as HTMLElement).blur();
    expect(isRead(stage)).to.equal(false);
  });
});
