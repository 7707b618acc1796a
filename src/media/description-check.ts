import { MAX_SDP_LENGTH } from '../protocol/limits.js';

// What a remote description must look like before the browser's parser sees it: a shallow test against oversized input, media and transports this package
// never speaks, and weak, missing or contradictory proof of who encrypts. The browser judges the rest; attributes that are new to us are its business.

const MAX_MEDIA_SECTIONS = 8;
/** Whatever is no such section is foreign: other media, or media that is not encrypted by DTLS. */
const SECTION = /^m=((audio|video) \d+ UDP\/TLS\/RTP\/SAVPF|application \d+ (UDP|TCP)\/DTLS\/SCTP) /;
const FINGERPRINT = /^a=fingerprint:sha-(256|384|512) [\da-f]{2}(:[\da-f]{2}){31,63}$/;

/** Whether this SDP may be handed to the browser: at most 32 KiB, 1 to 8 sections of audio, video or data over DTLS, one SHA-256 fingerprint or better, no keys. */
export function isUsableDescription(sdp: string): boolean {
  const lines = (name: string): string[] => sdp.match(RegExp(`^${name}.*`, 'gim')) ?? [];
  const sections = lines('m=');
  // One, however often it is said: of two the browser would take either.
  const [fingerprint = '', second] = new Set(lines('a=fingerprint:').map((line) => line.trim().toLowerCase()));
  return (
    sdp.length <= MAX_SDP_LENGTH && sdp.startsWith('v=0') && sections.length > 0 && sections.length <= MAX_MEDIA_SECTIONS &&
    sections.every((line) => SECTION.test(line)) && FINGERPRINT.test(fingerprint) && !second && lines('a=crypto:').length === 0
  );
}
