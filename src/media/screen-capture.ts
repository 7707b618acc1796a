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

class Screen implements ScreenShare {
  readonly video: MediaStreamTrack;
  readonly #audio: MediaStreamTrack | undefined;
  #context: AudioContext | null = null;
  #out: MediaStreamAudioDestinationNode | null = null;
  #microphone: { readonly track: MediaStreamTrack; readonly source: AudioNode } | null = null;

  constructor(stream: MediaStream, video: MediaStreamTrack) {
    this.video = video;
    // Letters before motion.
    video.contentHint = 'detail';
    this.#audio = stream.getAudioTracks()[0];
  }

  mixWith(microphone: MediaStreamTrack | null): MediaStreamTrack | null {
    if (!this.#audio) return microphone;
    try {
      const context = (this.#context ??= new AudioContext());
      if (!this.#out) {
        this.#out = context.createMediaStreamDestination();
        this.#connect(context, this.#out, this.#audio);
        context.resume().catch(() => {});
      }
      if (this.#microphone?.track !== microphone) {
        this.#microphone?.source.disconnect();
        this.#microphone = microphone && { track: microphone, source: this.#connect(context, this.#out, microphone) };
      }
      return this.#out.stream.getAudioTracks()[0] ?? microphone;
    } catch {
      // Sound processing cannot be had: the voice matters more than the film.
      return microphone;
    }
  }

  #connect(context: AudioContext, out: AudioNode, track: MediaStreamTrack): AudioNode {
    const source = context.createMediaStreamSource(new MediaStream([track]));
    source.connect(out);
    return source;
  }

  stop(): void {
    this.video.stop();
    this.#audio?.stop();
    this.#out?.stream.getTracks().forEach((track) => track.stop());
    void this.#context?.close();
    this.#context = null;
  }
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
    return video ? new Screen(stream, video) : null;
  } catch (error) {
    if (error instanceof DOMException && (error.name === 'NotAllowedError' || error.name === 'AbortError')) return null;
    throw new RtcError('unavailable', { cause: error });
  }
}
