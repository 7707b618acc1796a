import type { ErrorCode, SasEmoji } from '../session/public.js';
import type { DeviceStrings } from './device-strings.js';
import type { PlaceStrings } from './languages/place-strings.js';
import type { AwayStrings } from './rtc-video-call/away-strings.js';
import type { DetailsStrings } from './rtc-video-call/details-strings.js';
import type { QualityStrings } from './rtc-video-call/quality-strings.js';
import type { StageStrings } from './rtc-video-call/stage-strings.js';
import type { VerificationStrings } from './rtc-video-call/verification-strings.js';
import type { ViewStrings } from './view-strings.js';

// The words before a room is joined, English; those after are in view-strings.ts, device-strings.ts, rtc-video-call/{away,details,quality,stage,verification}-strings.ts and languages/place-strings.ts,
// errors in protocol/error-texts.ts. The other languages: languages/. The room's `strings` property replaces any of them.

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

type RoomStrings = { [K in keyof typeof roomStrings]: string };

/** What a language has to say, by key; keep the {placeholders}. Errors: what happened, then what to do, `|` between. Emoji: their names. */
export type Translation = RoomStrings & ViewStrings & AwayStrings & DeviceStrings & DetailsStrings & QualityStrings & StageStrings & VerificationStrings & PlaceStrings & Record<`error-${ErrorCode}`, string> & Record<SasEmoji, string>;

/** The words by key. `locale`: how numbers and durations among them are written, a BCP 47 tag; default: as the language of the words has it. */
export type RtcStrings = Translation & { locale: string };

/** What the room draws with: nothing is missing of its own words. */
export type RoomWords = Partial<RtcStrings> & RoomStrings;
