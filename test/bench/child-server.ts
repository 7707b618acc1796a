import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface ChildServer {
  readonly port: number;
  /** CPU seconds the server's process has used since it started. */
  cpuSeconds(): Promise<number>;
  stop(): Promise<void>;
}

export type ServerName = 'ours' | 'anchor' | 'peerjs';

/** A server in a process of its own (servers/<name>.mjs), so that its CPU time is its own. */
export async function startChildServer(name: ServerName): Promise<ChildServer> {
  const child = fork(fileURLToPath(new URL(`servers/${name}.mjs`, import.meta.url)), [], { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const next = <T>(key: string) => new Promise<T>((resolve, reject) => {
    const read = (message: Record<string, unknown>) => {
      if (!(key in message)) return;
      child.off('message', read);
      resolve(message[key] as T);
    };
    child.on('message', read);
    void ended.then(() => reject(new Error(`the ${name} server ended`)));
  });
  const port = await next<number>('port');
  return {
    port,
    cpuSeconds: () => {
      const answer = next<number>('cpuSeconds');
      child.send('cpu');
      return answer;
    },
    stop: () => {
      child.kill('SIGKILL');
      return ended;
    },
  };
}
