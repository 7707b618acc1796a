import { expect, waitUntil } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import { RtcError } from '../../../src/base/rtc-error.js';
import { CHOICES_KEY } from '../../../src/session/choices-key.js';
import { FakeSession } from '../../support/fake-session.js';
import { openStage, type Stage } from './video-call-scenes.js';

const device = (kind: MediaDeviceKind, deviceId: string, label: string) => ({ kind, deviceId, groupId: '', label }) as MediaDeviceInfo;
const CAMERA = device('videoinput', 'c1', 'Built-in camera');
const USB = device('videoinput', 'c2', 'Desk camera');
const MIC = device('audioinput', 'm1', 'Headset');

/** Devices of a session that a test plugs in, and that can be out of reach. */
class DeskSession extends FakeSession {
  plugged: MediaDeviceInfo[] = [CAMERA, USB, MIC];
  error: RtcError | null = null;
  override async devices(): Promise<readonly MediaDeviceInfo[]> {
    return this.plugged;
  }
  override async setDevice(kind: MediaDeviceKind, deviceId: string): Promise<void> {
    await super.setDevice(kind, deviceId);
    if (this.error) {
      const { code, message, causes, remedies, fatal } = this.error;
      if (this.emit('rtc-error', { code, message, causes, remedies, fatal })) this.set({ notice: this.error, noticeScope: 'call' });
      throw this.error;
    }
    this.tell('user', { [kind]: deviceId });
  }
  tell(cause: 'user' | 'plugged', selected: Partial<Record<MediaDeviceKind, string>> = {}): void {
    this.emit('rtc-devices', { devices: this.plugged, selected, cause });
  }
}

async function inCall(attributes: Readonly<Record<string, string>> = {}, session = new DeskSession()): Promise<Stage & { session: DeskSession }> {
  const stage = await openStage(attributes, session);
  await stage.show('active');
  return { ...stage, session };
}
const isOpen = ({ part }: Stage): boolean => part('settings') !== null;
async function open(stage: Stage): Promise<void> {
  stage.part('settings-button')!.click();
  await waitUntil(() => isOpen(stage));
  await waitUntil(() => stage.view.shadowRoot?.activeElement?.id === 'settings-title');
}
const select = ({ part }: Stage, kind: MediaDeviceKind) => part('settings')!.querySelector<HTMLSelectElement>(`select[name=${kind}]`);
const options = (stage: Stage, kind: MediaDeviceKind): string[] => [...(select(stage, kind)?.options ?? [])].map(({ text }) => text);
const choose = (stage: Stage, kind: MediaDeviceKind, value: string): void => {
  const field = select(stage, kind)!;
  field.value = value;
  field.dispatchEvent(new Event('change', { bubbles: true }));
};
const problem = ({ part }: Stage): string => part('settings')?.querySelector('[role=status]')?.textContent?.trim() ?? '';
const expanded = ({ part }: Stage): string | null => part('settings-button')!.getAttribute('aria-expanded');

