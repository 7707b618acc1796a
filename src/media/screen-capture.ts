import { pause } from '../base/pause.js';
import { RtcError } from '../base/rtc-error.js';
import { mediaDevices } from './local-media.js';

/** A shared screen, window or tab. */
export interface ScreenShare {
  readonly video: MediaStreamTrack;
  /**
   * What to send as sound: that of the screen and the microphone's in one track, since the connection has one for sound (and a peer of any version plays it); the
   * microphone alone where the screen brings none. A muted microphone adds silence. The latest microphone counts; the track is this share's to stop.
   */
  mixWith(microphone: MediaStreamTrack | null): MediaStreamTrack | null;
  stop(): void;
}

/** What browsers know by now and TypeScript does not (https://w3c.github.io/mediacapture-screen-share/). */
interface DisplayOptions extends DisplayMediaStreamOptions {
  readonly selfBrowserSurface: 'exclude';
  readonly surfaceSwitching: 'include';
  readonly systemAudio: 'include' | 'exclude';
}
/** Sound processing is for voices in a room: it would take a film's music for noise. */
const AS_IT_IS = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };

function options(devices: MediaDevices): DisplayOptions {
  // The system's sound holds that of this page: the other would hear themselves, unless the browser can leave it out.
  const leavesOwnOut = 'restrictOwnAudio' in devices.getSupportedConstraints();
  return {
    video: { frameRate: { ideal: 15, max: 30 } },
    audio: { ...AS_IT_IS, ...(leavesOwnOut && { restrictOwnAudio: true }) },
    // A picture of this page in this page is a hall of mirrors.
    selfBrowserSurface: 'exclude', surfaceSwitching: 'include', systemAudio: leavesOwnOut ? 'include' : 'exclude',
  };
}

/** A context that does not run by then gives silence for both. */
const RUNS_MS = 1_000;

class Screen implements ScreenShare {
  readonly video: MediaStreamTrack;
  readonly #audio: MediaStreamTrack | undefined;
  readonly #mixer: AudioContext | null;
  readonly #mixed: MediaStreamAudioDestinationNode | undefined;
  #microphone: { readonly track: MediaStreamTrack; readonly source: AudioNode } | null = null;

  constructor(video: MediaStreamTrack, audio: MediaStreamTrack | undefined, mixer: AudioContext | null) {
    this.video = video;
    // Letters before motion.
    video.contentHint = 'detail';
    this.#audio = audio;
    this.#mixer = mixer;
    this.#mixed = mixer?.createMediaStreamDestination();
    if (audio) this.#connect(audio);
  }

  mixWith(microphone: MediaStreamTrack | null): MediaStreamTrack | null {
    if (this.#mixed && this.#microphone?.track !== microphone) {
      this.#microphone?.source.disconnect();
      this.#microphone = microphone && { track: microphone, source: this.#connect(microphone)! };
    }
    return this.#mixed?.stream.getAudioTracks()[0] ?? microphone;
  }

  #connect(track: MediaStreamTrack): AudioNode | undefined {
    const source = this.#mixer?.createMediaStreamSource(new MediaStream([track]));
    if (this.#mixed) source?.connect(this.#mixed);
    return source;
  }

  stop(): void {
    this.video.stop();
    this.#audio?.stop();
    this.#mixed?.stream.getTracks().forEach((track) => track.stop());
    this.#mixer?.close().catch(() => {});
  }
}

/** Null where sound processing cannot be had: then the voice matters more than the film. */
async function openMixer(): Promise<AudioContext | null> {
  try {
    const context = new AudioContext();
    await Promise.race([context.resume(), pause(RUNS_MS)]);
    if (context.state === 'running') return context;
    context.close().catch(() => {});
  } catch {
    // Not here.
  }
  return null;
}

/**
 * Lets the person pick a screen, window or tab, with its sound where the browser offers that: the caller's to stop, or null if the person dismissed the picker. Must be
 * called while a click or key press counts as one. Rejects with `unavailable` where the browser has no screen capture or refuses it here, `policy-blocked` in a frame
 * without `allow="display-capture"`.
 */
export async function captureScreen(): Promise<ScreenShare | null> {
  const devices = mediaDevices();
  if (!devices?.getDisplayMedia) throw new RtcError('unavailable');
  if (document.featurePolicy?.allowsFeature('display-capture') === false) throw new RtcError('policy-blocked');
  try {
    const stream = await devices.getDisplayMedia(options(devices));
    const [video] = stream.getVideoTracks();
    const [audio] = stream.getAudioTracks();
    const mixer = audio ? await openMixer() : null;
    if (!mixer) audio?.stop();
    return video ? new Screen(video, audio, mixer) : null;
  } catch (error) {
    if (error instanceof DOMException && (error.name === 'NotAllowedError' || error.name === 'AbortError')) return null;
    throw new RtcError('unavailable', { cause: error });
  }
}
