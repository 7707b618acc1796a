import { mediaDevices } from './local-media.js';

// The browser's own list of loudspeakers (https://w3c.github.io/mediacapture-output/#mediadevices-extensions): Firefox names none before a person has chosen there.

interface OutputChooser {
  selectAudioOutput?(): Promise<MediaDeviceInfo>;
}
const chooser = (): OutputChooser => (mediaDevices() as (MediaDevices & OutputChooser) | undefined) ?? {};

export const hasLoudspeakerPrompt = (): boolean => chooser().selectAudioOutput !== undefined;

/** From a click or key. Its id; null where the person chose none. Rejects with a `NotFoundError` where there is none. */
export async function promptForLoudspeaker(): Promise<string | null> {
  try {
    return (await chooser().selectAudioOutput?.())?.deviceId ?? null;
  } catch (error) {
    if ((error as DOMException).name === 'NotAllowedError') return null;
    throw error;
  }
}
