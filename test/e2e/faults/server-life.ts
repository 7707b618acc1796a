import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { startSignalingProcess, type SignalingProcess } from '../../support/signaling-process.mjs';

/** A real server in a process of its own that dies and lives again as one that an operator restarts: the same port, the same state folder. */
export class MortalServer {
  readonly port: number;
  readonly url: string;
  readonly #settings: Readonly<Record<string, string>>;
  readonly #stateDir: string;
  #life: SignalingProcess | null;

  private constructor(life: SignalingProcess, settings: Readonly<Record<string, string>>, stateDir: string) {
    this.port = life.port;
    this.url = life.url;
    this.#settings = { ...settings, PORT: String(life.port) };
    this.#stateDir = stateDir;
    this.#life = life;
  }

  static async start(settings: Readonly<Record<string, string>> = {}): Promise<MortalServer> {
    const stateDir = await mkdtemp(join(tmpdir(), 'rtc-elements-mortal-'));
    const all = { STATE_DIR: stateDir, ...settings };
    try {
      return new MortalServer(await startSignalingProcess(all), all, stateDir);
    } catch (error) {
      await rm(stateDir, { recursive: true, force: true });
      throw error;
    }
  }

  get log(): string {
    return this.#life?.log() ?? '';
  }

  /** SIGKILL: no word to anybody. Resolves when the process is gone, with the moment of the blow (epoch ms). */
  async kill(): Promise<number> {
    const life = this.#take();
    const at = Date.now();
    process.kill(life.pid, 'SIGKILL');
    await life.stop();
    return at;
  }

  /** SIGTERM, as a deployment does: how it ended (null: it had to be killed) and how long that took. */
  async terminate(): Promise<{ code: number | null; ms: number }> {
    const life = this.#take();
    const startedAt = performance.now();
    const code = await life.stop();
    return { code, ms: performance.now() - startedAt };
  }

  /** Lives again; the moment at which it listened (epoch ms). */
  async start(): Promise<number> {
    if (this.#life) throw new Error('the server runs already');
    this.#life = await startSignalingProcess(this.#settings);
    return Date.now();
  }

  async close(): Promise<void> {
    const life = this.#life;
    this.#life = null;
    await life?.stop();
    await rm(this.#stateDir, { recursive: true, force: true });
  }

  #take(): SignalingProcess {
    const life = this.#life;
    if (!life) throw new Error('the server does not run');
    this.#life = null;
    return life;
  }
}
