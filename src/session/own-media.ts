import { importLate } from '../base/import-again.js';
import { quiet } from '../base/quiet.js';
import { toRtcError, type RtcError } from '../base/rtc-error.js';
import type { DeviceProblem, LocalMediaPort } from '../media/local-media-port.js';
import type { PeerPort } from '../media/peer-port.js';
import type { ScreenShare } from '../media/screen-capture.js';
import type { CallMedia } from '../protocol/codes.js';
import { captures } from './captures.js';
import { CHOICES_KEY } from './choices-key.js';
import type { ChosenDevices } from './chosen-devices.js';
import { NO_MEDIA, OFF, type DeviceState, type MediaState } from './session-snapshot.js';
import type { SessionStore } from './session-store.js';

type Kind = 'audio' | 'video';
const KINDS: readonly Kind[] = ['audio', 'video'];

const device = (state: DeviceState['state'], error: RtcError | null = null): DeviceState => ({ state, error });

/** Somebody has chosen a device in this browser, now or in an earlier visit: only then is there anything to fetch. */
function hasChosen(): boolean {
  try {
    return CHOICES_KEY in (globalThis.localStorage ?? {});
  } catch {
    // Blocked: then they last as long as the page.
    return true;
  }
}

/** The own camera, microphone and screen during one call after another: what is wanted, what could be had, what is sent. */
export class OwnMedia {
  readonly #store: SessionStore;
  readonly #devices: LocalMediaPort;
  readonly #state: Record<Kind, DeviceState> = { audio: OFF, video: OFF };
  #chosen: ChosenDevices | null = null;
  /** By the person, whatever could be had of it so far. */
  wanted: CallMedia = NO_MEDIA;
  #sent: MediaState = NO_MEDIA;
  #screen: ScreenShare | null = null;
  #held = false;
  #recording = false;
  #peer: PeerPort | null = null;
  /** What the devices are open for; null while they are closed. What was asked for in another use is stale. */
  #use: object | null = null;
  /** As last looked at. Before a permission is given browsers name at most one of a kind. */
  known: readonly MediaDeviceInfo[] = [];
  /** Another device in the place of one that was unplugged. */
  replacing: Promise<unknown> | undefined;

