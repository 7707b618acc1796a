import { setDefaultServer } from './session/create-session.js';

// The script of a page without a build: the server it came from is the one to speak to.
setDefaultServer(new URL('.', import.meta.url).href);

export * from './index.js';
