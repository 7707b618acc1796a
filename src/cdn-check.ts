import { setDefaultServer } from './session/create-session.js';

// `checkCall()` for a page without a build: the server it came from is the one to ask.
setDefaultServer(new URL('.', import.meta.url).href);

export { checkCall, explainCheck } from './elements/check-call.js';
