import { aTimeout, expect, waitUntil } from '@open-wc/testing';
import type { SessionSnapshot } from '../../../src/session/public.js';
import { openStage, type Stage } from './video-call-scenes.js';

// What is said while the browser's own question is open. No test can open that question: the permission's state is what the page is told of it.

const STARTING = { state: 'starting', error: null } as const;
const ON = { state: 'on', error: null } as const;
const BOTH: Partial<SessionSnapshot> = { camera: STARTING, microphone: STARTING };

const query = navigator.permissions.query;
let permission: PermissionState;

const said = ({ part }: Stage): string => part('banner')!.innerText.trim();
/** Everything the banner, a live region, has said from now on. */
function listen({ part }: Stage): string[] {
  const heard: string[] = [];
  new MutationObserver(() => {
    const words = part('banner')!.textContent.trim();
    if (words && words !== heard.at(-1)) heard.push(words);
  }).observe(part('banner')!, { childList: true, subtree: true, characterData: true });
  return heard;
}

describe('<rtc-video-call> while the browser asks for devices', () => {
  beforeEach(() => {
    permission = 'prompt';
    navigator.permissions.query = () => Promise.resolve({ state: permission } as PermissionStatus);
  });
  afterEach(() => {
    navigator.permissions.query = query;
  });

  it('says so after a second, politely and once, and is silent when it is answered', async () => {
    const stage = await openStage();
    await stage.show('calling', BOTH);
    const heard = listen(stage);
    await aTimeout(500);
    expect(said(stage)).to.equal('');
    await waitUntil(() => said(stage) !== '', 'it is said', { timeout: 4_000 });
    expect(said(stage)).to.equal('Your browser asks for camera and microphone: allow them.');
    expect(stage.part('banner')!.role).to.equal('status');
    // It goes on ringing meanwhile.
    await stage.show('ringing', BOTH);
    expect(stage.text()).to.contain('Ringing…');
    expect(said(stage)).to.contain('allow them');
    await expect(stage.view).to.be.accessible();
    await stage.show('ringing', { camera: ON, microphone: ON });
    expect(said(stage)).to.equal('');
    expect(heard).to.deep.equal(['Your browser asks for camera and microphone: allow them.']);
  });

  it('names the one device that is asked for', async () => {
    const stage = await openStage();
    await stage.show('connecting', { camera: ON, microphone: STARTING });
    await waitUntil(() => said(stage) !== '', 'it is said', { timeout: 4_000 });
    expect(said(stage)).to.equal('Your browser asks for the microphone: allow it.');
    await stage.show('active', { camera: STARTING, microphone: ON });
    await waitUntil(() => said(stage) === 'Your browser asks for the camera: allow it.', 'the other is said', { timeout: 4_000 });
  });

  it('says nothing of a device that may be used and is slow', async () => {
    permission = 'granted';
    const stage = await openStage();
    await stage.show('calling', BOTH);
    await aTimeout(2_500);
    expect(said(stage)).to.equal('');
  });
});