  constructor(store: SessionStore, devices: LocalMediaPort) {
    this.#store = store;
    this.#devices = devices;
    devices.onEnded = (kind) => {
      this.#chosen?.drop(kind);
      this.#set(kind, OFF);
      this.replacing = this.#acquire([kind]);
    };
    devices.onDevices = () => void quiet(this.#later().then((chosen) => chosen.plugged()));
    // Asked for by every call, and fetched at join.
    if (hasChosen()) void quiet(this.#later());
    void this.devices();
    this.show();
  }

  /** Also after a change of the options, which say what is used at all. */
  show(): void {
    const shown = (kind: Kind, state = this.#state[kind]): DeviceState => (captures(this.#store.options, kind) ? state : device('unused'));
    const { stream, canShareScreen } = this.#devices;
    this.#store.show({
      microphone: shown('audio'),
      camera: shown('video'),
      screen: this.#screen ? device('on') : shown('video', canShareScreen ? OFF : device('unused')),
      recording: this.#recording,
      localStream: this.#use && stream.getTracks().length > 0 ? stream : null,
    });
  }

  /** The call has this kind of media: opens what the room allows and the person has not switched off. */
  async open({ audio, video }: CallMedia): Promise<void> {
    this.#use = {};
    const { options } = this.#store;
    this.wanted = { audio: audio && captures(options, 'audio') && !options.micOff, video: video && captures(options, 'video') && !options.cameraOff };
    if (hasChosen()) await this.#later().then((chosen) => chosen.begin(), () => {});
    await this.#acquire(KINDS.filter((kind) => this.wanted[kind]));
    // Only now do browsers tell one device from another.
    void this.devices();
  }

  /** Stops every track now, whatever is still being asked for included. */
  close(): void {
    this.#use = null;
    this.#peer = null;
    this.#screen?.stop();
    this.#screen = null;
    this.#held = this.#recording = false;
    this.#devices.release();
    this.#state.audio = this.#state.video = OFF;
    this.#sent = NO_MEDIA;
    this.show();
  }

  /** The connection that what is live now, and what comes, is sent on. */
  attach(peer: PeerPort): void {
    this.#peer = peer;
    for (const kind of KINDS) this.#send(kind);
  }

  /** To the other side. */
  tell(): void {
    this.#peer?.sendControl({ t: 'media', ...this.#sent, ...(this.#held && { paused: true }), ...(this.#recording && { recording: true }), ...(this.#store.options.audioOnly && { audioOnly: true }) });
  }

  /** The network is too poor for the picture: the other side is told why none comes. */
  holdVideo(held: boolean): void {
    if (held === this.#held) return;
    this.#held = held;
    this.tell();
  }

  /** The other side is told, at once and on every connection of this call; the next call begins without. */
  announceRecording(on: boolean): void {
    this.#recording = on && this.#use !== null;
    this.tell();
    this.show();
  }

  /** True = on. Rejects with the device's error when it cannot be had. */
  async toggle(kind: Kind, force?: boolean): Promise<boolean> {
    const on = force ?? !this.#isOn(kind);
    if (!this.#use || (on && !captures(this.#store.options, kind))) return false;
    this.wanted = { ...this.wanted, [kind]: on };
    if (on && !this.#isOn(kind)) await this.#need(kind);
    if (!on) {
      // A muted microphone keeps its device, so that speaking again is instant; a camera that is off must be dark.
      if (kind === 'video') this.#devices.stop(kind);
      this.#set(kind, OFF);
    }
    return this.#isOn(kind);
  }

  async toggleScreen(force?: boolean): Promise<boolean> {
    const use = this.#use;
    const on = force ?? !this.#screen;
    if (!on) this.#endScreen();
    else if (use && captures(this.#store.options, 'video') && !this.#screen) {
      const { captureScreen } = await importLate(() => import('../media/screen-capture.js'));
      const screen = await captureScreen();
      // A second picker may have been open meanwhile.
      if (use !== this.#use || this.#screen) screen?.stop();
      else if (screen) {
        screen.video.addEventListener('ended', () => this.#screen === screen && this.#endScreen());
        this.#setScreen(screen);
      }
    }
    return this.#screen !== null;
  }

  /** Another camera, microphone or loudspeaker, now if in use and for what follows; mute stays as it is. */
  async choose(kind: MediaDeviceKind, deviceId: string): Promise<void> {
    await (await this.#later()).choose(kind, deviceId);
  }

  /** All that is to be done for whoever chooses devices, or plugs them in and out. */
  async #later(): Promise<ChosenDevices> {
    const { ChosenDevices } = await importLate(() => import('./chosen-devices.js'));
    return (this.#chosen ??= new ChosenDevices(this.#store, this, this.#devices));
  }

  /** Other devices in the place of those that are live, or that could not be had; the old one sends until the new one does. Resolves with what could not be had. */
  reopen(kinds: readonly Kind[]): Promise<readonly DeviceProblem[]> {
    return this.#acquire(kinds.filter((kind) => this.#devices.track(kind) || this.#state[kind].error), true);
  }

  async devices(): Promise<readonly MediaDeviceInfo[]> {
    this.known = await this.#devices.devices();
    this.#chosen?.saw();
    return this.known;
  }

  dispose(): void {
    this.close();
    this.#devices.close();
  }

  #isOn(kind: Kind): boolean {
    return this.#state[kind].state === 'on';
  }

  async #need(kind: Kind): Promise<void> {
    for (const { error } of await this.#acquire([kind])) throw error;
  }

  /** What could not be had. `anew`: what is live says and sends what it did, until another device takes its place. */
  async #acquire(kinds: readonly Kind[], anew?: boolean): Promise<readonly DeviceProblem[]> {
    const use = this.#use;
    if (!use) kinds = [];
    if (!anew) for (const kind of kinds) this.#state[kind] = device('starting');
    this.show();
    if (kinds.length === 0) return [];
    const { facingMode = null, constraints = {} } = this.#store.options;
    const { problems } = await this.#devices.capture({ audio: kinds.includes('audio'), video: kinds.includes('video'), constraints: this.#chosen?.constraints() ?? constraints, facingMode, anew });
    if (use !== this.#use) return [];
    for (const kind of kinds) {
      const problem = problems.find((each) => each.kind === kind);
      if (!this.wanted[kind] && kind === 'video') this.#devices.stop(kind);
      this.#set(kind, problem && !this.#devices.track(kind) ? device('blocked', problem.error) : this.wanted[kind] ? device('on') : OFF);
    }
    // Both refused for one reason is one problem to a person.
    for (const error of new Map(problems.map(({ error }) => [error.code, error])).values()) this.#store.problem(error);
    return problems;
  }

  #set(kind: Kind, state: DeviceState): void {
    this.#state[kind] = state;
    const track = this.#devices.track(kind);
    if (track) track.enabled = this.#isOn(kind);
    this.#send(kind);
  }

  #send(kind: Kind): void {
    const own = this.#devices.track(kind);
    const track = !this.#screen ? own : kind === 'video' ? this.#screen.video : this.#screen.mixWith(own);
    this.#peer?.setTrack(kind, track).catch((error: unknown) => this.#store.problem(toRtcError(error, 'unavailable')));
    const before = this.#sent;
    const now = (this.#sent = { audio: this.#isOn('audio'), video: this.#isOn('video'), screen: this.#screen !== null });
    for (const each of ['audio', 'video', 'screen'] as const) {
      if (before[each] !== now[each]) this.#store.emit('rtc-media', { source: 'local', kind: each, enabled: now[each] });
    }
    this.tell();
    this.show();
  }

  #endScreen(): void {
    this.#screen?.stop();
    this.#setScreen(null);
  }

  /** It is seen in place of the camera and heard beside the microphone. */
  #setScreen(screen: ScreenShare | null): void {
    this.#screen = screen;
    if (this.#use) for (const kind of KINDS) this.#send(kind);
  }
}
