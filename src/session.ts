/** Headless entry: no Lit, registers nothing, importable under Node. */
export { checkCall } from './session/check-call.js';
export { createSession } from './session/public.js';
export type * from './session/public.js';
export { RtcError } from './base/rtc-error.js';
