/** A promise whose rejection nobody is obliged to handle: every failure of the public surface is also an `rtc-error` event. */
export function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}
