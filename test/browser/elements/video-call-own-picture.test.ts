import { expect, waitUntil } from '@open-wc/testing';
import type { SessionSnapshot } from '../../../src/session/public.js';
import { openPicture, openStage, type Stage } from './video-call-scenes.js';

const EXCELLENT = { level: 'excellent', reasons: ['direct'], rttMs: 20 } as const;
const KEY = 'rtc-elements:own-picture';

async function inCall(changes: Partial<SessionSnapshot> = {}, attributes: Readonly<Record<string, string>> = {}): Promise<Stage> {
  const stage = await openStage(attributes);
  await stage.show('active', { remoteStream: openPicture(640, 360), localStream: openPicture(640, 480), quality: EXCELLENT, ...changes });
  await waitUntil(() => stage.part('own-picture') !== null || stage.part('own-picture-button') !== null);
  await waitUntil(() => stage.part('stage')!.classList.contains('picture'));
  return stage;
}

const root = ({ view }: Stage) => view.shadowRoot!;
const tools = (stage: Stage) => [...root(stage).querySelectorAll<HTMLButtonElement>('.tools button')];
const tool = (stage: Stage, name: string) => tools(stage).find((button) => button.title.startsWith(name))!;
const boxOf = (stage: Stage, name: string) => stage.part(name)!.getBoundingClientRect();

/** Which corner a part is in, as seen. */
function cornerOf(stage: Stage, name = 'local-video'): string {
  const frame = root(stage).querySelector('.pictures')!.getBoundingClientRect();
  const box = boxOf(stage, name);
  return `${box.y + box.height / 2 < frame.y + frame.height / 2 ? 'top' : 'bottom'}-${box.x + box.width / 2 < frame.x + frame.width / 2 ? 'left' : 'right'}`;
}

async function press(stage: Stage, button: HTMLElement): Promise<void> {
  button.focus();
  button.click();
  await stage.view.updateComplete;
  await Promise.all(root(stage).getAnimations().map(({ finished }) => finished));
}

async function key(stage: Stage, name: string): Promise<void> {
  stage.part('own-picture')!.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, composed: true, cancelable: true }));
  await stage.view.updateComplete;
  await Promise.all(root(stage).getAnimations().map(({ finished }) => finished));
}

async function drag(stage: Stage, dx: number, dy: number): Promise<void> {
  const button = stage.part('own-picture')!;
  // Of events that no finger made there is no capture.
  button.setPointerCapture = () => {};
  const { x, y } = button.getBoundingClientRect();
  const send = (type: string, clientX: number, clientY: number) => button.dispatchEvent(new PointerEvent(type, { pointerId: 7, button: 0, clientX, clientY, bubbles: true, composed: true }));
  send('pointerdown', x + 10, y + 10);
  send('pointermove', x + 10 + dx / 2, y + 10 + dy / 2);
  send('pointermove', x + 10 + dx, y + 10 + dy);
  send('pointerup', x + 10 + dx, y + 10 + dy);
  button.click();
  await stage.view.updateComplete;
  await Promise.all(root(stage).getAnimations().map(({ finished }) => finished));
}

