import type { RtcError } from '../base/rtc-error.js';
import type { LocalMediaPort } from '../media/local-media-port.js';
import type { ControlMessage, PeerPort } from '../media/peer-port.js';
import type { CallMedia } from '../protocol/codes.js';
import type { DeviceState, MediaState } from './session-snapshot.js';
import type { SessionOptions } from './session-api.js';

type Kind = 'audio' | 'video';
const KINDS: readonly Kind[] = ['audio', 'video'];
const OFF: DeviceState = { state: 'off', error: null };
const UNUSED: DeviceState = { state: 'unused', error: null };

export interface OwnMediaHandlers {
  onChange(): void;
  /** A kind began or ceased to be sent. */
  onSent(kind: 'audio' | 'video' | 'screen', enabled: boolean): void;
  onProblem(error: RtcError): void;
}

/** The own camera, microphone and screen during one call after another: what is wanted, what could be had, what is sent. */
export class OwnMedia {
  readonly #media: LocalMediaPort;
  readonly #options: () => Readonly<SessionOptions>;
  readonly #handlers: OwnMediaHandlers;
  readonly #device: Record<Kind, DeviceState> = { audio: OFF, video: OFF };
  readonly #chosen: { audio?: string; video?: string } = {};
  #wanted: Record<Kind, boolean> = { audio: false, video: false };
  #sent: MediaState = { audio: false, video: false, screen: false };
  #screen: MediaStreamTrack | null = null;
  #peer: PeerPort | null = null;
  /** Counts openings: what was asked for in an earlier one is stale. Zero while closed. */
  #opening = 0;
  #open = false;

  constructor(media: LocalMediaPort, options: () => Readonly<SessionOptions>, handlers: OwnMediaHandlers) {
    this.#media = media;
    this.#options = options;
    this.#handlers = handlers;
    media.onEnded = (kind) => {
      this.#set(kind, { state: 'off', error: null });
      void this.#acquire([kind]);
    };
    media.onDevices = () => void this.#retryMissing();
  }

  get microphone(): DeviceState {
    return this.#shown('audio');
  }
  get camera(): DeviceState {
    return this.#shown('video');
  }
  get screen(): DeviceState {
    return this.#screen ? { state: 'on', error: null } : this.#media.canShareScreen && this.allows('video') ? OFF : UNUSED;
  }
  get stream(): MediaStream | null {
    return this.#open && this.#media.stream.getTracks().length > 0 ? this.#media.stream : null;
  }
  get sent(): MediaState {
    return this.#sent;
  }

  /** The call has this kind of media: opens what the room allows and the person has not switched off. */
  async open(media: CallMedia): Promise<void> {
    this.#open = true;
    this.#opening++;
    const { micOff, cameraOff } = this.#options();
    this.#wanted = { audio: media.audio && this.allows('audio') && !micOff, video: media.video && this.allows('video') && !cameraOff };
    await this.#acquire(KINDS.filter((kind) => this.#wanted[kind]));
  }

  /** Stops every track now, whatever is still being asked for included. */
  close(): void {
    this.#open = false;
    this.#opening++;
    this.#peer = null;
    this.#screen?.stop();
    this.#screen = null;
    this.#media.release();
    this.#device.audio = this.#device.video = OFF;
    this.#sent = { audio: false, video: false, screen: false };
    this.#handlers.onChange();
  }

  /** The connection that what is live now, and what comes, is sent on. */
  attach(peer: PeerPort): void {
    this.#peer = peer;
    for (const kind of KINDS) this.#send(kind);
  }

  allows(kind: Kind): boolean {
    const { media = 'audio video', audioOnly } = this.#options();
    return media.split(/\s+/).includes(kind) && !(kind === 'video' && audioOnly);
  }

