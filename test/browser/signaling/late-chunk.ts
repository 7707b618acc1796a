/** A chunk for import-again.test.ts. */
export const arrived = true;
