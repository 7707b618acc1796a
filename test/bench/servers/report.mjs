// @ts-check
import process from 'node:process';

/**
 * Tells the bench the port, answers its questions for CPU time, and ends with it.
 * @param {number} port
 */
export function report(port) {
  const say = (/** @type {object} */ message) => process.send?.(message);
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    say({ cpuSeconds: (user + system) / 1e6 });
  });
  process.once('disconnect', () => process.exit(0));
  say({ port });
}
