import { quiet } from './quiet.js';

/** A promise together with what settles it; nobody is obliged to handle its rejection. (`Promise.withResolvers()` is not in Node 20.) */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

export function deferred<T>(): Deferred<T> {
  let settle!: [Deferred<T>['resolve'], Deferred<T>['reject']];
  const promise = quiet(new Promise<T>((...both) => (settle = both)));
  return { promise, resolve: settle[0], reject: settle[1] };
}
