import type { SessionOptions } from './session-api.js';

/** Whether a room may ever open this device: `media`, and no camera with `audio-only`. */
export function captures({ media = 'audio video', audioOnly }: SessionOptions, kind: 'audio' | 'video'): boolean {
  return String(media).split(/[\s,]+/).includes(kind) && !(kind === 'video' && audioOnly);
}