describe('the small picture of <rtc-video-call>', () => {
  afterEach(() => sessionStorage.removeItem(KEY));

  it('lies under a button as large as itself, with a name', async () => {
    const stage = await inCall();
    const [own, button] = [boxOf(stage, 'local-video'), boxOf(stage, 'own-picture')];
    for (const side of ['x', 'y', 'width', 'height'] as const) expect(button[side], side).to.be.closeTo(own[side], 1);
    expect(stage.part('own-picture')!.getAttribute('aria-label')).to.equal('Small picture: move, swap or hide it');
    await expect(stage.view).to.be.accessible();
  });

  it('is dragged, and settles in the nearest corner', async () => {
    const stage = await inCall();
    expect(cornerOf(stage)).to.equal('bottom-right');
    for (const [dx, dy, corner] of [[-400, 0, 'bottom-left'], [0, -250, 'top-left'], [400, 10, 'top-right'], [-20, 250, 'bottom-right']] as const) {
      await drag(stage, dx, dy);
      expect([cornerOf(stage), cornerOf(stage, 'own-picture')]).to.deep.equal([corner, corner]);
    }
    expect(stage.part('own-picture')!.getAttribute('aria-expanded'), 'the click that ends a drag is none').to.equal('false');
  });

  it('goes with the finger, and back where the finger is taken from it', async () => {
    const stage = await inCall();
    const before = boxOf(stage, 'local-video').x;
    const button = stage.part('own-picture')!;
    button.setPointerCapture = () => {};
    const send = (type: string, clientX: number) => button.dispatchEvent(new PointerEvent(type, { pointerId: 7, button: 0, clientX, clientY: 300 }));
    send('pointerdown', 500);
    send('pointermove', 400);
    expect(boxOf(stage, 'local-video').x).to.be.closeTo(before - 100, 1);
    send('pointercancel', 400);
    expect(boxOf(stage, 'local-video').x).to.be.closeTo(before, 1);
  });

  it('moves by arrow keys, and says where it is', async () => {
    const stage = await inCall();
    await key(stage, 'ArrowUp');
    expect(cornerOf(stage)).to.equal('top-right');
    expect(stage.text()).to.contain('Small picture at the top right');
    await key(stage, 'ArrowLeft');
    expect(cornerOf(stage)).to.equal('top-left');
    await key(stage, 'ArrowLeft');
    expect(cornerOf(stage)).to.equal('top-left');
  });

  it('lies over the picture exactly, also where that is small, and after a swap', async () => {
    const stage = await inCall();
    const shapeOf = (name: string) => {
      const { x, y, width, height } = boxOf(stage, name);
      return [x, y, width, height, getComputedStyle(stage.part(name)!).borderRadius];
    };
    for (const width of ['640px', '300px']) {
      stage.view.parentElement!.style.width = width;
      await waitUntil(() => boxOf(stage, 'stage').width === parseInt(width));
      expect(shapeOf('own-picture')).to.deep.equal(shapeOf('local-video'));
    }
    await press(stage, stage.part('own-picture')!);
    await press(stage, tool(stage, 'Swap'));
    expect(shapeOf('own-picture')).to.deep.equal(shapeOf('remote-video'));
  });

  it('is not beneath a banner where it stands at the top', async () => {
    const stage = await inCall();
    stage.view.parentElement!.style.width = '300px';
    const paused = { level: 'poor', reasons: ['remote-video-paused'], rttMs: 400 } as const;
    await stage.show('active', { localStream: openPicture(640, 480), quality: paused, remoteMedia: { audio: true, video: true, screen: false, paused: true } });
    await waitUntil(() => stage.part('banner')!.innerText !== '');
    const [banner, own] = [boxOf(stage, 'banner'), boxOf(stage, 'local-video')];
    expect(own.y).to.be.at.least(banner.bottom);
  });

  it('goes where the arrow points also where people read from right to left', async () => {
    const stage = await inCall({}, { dir: 'rtl' });
    expect([cornerOf(stage), cornerOf(stage, 'own-picture')]).to.deep.equal(['bottom-left', 'bottom-left']);
    await key(stage, 'ArrowRight');
    expect([cornerOf(stage), cornerOf(stage, 'own-picture')]).to.deep.equal(['bottom-right', 'bottom-right']);
  });

  it('moves by a button too, from corner to corner', async () => {
    const stage = await inCall();
    await press(stage, stage.part('own-picture')!);
    expect(stage.part('own-picture')!.getAttribute('aria-expanded')).to.equal('true');
    const seen = [];
    for (let each = 0; each < 4; each++) {
      await press(stage, tool(stage, 'Move'));
      seen.push(cornerOf(stage));
    }
    expect(seen).to.deep.equal(['bottom-left', 'top-left', 'top-right', 'bottom-right']);
    await expect(stage.view).to.be.accessible();
  });

  it('is hidden and brought back, with the focus where it goes on', async () => {
    const stage = await inCall();
    await press(stage, stage.part('own-picture')!);
    await press(stage, tool(stage, 'Hide'));
    await waitUntil(() => root(stage).activeElement === stage.part('own-picture-button'));
    expect(getComputedStyle(stage.part('local-video')!).visibility).to.equal('hidden');
    await expect(stage.view).to.be.accessible();
    await press(stage, stage.part('own-picture-button')!);
    await waitUntil(() => root(stage).activeElement === stage.part('own-picture'));
    expect(getComputedStyle(stage.part('local-video')!).visibility).to.equal('visible');
  });

  it('is swapped with the large one and back, by a button and by two clicks', async () => {
    const stage = await inCall();
    const width = (name: string) => boxOf(stage, name).width;
    await press(stage, stage.part('own-picture')!);
    await press(stage, tool(stage, 'Swap'));
    expect(width('local-video')).to.equal(640);
    expect(width('remote-video')).to.be.below(210);
    expect(cornerOf(stage, 'remote-video')).to.equal('bottom-right');
    expect(tool(stage, 'Swap').getAttribute('aria-pressed')).to.equal('true');
    expect(tool(stage, 'Hide'), 'the other is never hidden').to.equal(undefined);
    await expect(stage.view).to.be.accessible();
    stage.part('own-picture')!.dispatchEvent(new MouseEvent('dblclick'));
    await stage.view.updateComplete;
    expect(width('remote-video')).to.equal(640);
    expect(width('local-video')).to.be.below(210);
  });

  it('is not swapped any more when the own camera goes off, or the next call begins', async () => {
    const stage = await inCall();
    stage.part('own-picture')!.dispatchEvent(new MouseEvent('dblclick'));
    await stage.view.updateComplete;
    expect(boxOf(stage, 'remote-video').width).to.be.below(210);
    await stage.show('active', { camera: { state: 'off', error: null }, quality: EXCELLENT });
    expect(boxOf(stage, 'remote-video').width).to.equal(640);
    expect(stage.part('own-picture') === null).to.equal(true);
  });

  it('closes what is open with Escape, and gives the focus back', async () => {
    const stage = await inCall();
    await press(stage, stage.part('own-picture')!);
    tool(stage, 'Move').focus();
    tool(stage, 'Move').dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
    await stage.view.updateComplete;
    expect(tools(stage)).to.deep.equal([]);
    expect(root(stage).activeElement === stage.part('own-picture')).to.equal(true);
  });

  it('is remembered by the tab: where it is, and whether it is hidden', async () => {
    const first = await inCall();
    await key(first, 'ArrowUp');
    await press(first, first.part('own-picture')!);
    await press(first, tool(first, 'Hide'));
    const second = await inCall();
    expect(second.part('own-picture-button') !== null).to.equal(true);
    await press(second, second.part('own-picture-button')!);
    expect(cornerOf(second)).to.equal('top-right');
  });

  it('takes whatever else stands in the storage for nothing', async () => {
    for (const kept of ['nonsense', '{"corner":"middle","hidden":"<b>"}', 'null']) {
      sessionStorage.setItem(KEY, kept);
      const stage = await inCall();
      expect(cornerOf(stage)).to.equal('bottom-right');
    }
  });

  it('fits, with its buttons, into 320 px', async () => {
    const stage = await inCall();
    stage.view.parentElement!.style.width = '320px';
    await press(stage, stage.part('own-picture')!);
    for (let each = 0; each < 4; each++) {
      await press(stage, tool(stage, 'Move'));
      const frame = root(stage).querySelector('.pictures')!.getBoundingClientRect();
      for (const button of [stage.part('own-picture')!, ...tools(stage)]) {
        const { left, right, top, bottom, width, height } = button.getBoundingClientRect();
        expect(left >= frame.left && right <= frame.right && top >= frame.top && bottom <= frame.bottom, `${button.title} ${each}`).to.equal(true);
        expect(Math.min(width, height)).to.be.at.least(44);
      }
    }
  });

  it('is left to the page in a bare view', async () => {
    const stage = await openStage({ bare: '' });
    sessionStorage.setItem(KEY, '{"corner":"top-start","hidden":true}');
    await stage.show('active', { remoteStream: openPicture(640, 360), quality: EXCELLENT });
    expect(stage.part('own-picture') === null).to.equal(true);
    expect(cornerOf(stage)).to.equal('bottom-right');
  });
});