describe('<rtc-video-call> settings', () => {
  afterEach(() => localStorage.removeItem(CHOICES_KEY));

  it('open from the bar, begin at their title, close by Escape, and the focus is where it was', async () => {
    const stage = await inCall();
    expect(expanded(stage)).to.equal('false');
    stage.part('settings-button')!.focus();
    await sendKeys({ press: 'Enter' });
    await waitUntil(() => stage.view.shadowRoot?.activeElement?.id === 'settings-title');
    expect(expanded(stage)).to.equal('true');
    await sendKeys({ press: 'Escape' });
    await waitUntil(() => !isOpen(stage));
    expect(expanded(stage)).to.equal('false');
    expect(stage.view.shadowRoot!.activeElement === stage.part('settings-button')).to.equal(true);
  });

  it('are one group with a name, every field with its own, and pass axe', async () => {
    const stage = await inCall();
    await open(stage);
    await waitUntil(() => select(stage, 'videoinput'));
    const names = [...stage.part('settings')!.querySelectorAll<HTMLSelectElement | HTMLInputElement>('select, input')].map(({ labels }) => labels?.[0]?.innerText.split('\n')[0]);
    expect(names).to.deep.equal(['Camera', 'Microphone', 'Volume of Ana Lindqvist']);
    await expect(stage.view).to.be.accessible();
  });

  it('name the devices, and what is plugged in while they are open', async () => {
    const stage = await inCall();
    await open(stage);
    await waitUntil(() => options(stage, 'videoinput').length > 1);
    expect(options(stage, 'videoinput')).to.deep.equal(['As the system has it', 'Built-in camera', 'Desk camera']);
    stage.session.plugged = [...stage.session.plugged, device('videoinput', 'c3', '')];
    stage.session.tell('plugged', { videoinput: 'c2' });
    await waitUntil(() => options(stage, 'videoinput').at(-1) === 'Camera 3');
    expect(select(stage, 'videoinput')!.value).to.equal('c2');
    expect(options(stage, 'videoinput')).to.deep.equal(['Built-in camera', 'Desk camera', 'Camera 3']);
  });

  it('hand a choice to the session and show what is in use then', async () => {
    const stage = await inCall();
    await open(stage);
    await waitUntil(() => select(stage, 'videoinput'));
    choose(stage, 'videoinput', 'c2');
    await waitUntil(() => stage.session.asked('setDevice').length === 1);
    expect(stage.session.asked('setDevice')).to.deep.equal([['videoinput', 'c2']]);
    await waitUntil(() => !select(stage, 'videoinput')!.hasAttribute('aria-busy'));
    expect(select(stage, 'videoinput')!.value).to.equal('c2');
  });

  it('say what a device lacks and what to do, once and not in the banner, and show the one that goes on', async () => {
    const stage = await inCall();
    stage.session.error = new RtcError('device-in-use');
    const heard: string[] = [];
    stage.view.addEventListener('rtc-error', ({ detail }) => heard.push(detail.code));
    await open(stage);
    stage.session.tell('plugged', { videoinput: 'c1' });
    await waitUntil(() => select(stage, 'videoinput')?.value === 'c1');
    choose(stage, 'videoinput', 'c2');
    await waitUntil(() => problem(stage) !== '');
    expect(problem(stage)).to.equal('The camera or microphone is used by another program. Close the other program or tab, then switch the device on again.');
    expect(select(stage, 'videoinput')!.value).to.equal('c1');
    expect(stage.part('banner')!.innerText).to.equal('');
    expect(heard).to.deep.equal(['device-in-use']);
  });

  it('let the browser list the loudspeakers where it names none by itself, and take the one that was chosen there', async () => {
    const stage = await inCall();
    const { mediaDevices } = navigator as unknown as { mediaDevices: { selectAudioOutput?: () => Promise<MediaDeviceInfo> } };
    const own = Object.getOwnPropertyDescriptor(mediaDevices, 'selectAudioOutput');
    const speaker = device('audiooutput', 's1', 'Desk loudspeaker');
    const refusals = ['NotAllowedError', 'NotFoundError'];
    // This machine has none.
    stage.part<HTMLVideoElement>('remote-video')!.setSinkId = () => Promise.resolve();
    mediaDevices.selectAudioOutput = async () => {
      const refusal = refusals.shift();
      if (refusal) throw new DOMException('', refusal);
      stage.session.plugged = [...stage.session.plugged, speaker];
      return speaker;
    };
    try {
      await open(stage);
      await waitUntil(() => select(stage, 'videoinput'));
      expect(select(stage, 'audiooutput')).to.equal(null);
      const button = stage.part('pick-speaker-button')!;
      expect(button.innerText).to.equal('Choose a loudspeaker…');
      button.click();
      await waitUntil(() => refusals.length === 1);
      expect(problem(stage)).to.equal('');
      button.click();
      await waitUntil(() => problem(stage) === 'Your browser finds no loudspeaker. Check that one is connected and switched on.');
      button.click();
      await waitUntil(() => stage.session.asked('setDevice').length === 1);
      expect(stage.session.asked('setDevice')).to.deep.equal([['audiooutput', 's1']]);
      await waitUntil(() => options(stage, 'audiooutput').includes('Desk loudspeaker'));
      expect(problem(stage)).to.equal('');
    } finally {
      if (own) Object.defineProperty(mediaDevices, 'selectAudioOutput', own);
      else delete mediaDevices.selectAudioOutput;
    }
  });

  it('set the volume of the other as `volume` does, and unmute', async () => {
    const stage = await inCall({ muted: '' });
    await open(stage);
    const range = stage.part('settings')!.querySelector<HTMLInputElement>('input[type=range]')!;
    expect(range.value).to.equal('0');
    range.value = '0.4';
    range.dispatchEvent(new Event('input', { bubbles: true }));
    await stage.view.updateComplete;
    expect([stage.view.volume, stage.view.muted, stage.part<HTMLVideoElement>('remote-video')!.volume]).to.deep.equal([0.4, false, 0.4]);
    stage.view.volume = 0.9;
    await stage.view.updateComplete;
    expect(range.value).to.equal('0.9');
  });

  it('offer the camera on the other side of a phone, and only there', async () => {
    const stage = await inCall();
    await open(stage);
    await waitUntil(() => select(stage, 'videoinput'));
    const turn = () => [...stage.part('settings')!.querySelectorAll('button')].find(({ innerText }) => /use the/i.test(innerText));
    expect(turn()).to.equal(undefined);
    stage.session.plugged = [device('videoinput', 'f', 'Front Camera'), device('videoinput', 'b', 'Back Camera'), MIC];
    stage.session.tell('plugged', { videoinput: 'f' });
    await waitUntil(() => turn()?.innerText === 'Use the back camera');
    turn()!.click();
    await waitUntil(() => turn()?.innerText === 'Use the front camera');
    expect(stage.session.asked('setDevice')).to.deep.equal([['videoinput', 'b']]);
  });

  it('close with the call, and at a click on the picture, but not at one in the bar', async () => {
    const stage = await inCall();
    await open(stage);
    stage.part('mic-button')!.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, composed: true }));
    await stage.view.updateComplete;
    expect(isOpen(stage)).to.equal(true);
    stage.part('remote-video')!.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, composed: true }));
    await waitUntil(() => !isOpen(stage));
    await open(stage);
    await stage.show('ended');
    await waitUntil(() => !isOpen(stage));
    await stage.show('active');
    expect(isOpen(stage)).to.equal(false);
    expect(expanded(stage)).to.equal('false');
  });

  it('are hidden by controlslist="nosettings", also while they are open', async () => {
    const stage = await inCall({ controlslist: 'nosettings' });
    expect(stage.part('settings-button') === null).to.equal(true);
    stage.view.controlsList.remove('nosettings');
    await waitUntil(() => stage.part('settings-button') !== null);
    await open(stage);
    stage.view.controlsList.add('nosettings');
    await waitUntil(() => !isOpen(stage));
  });

  it('leave out what a room of voices has no use for', async () => {
    const stage = await inCall({}, new DeskSession({ media: 'audio' }));
    await open(stage);
    await waitUntil(() => select(stage, 'audioinput'));
    expect(select(stage, 'videoinput') === null).to.equal(true);
  });
});
