/** For import-again.test.ts: as a bundler puts several modules into one file. */
export * as a from './late-chunk.js';
export const b = { more: 1 };