describe('the large picture of <rtc-video-call>', () => {
  /** How much of its width and height is seen, and how much of the view it covers. */
  function seenOf(stage: Stage) {
    const video = stage.part<HTMLVideoElement>('remote-video')!;
    const frame = root(stage).querySelector('.pictures')!.getBoundingClientRect();
    const box = video.getBoundingClientRect();
    const { objectFit } = getComputedStyle(video);
    const scale = Math[objectFit === 'cover' ? 'max' : 'min'](box.width / video.videoWidth, box.height / video.videoHeight);
    const [width, height] = [video.videoWidth * scale, video.videoHeight * scale];
    expect(Math.abs(box.left + box.right - frame.left - frame.right) < 1 && Math.abs(box.top + box.bottom - frame.top - frame.bottom) < 1, 'in the middle').to.equal(true);
    return {
      width: Math.min(1, box.width / width), height: Math.min(1, box.height / height),
      covers: (Math.min(width, box.width) * Math.min(height, box.height)) / (frame.width * frame.height),
    };
  }
  async function pictured(picture: readonly [number, number], view: readonly [number, number], changes: Partial<SessionSnapshot> = {}, fit = ''): Promise<Stage> {
    const stage = await openStage();
    Object.assign(stage.view.style, { width: `${view[0]}px`, height: `${view[1]}px` });
    if (fit) stage.view.style.setProperty('--rtc-video-fit', fit);
    await stage.show('active', { remoteStream: openPicture(...picture), quality: EXCELLENT, ...changes });
    await waitUntil(() => stage.part('quality') !== null && stage.part('stage')!.classList.contains('picture') && stage.part<HTMLVideoElement>('remote-video')!.videoWidth === picture[0]);
    return stage;
  }

  for (const [what, picture, view, covers] of [
    ['a computer’s on a phone upright', [640, 360], [390, 760], 0.6],
    ['a computer’s in a window that is nearly its shape', [640, 360], [640, 480], 1],
    ['a computer’s on a phone on its side', [640, 360], [844, 390], 1],
    ['an older camera’s on a phone upright', [640, 480], [390, 760], 0.8],
    ['a phone’s on a phone', [360, 640], [390, 760], 1],
    ['a phone’s on a computer', [360, 640], [960, 540], 0.4],
    ['a square one in a flat view', [480, 480], [900, 300], 0.4],
  ] as const) {
    it(`fills as much as it can without losing the face: ${what}`, async () => {
      const seen = seenOf(await pictured(picture, view));
      expect(seen.width).to.be.at.least(0.449);
      expect(seen.height).to.be.at.least(0.76);
      expect(seen.covers).to.be.within(covers - 0.001, 1.001);
    });
  }

  it('is seen whole, or fills at any price, where the page says so', async () => {
    const whole = seenOf(await pictured([640, 360], [390, 760], {}, 'contain'));
    expect([whole.width, whole.height]).to.deep.equal([1, 1]);
    expect(seenOf(await pictured([640, 360], [390, 760], {}, 'cover')).covers).to.be.closeTo(1, 0.001);
  });

  for (const view of [[390, 760], [960, 300]] as const) {
    it(`is seen whole where it is a screen, ${view.join(' x ')}`, async () => {
      const stage = await pictured([640, 360], view, { remoteMedia: { audio: true, video: true, screen: true } });
      const { width, height, covers } = seenOf(stage);
      expect([width, height]).to.deep.equal([1, 1]);
      // As large as it can be.
      expect(covers).to.be.closeTo(Math.min(view[0] / view[1] / (16 / 9), (16 / 9) / (view[0] / view[1])), 0.001);
    });
  }

  it('stays where it is while the connection is lost, as do the small one and the buttons', async () => {
    const stage = await inCall();
    const lost = { level: 'lost', reasons: ['nothing-arrives'], rttMs: null } as const;
    for (const width of [640, 320]) {
      stage.view.parentElement!.style.width = `${width}px`;
      await stage.show('active', { quality: EXCELLENT });
      const boxes = () => ['remote-video', 'local-video', 'own-picture', 'hangup-button'].map((name) => JSON.stringify(boxOf(stage, name)));
      const before = boxes();
      await stage.show('reconnecting', { quality: lost, remoteMedia: { audio: true, video: true, screen: false } });
      expect(boxes()).to.deep.equal(before);
      expect(getComputedStyle(stage.part('remote-video')!).visibility).to.equal('visible');
    }
  });

  it('hides no focus: the ring stands between two dark ones, on the view as on its buttons', async () => {
    const stage = await inCall();
    for (const part of ['mic-button', 'hangup-button', 'own-picture'] as const) {
      stage.part(part)!.focus({ focusVisible: true } as FocusOptions);
      expect(getComputedStyle(stage.part(part)!).boxShadow, part).to.equal('rgb(20, 22, 27) 0px 0px 0px 6px');
    }
    const view = stage.part('stage')!;
    view.focus({ focusVisible: true } as FocusOptions);
    const { outlineStyle, outlineWidth, zIndex } = getComputedStyle(view, '::after');
    expect([outlineStyle, outlineWidth, zIndex]).to.deep.equal(['solid', '2px', '2']);
  });

  it('of oneself is as upright as the camera holds it, and so is the button over it', async () => {
    const stage = await inCall({ localStream: openPicture(360, 640) });
    await waitUntil(() => boxOf(stage, 'local-video').height > boxOf(stage, 'local-video').width);
    await waitUntil(() => Math.abs(boxOf(stage, 'own-picture').height - boxOf(stage, 'local-video').height) < 1, JSON.stringify([boxOf(stage, 'own-picture'), boxOf(stage, 'local-video')]));
  });
});

