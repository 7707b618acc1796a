// @ts-check
import { startSignalingProcess } from './signaling-process.mjs';

/**
 * A real signaling server for the length of a Web Test Runner run. Tests learn its address from `/__signaling.json`: `{ "url": "http://localhost:…" }`.
 * It starts at the first question, so that a run of tests that need none does not wait for one.
 * @returns {import('@web/test-runner').TestRunnerPlugin}
 */
export function signalingPlugin() {
  /** @type {Promise<import('./signaling-process.mjs').SignalingProcess> | undefined} */
  let server;
  return {
    name: 'signaling',
    async serve(context) {
      if (context.path !== '/__signaling.json') return undefined;
      server ??= startSignalingProcess();
      const { url } = await server;
      return { body: JSON.stringify({ url }), type: 'json', headers: { 'cache-control': 'no-store' } };
    },
    async serverStop() {
      await (await server?.catch(() => undefined))?.stop();
    },
  };
}
