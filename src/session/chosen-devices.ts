import { RtcError } from '../base/rtc-error.js';
import type { DeviceProblem, LocalMediaPort } from '../media/local-media-port.js';
import { chosenConstraints, findChosen, readChoices, rememberChoice, withChoice } from './device-choices.js';
import type { RtcDevicesDetail } from './session-events.js';
import type { SessionStore } from './session-store.js';

// A lazy chunk: most calls are made with what the system offers. Fetched at join for whoever has chosen before, else with the first choice.

/** Own media, as far as switching goes. */
export interface SwitchedMedia {
  devices(): Promise<readonly MediaDeviceInfo[]>;
  /** As last looked at. */
  readonly known: readonly MediaDeviceInfo[];
  /** Other devices in the place of those that are live, or that could not be had. */
  reopen(kinds: readonly Kind[]): Promise<readonly DeviceProblem[]>;
  /** Another device in the place of one that was unplugged. */
  readonly replacing: Promise<unknown> | undefined;
}

type Kind = 'audio' | 'video';
const KINDS: readonly MediaDeviceKind[] = ['audioinput', 'videoinput', 'audiooutput'];
const WORDS = { audio: 'microphone', video: 'camera' } as const;

/** The devices that a person has chosen for one session, here or in an earlier visit. */
export class ChosenDevices {
  readonly #store: SessionStore;
  readonly #media: SwitchedMedia;
  readonly #port: Pick<LocalMediaPort, 'track'>;
  #choices = readChoices();

  constructor(store: SessionStore, media: SwitchedMedia, port: Pick<LocalMediaPort, 'track'>) {
    this.#store = store;
    this.#media = media;
    this.#port = port;
    this.saw();
  }

  /** A call begins: as chosen last, in another tab perhaps. */
  begin(): void {
    this.#choices = readChoices();
  }

  /** Unplugged: whatever was chosen may be what is gone, and any other is better than none. */
  drop(kind: Kind): void {
    this.#choices = withChoice(this.#choices, `${kind}input`, '');
  }

  constraints(): MediaStreamConstraints {
    return chosenConstraints(this.#store.options.constraints, this.#choices, this.#media.known);
  }

  /** The devices were looked at. */
  saw(): void {
    const speaker = findChosen(this.#choices, 'audiooutput', this.#media.known)?.deviceId ?? '';
    if (speaker !== this.#store.snapshot.speaker) this.#store.show({ speaker });
  }

  /** Now if it is in use, and for what follows; the empty id: the system's own. Rejects with the device's error, which is said; what was in use goes on. */
  async choose(kind: MediaDeviceKind, deviceId: string): Promise<void> {
    if (!KINDS.includes(kind)) throw new RtcError('device-not-found', { message: `There are no devices of the kind “${String(kind)}”, only ${KINDS.join(', ')}.` });
    const devices = await this.#media.devices();
    const device = devices.find((each) => each.kind === kind && each.deviceId === deviceId);
    // Before a permission is given browsers name none.
    if (!device && deviceId && devices.some((each) => each.kind === kind && each.deviceId)) {
      const error = new RtcError('device-not-found');
      this.#store.problem(error);
      throw error;
    }
    const before = this.#choices;
    this.#choices = withChoice(before, kind, deviceId, device);
    if (kind !== 'audiooutput') {
      const input = kind === 'audioinput' ? 'audio' : 'video';
      const [problem] = await this.#media.reopen([input]);
      if (problem) {
        this.#choices = before;
        // A phone had to let go of the one to try the other.
        if (this.#store.snapshot[WORDS[input]].error) await this.#media.reopen([input]);
        throw problem.error;
      }
    }
    rememberChoice(kind, deviceId, device);
    await this.#tell(() => 'user');
  }

  /** Something was plugged in or out. Whoever is in a call without the device they wanted gets it. */
  async plugged(): Promise<void> {
    const { snapshot } = this.#store;
    const before = this.#media.known.length;
    await this.#media.reopen((['audio', 'video'] as const).filter((kind) => snapshot[WORDS[kind]].error?.code === 'device-not-found'));
    await this.#media.replacing;
    await this.#tell((devices) => (devices.length < before ? 'unplugged' : 'plugged'));
  }

  async #tell(causeOf: (devices: readonly MediaDeviceInfo[]) => RtcDevicesDetail['cause']): Promise<void> {
    const devices = await this.#media.devices();
    const idOf = (kind: Kind): string | undefined => this.#port.track(kind)?.getSettings().deviceId ?? this.#choices[`${kind}input`]?.deviceId;
    const all = { audioinput: idOf('audio'), videoinput: idOf('video'), audiooutput: this.#store.snapshot.speaker };
    const selected = Object.fromEntries(Object.entries(all).filter(([, id]) => id)) as RtcDevicesDetail['selected'];
    this.#store.emit('rtc-devices', { devices, selected, cause: causeOf(devices) });
  }
}