describe('a shared screen in <rtc-video-call>', () => {
  const screen = { state: 'on', error: null } as const;

  it('is seen to its edges, however the page has faces cut', async () => {
    const stage = await inCall();
    stage.view.style.setProperty('--rtc-video-fit', 'cover');
    const fit = () => getComputedStyle(stage.part('remote-video')!).objectFit;
    expect(fit()).to.equal('cover');
    await stage.show('active', { quality: EXCELLENT, remoteMedia: { audio: true, video: true, screen: true } });
    expect(fit()).to.equal('contain');
    await stage.show('active', { quality: EXCELLENT });
    expect(fit()).to.equal('cover');
  });

  it('is said of one’s own, with a button that ends it, and never mirrored there', async () => {
    const stage = await inCall();
    await stage.show('active', { quality: EXCELLENT, screen });
    expect(stage.part('banner')!.innerText).to.contain('Ana Lindqvist sees your screen.');
    expect(getComputedStyle(stage.part('remote-video')!).transform).to.equal('none');
    stage.part('banner')!.querySelector('button')!.click();
    expect(stage.session.asked('toggleScreenShare')).to.deep.equal([[false]]);
    await expect(stage.view).to.be.accessible();
    await stage.show('active', { quality: EXCELLENT, screen: { state: 'off', error: null } });
    expect(stage.part('banner')!.innerText).to.equal('');
  });

  it('has the other’s camera beside it, named, in the way of nothing', async () => {
    const stage = await inCall({ besideStream: openPicture(320, 240), remoteMedia: { audio: true, video: true, screen: true } });
    await waitUntil(() => (stage.part<HTMLVideoElement>('beside-video')?.videoWidth ?? 0) > 0);
    expect(stage.part('beside-video')!.getAttribute('aria-label')).to.equal('Picture of Ana Lindqvist');
    const overlap = (a: DOMRect, b: DOMRect) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
    for (const width of [640, 320]) {
      stage.view.parentElement!.style.width = `${width}px`;
      await press(stage, stage.part('own-picture')!);
      for (let each = 0; each < 4; each++) {
        await press(stage, tool(stage, 'Move'));
        expect(overlap(boxOf(stage, 'beside-video'), boxOf(stage, 'local-video')), `${width} ${cornerOf(stage)}`).to.equal(false);
        expect(overlap(boxOf(stage, 'beside-video'), boxOf(stage, 'peer-name'))).to.equal(false);
      }
      await press(stage, stage.part('own-picture')!);
    }
    await expect(stage.view).to.be.accessible();
    await stage.show('active', { quality: EXCELLENT, besideStream: null });
    expect(stage.part('beside-video') === null).to.equal(true);
  });

  it('is not said to be seen by who takes no picture', async () => {
    const stage = await inCall();
    await stage.show('active', { quality: EXCELLENT, screen, remoteMedia: { audio: true, video: true, screen: false, audioOnly: true } });
    expect(stage.part('banner')!.innerText).to.contain('takes sound only');
  });
});
