// Makes room tokens in an application's backend; nothing of the server comes with it.
export { createToken, type TokenClaims, type TokenOptions } from './server/create-token.js';
