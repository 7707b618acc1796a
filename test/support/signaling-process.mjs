// @ts-check
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../dist/server/main.js', import.meta.url));

/**
 * @typedef {object} SignalingProcess
 * @property {string} url `http://localhost:<port>`
 * @property {number} port
 * @property {number} pid
 * @property {() => string} log what the server has said so far
 * @property {() => Promise<number | null>} stop SIGTERM; the exit code, null if it had to be killed
 */

/**
 * Starts the compiled server on a free port of this machine, as an operator would.
 * @param {Record<string, string>} [settings] environment settings on top of PORT, HOST and STATE_DIR; tests call faster than people, so that calls are not limited unless a test asks for it
 * @returns {Promise<SignalingProcess>}
 */
export async function startSignalingProcess(settings = {}) {
  const stateDir = await mkdtemp(join(tmpdir(), 'rtc-elements-'));
  const child = spawn(process.execPath, [MAIN], {
    env: { ...process.env, PORT: '0', HOST: '127.0.0.1', LOG_FORMAT: 'json', LOG_LEVEL: 'info', STATE_DIR: stateDir, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  const ended = new Promise((resolve) => child.once('exit', (code) => resolve(code)));
  const killWithParent = () => child.kill('SIGKILL');
  process.once('exit', killWithParent);

  const port = await new Promise((resolve, reject) => {
    const tooLate = setTimeout(() => reject(new Error(`the server said no address within 15 s:\n${log}`)), 15_000);
    const read = (/** @type {Buffer} */ chunk) => {
      log += chunk.toString();
      const found = /"port":(\d+)|https?:\/\/[^\s"'/]*:(\d+)/.exec(log);
      if (!found) return;
      clearTimeout(tooLate);
      resolve(Number(found[1] ?? found[2]));
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', reject);
    void ended.then((code) => {
      clearTimeout(tooLate);
      reject(new Error(`the server ended with ${code}:\n${log}`));
    });
  }).catch(async (error) => {
    child.kill('SIGKILL');
    await rm(stateDir, { recursive: true, force: true });
    throw error;
  });

  return {
    url: `http://localhost:${port}`,
    port,
    pid: child.pid ?? -1,
    log: () => log,
    async stop() {
      child.kill('SIGTERM');
      const impatience = setTimeout(() => child.kill('SIGKILL'), 8_000);
      const code = await ended;
      clearTimeout(impatience);
      process.off('exit', killWithParent);
      await rm(stateDir, { recursive: true, force: true });
      return /** @type {number | null} */ (code);
    },
  };
}
