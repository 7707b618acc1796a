import type { DetailsStrings } from './rtc-video-call/details-strings.js';
import type { QualityStrings } from './rtc-video-call/quality-strings.js';
import type { SasEmoji } from '../session/public.js';
import type { StageStrings } from './rtc-video-call/stage-strings.js';
import type { VerificationStrings } from './rtc-video-call/verification-strings.js';
import type { ViewStrings } from './view-strings.js';

// The words before a room is joined, English; those after are in view-strings.ts and rtc-video-call/{details,quality,stage,verification}-strings.ts. The room's `strings` property replaces any of them.

export const roomStrings = {
  nickname: 'Your name',
  'nickname-empty': 'Please type a name first.',
  'nickname-invalid': 'Please use 1 to 64 visible characters.',
  join: 'Join',
  preview: 'Test camera and microphone',
  'preview-audio': 'Test microphone',
  'preview-close': 'Stop the test',
  'preview-level': 'Microphone level',
  'local-video': 'Your own picture',
  joining: 'Joining…',
  reconnecting: 'Connection to the room lost, trying again…',
  retry: 'Try again',
  dismiss: 'Close',
};

/** The words by key; keep the {placeholders}. */
export type RtcStrings = { [K in keyof typeof roomStrings]: string } & ViewStrings & DetailsStrings & QualityStrings & StageStrings & VerificationStrings & Record<SasEmoji, string>;
