import { MAX_SDP_LENGTH } from '../protocol/limits.js';

// What a remote description must look like before the browser's parser sees it: a shallow test against oversized input, media this package never speaks,
// and weak or missing encryption. The browser judges the rest.

const MAX_MEDIA_SECTIONS = 8;

/** Whether this SDP may be handed to the browser: at most 32 KiB, 1 to 8 sections of audio, video or data, DTLS with SHA-256 or better and nothing else. */
export function isUsableDescription(sdp: string): boolean {
  if (sdp.length > MAX_SDP_LENGTH || !sdp.startsWith('v=0')) return false;
  const lines = sdp.split(/\r?\n/);
  const sections = lines.filter((line) => line.startsWith('m='));
  const fingerprints = lines.filter((line) => /^a=fingerprint:/i.test(line));
  return (
    sections.length > 0 && sections.length <= MAX_MEDIA_SECTIONS && sections.every((line) => /^m=(audio|video|application) /.test(line)) &&
    fingerprints.length > 0 && fingerprints.every((line) => /^a=fingerprint:sha-(256|384|512) [\da-f]{2}(:[\da-f]{2}){31,63}\s*$/i.test(line)) &&
    !lines.some((line) => /^a=crypto:/i.test(line))
  );
}
