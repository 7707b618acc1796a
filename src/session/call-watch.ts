import type { WatchCall } from './call-parts.js';
import { watchBeside } from './beside-watch.js';
import { warnOfOddOptions } from './odd-options.js';
import { watchQuality } from './quality-watch.js';
import { watchVerification } from './verification-watch.js';

// The lazy chunk of a call under way, and of what is left of those that are over.

export { logCalls } from './call-log.js';

export const watchCall: WatchCall = (callId, store, calls, media) => {
  warnOfOddOptions(store.options);
  watchQuality(callId, store, calls, media);
  watchVerification(callId, store, calls);
  watchBeside(callId, store, calls);
};
