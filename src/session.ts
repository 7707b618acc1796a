/** Headless entry: no Lit, registers nothing, importable under Node. */
export { checkCall, explainCheck } from './elements/check-call.js';
export { createSession } from './session/public.js';
export type * from './session/public.js';
export { RtcError } from './base/rtc-error.js';
