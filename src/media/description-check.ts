import { MAX_SDP_LENGTH } from '../protocol/limits.js';

// What a remote description must look like before the browser's parser sees it: a shallow test against oversized input, media this package never speaks,
// and weak or missing encryption. The browser judges the rest.

const MAX_MEDIA_SECTIONS = 8;
const FOREIGN_SECTION = /^m=(?!(audio|video|application) )/m;
const FINGERPRINT = /^a=fingerprint:/im;
/** Keys in the open, or a fingerprint that is weak or malformed. */
const WEAK = /^a=(crypto:|fingerprint:(?!sha-(256|384|512) [\da-f]{2}(:[\da-f]{2}){31,63}\s*$))/im;

/** Whether this SDP may be handed to the browser: at most 32 KiB, 1 to 8 sections of audio, video or data, DTLS with SHA-256 or better and nothing else. */
export function isUsableDescription(sdp: string): boolean {
  const sections = sdp.match(/^m=/gm)?.length ?? 0;
  return (
    sdp.length <= MAX_SDP_LENGTH && sdp.startsWith('v=0') && sections > 0 && sections <= MAX_MEDIA_SECTIONS &&
    !FOREIGN_SECTION.test(sdp) && FINGERPRINT.test(sdp) && !WEAK.test(sdp)
  );
}
