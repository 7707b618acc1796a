import { expect, fixture, html, waitUntil } from '@open-wc/testing';
import { RtcRoom } from '../../../src/elements/rtc-room/rtc-room.js';
import { CHOICES_KEY } from '../../../src/session/choices-key.js';
import type { RtcSession, SessionOptions } from '../../../src/session/public.js';
import { FakeSession } from '../../support/fake-session.js';

// The choice of devices before joining, over the browser's real (fake) devices.

class QuietRoom extends RtcRoom {
  protected override createSession(options: SessionOptions): RtcSession {
    return new FakeSession(options);
  }
}
customElements.define('quiet-room', QuietRoom);

interface Desk {
  readonly room: RtcRoom;
  readonly video: HTMLVideoElement;
  readonly details: HTMLDetailsElement;
  field(kind: MediaDeviceKind): HTMLSelectElement | null;
  choose(kind: MediaDeviceKind, deviceId: string): Promise<void>;
  problem(): string;
}

/** The nickname form with its preview open, and the choices shown. */
async function openDesk(attributes: Readonly<Record<string, string>> = {}): Promise<Desk> {
  const box = await fixture<HTMLElement>(html`<div></div>`);
  const room = document.createElement('quiet-room') as QuietRoom;
  for (const [name, value] of Object.entries({ room: 'lobby', ...attributes })) room.setAttribute(name, value);
  box.append(room);
  const preview = () => room.shadowRoot!.querySelector('[part=preview]');
  const find = <E extends Element>(selector: string) => preview()?.querySelector<E>(selector) ?? null;
  await waitUntil(() => preview() !== null);
  // Where the permission is granted already it came with the form.
  if (!find('.picture, meter')) find<HTMLButtonElement>(':scope > button')!.click();
  await waitUntil(() => find('select option:not([value=""])') && (!find('.picture') || find<HTMLVideoElement>('video')?.srcObject), 'picture and choices', { timeout: 5_000 });
  const details = find<HTMLDetailsElement>('details')!;
  details.open = true;
  const field = (kind: MediaDeviceKind) => find<HTMLSelectElement>(`select[name=${kind}]`);
  return {
    room, details, field,
    video: find<HTMLVideoElement>('video')!,
    problem: () => find('[role=status]')?.textContent?.trim() ?? '',
    async choose(kind, deviceId) {
      const select = field(kind)!;
      select.value = deviceId;
      select.dispatchEvent(new Event('change', { bubbles: true }));
      await waitUntil(() => !select.hasAttribute('aria-busy'), 'it is in use', { timeout: 5_000 });
    },
  };
}
const remembered = () => JSON.parse(localStorage.getItem(CHOICES_KEY) ?? '{}') as Record<string, { deviceId: string; label: string }>;
const trackOf = ({ video }: Desk, kind: 'audio' | 'video') => (video.srcObject as MediaStream).getTracks().find((track) => track.kind === kind && track.readyState === 'live');

describe('<rtc-room> devices before joining', () => {
  afterEach(() => localStorage.removeItem(CHOICES_KEY));

  it('names camera and microphone with what is in use, offers a tone, and passes axe', async () => {
    const desk = await openDesk();
    for (const [kind, of] of [['videoinput', 'video'], ['audioinput', 'audio']] as const) {
      expect(desk.field(kind)!.selectedOptions[0]?.value).to.equal(trackOf(desk, of)?.getSettings().deviceId);
    }
    expect([...desk.details.querySelectorAll('button')].map(({ innerText }) => innerText)).to.include('Play a tone');
    await expect(desk.room).to.be.accessible();
  });

  it('takes another one at once, keeps the rest going, and remembers it for the call', async () => {
    const desk = await openDesk();
    const camera = trackOf(desk, 'video');
    const last = [...desk.field('audioinput')!.options].at(-1)!;
    const before = trackOf(desk, 'audio');
    await desk.choose('audioinput', last.value);
    const now = trackOf(desk, 'audio');
    expect(now?.getSettings().deviceId).to.equal(last.value);
    expect(now === before || before?.readyState === 'ended').to.equal(true);
    expect(trackOf(desk, 'video') === camera).to.equal(true);
    expect(remembered()['audioinput']).to.deep.equal({ deviceId: last.value, label: last.text });
  });

  it('opens with what was chosen in an earlier visit', async () => {
    const first = await openDesk();
    const last = [...first.field('audioinput')!.options].at(-1)!;
    await first.choose('audioinput', last.value);
    first.room.remove();
    const second = await openDesk();
    expect(trackOf(second, 'audio')?.getSettings().deviceId).to.equal(last.value);
    expect(second.field('audioinput')!.value).to.equal(last.value);
  });

  it('says what a device lacks, goes on with the one before, and shows that', async () => {
    const desk = await openDesk();
    const before = trackOf(desk, 'video');
    const { mediaDevices } = navigator;
    const shown = desk.field('videoinput')!.value;
    const get = mediaDevices.getUserMedia;
    mediaDevices.getUserMedia = () => Promise.reject(new DOMException('busy', 'NotAllowedError'));
    try {
      await desk.choose('videoinput', shown);
      await waitUntil(() => desk.problem() !== '');
      expect(desk.problem()).to.match(/blocked for this site\. Allow camera/);
    } finally {
      mediaDevices.getUserMedia = get;
    }
    expect(trackOf(desk, 'video') === before).to.equal(true);
    expect(desk.field('videoinput')!.value).to.equal(shown);
    expect(remembered()).to.deep.equal({});
  });

  it('asks for no camera in a room of voices', async () => {
    const box = await openDeskOfVoices();
    expect(box.map(({ name }) => name).filter((name) => name !== 'audiooutput')).to.deep.equal(['audioinput']);
  });
});

async function openDeskOfVoices(): Promise<HTMLSelectElement[]> {
  const { details } = await openDesk({ media: 'audio' });
  return [...details.querySelectorAll('select')];
}
