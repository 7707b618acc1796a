import type { SessionOptions } from './session-api.js';

/** What a call is about, not what is sent: whoever only watches still makes a video call. A room of voices calls with voice. */
export const callsWithVideo = ({ media, audioOnly }: SessionOptions): boolean => !audioOnly && String(media).trim() !== 'audio';

/** Whether a room may ever open this device: `media`, and no camera with `audio-only`. */
export function captures({ media = 'audio video', audioOnly }: SessionOptions, kind: 'audio' | 'video'): boolean {
  return String(media).split(/[\s,]+/).includes(kind) && !(kind === 'video' && audioOnly);
}