  control(): ControlMessage {
    return { t: 'media', ...this.#sent };
  }

  /** True = on. Rejects with the device's error when it cannot be had. */
  async toggle(kind: Kind, force?: boolean): Promise<boolean> {
    const on = force ?? this.#device[kind].state !== 'on';
    if (!this.#open || !this.allows(kind)) return false;
    this.#wanted[kind] = on;
    if (!on) {
      // A muted microphone keeps its device, so that speaking again is instant; a camera that is off must be dark.
      if (kind === 'video') this.#media.stop(kind);
      this.#set(kind, OFF);
    } else if (this.#device[kind].state !== 'on') {
      await this.#acquire([kind]);
      const { error } = this.#device[kind];
      if (error) throw error;
    }
    return this.#device[kind].state === 'on';
  }

  async toggleScreen(force?: boolean): Promise<boolean> {
    const on = force ?? !this.#screen;
    if (!on) this.#endScreen();
    else if (this.#open && !this.#screen) {
      const opening = this.#opening;
      const { captureScreen } = await import('../media/screen-capture.js');
      const track = await captureScreen();
      if (opening !== this.#opening) track?.stop();
      else if (track) {
        this.#screen = track;
        track.addEventListener('ended', () => this.#screen === track && this.#endScreen());
        this.#send('video');
      }
    }
    return this.#screen !== null;
  }

  /** Another camera or microphone, now if live and for what follows; mute stays as it is. */
  async choose(kind: Kind, deviceId: string): Promise<void> {
    this.#chosen[kind] = deviceId;
    if (!this.#media.track(kind)) return;
    const on = this.#device[kind].state === 'on';
    this.#media.stop(kind);
    await this.#acquire([kind]);
    const { error } = this.#device[kind];
    if (error) throw error;
    if (!on) await this.toggle(kind, false);
  }

  devices(): Promise<readonly MediaDeviceInfo[]> {
    return this.#media.devices();
  }

  dispose(): void {
    this.close();
    this.#media.close();
  }

  #shown(kind: Kind): DeviceState {
    return this.allows(kind) ? this.#device[kind] : UNUSED;
  }

  async #acquire(kinds: readonly Kind[]): Promise<void> {
    if (kinds.length === 0 || !this.#open) return this.#handlers.onChange();
    const opening = this.#opening;
    for (const kind of kinds) this.#device[kind] = { state: 'starting', error: null };
    this.#handlers.onChange();
    const { facingMode = null } = this.#options();
    const result = await this.#media.capture({ audio: kinds.includes('audio'), video: kinds.includes('video'), constraints: this.#constraints(), facingMode });
    if (opening !== this.#opening) return;
    for (const kind of kinds) {
      const problem = result.problems.find((each) => each.kind === kind);
      if (problem) this.#set(kind, { state: 'blocked', error: problem.error });
      else {
        if (!this.#wanted[kind] && kind === 'video') this.#media.stop(kind);
        this.#set(kind, { state: this.#wanted[kind] ? 'on' : 'off', error: null });
      }
    }
    // Both refused for one reason is one problem to a person.
    const told = new Set<string>();
    for (const { error } of result.problems) {
      if (!told.has(error.code)) this.#handlers.onProblem(error);
      told.add(error.code);
    }
  }

  #constraints(): MediaStreamConstraints {
    const constraints = { ...this.#options().constraints };
    for (const kind of KINDS) {
      const deviceId = this.#chosen[kind];
      const own = constraints[kind];
      if (deviceId) constraints[kind] = { ...(typeof own === 'object' && own), deviceId: { exact: deviceId } };
    }
    return constraints;
  }

  /** A device was plugged in: whoever is in a call without the one they wanted gets it. */
  async #retryMissing(): Promise<void> {
    await this.#acquire(KINDS.filter((kind) => this.#wanted[kind] && this.#device[kind].error?.code === 'device-not-found'));
  }

  #set(kind: Kind, state: DeviceState): void {
    this.#device[kind] = state;
    const track = this.#media.track(kind);
    if (track) track.enabled = state.state === 'on';
    this.#send(kind);
  }

  #send(kind: Kind): void {
    const on = this.#device[kind].state === 'on';
    const track = kind === 'video' && this.#screen ? this.#screen : this.#media.track(kind);
    if (this.#peer) void this.#peer.setTrack(kind, track).catch((error: unknown) => this.#handlers.onProblem(error as RtcError));
    const before = this.#sent;
    this.#sent = kind === 'audio' ? { ...before, audio: on } : { ...before, video: on, screen: this.#screen !== null };
    for (const each of ['audio', 'video', 'screen'] as const) if (before[each] !== this.#sent[each]) this.#handlers.onSent(each, this.#sent[each]);
    this.#peer?.sendControl(this.control());
    this.#handlers.onChange();
  }

  #endScreen(): void {
    this.#screen?.stop();
    this.#screen = null;
    if (this.#open) this.#send('video');
  }
}
