import { fork, type ChildProcess } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { densest, Swarm } from './server-swarm.js';

// The swarm in a process of its own: node's test runner watches every promise of the process that it runs in, which a thousand clients make slow.

/** What can be asked about the swarm; what was not asked is not worked out: the answers cost the processor that the clients need. */
const QUESTIONS = {
  /** Clients that are not online again since that moment. */
  missing: (swarm: Swarm, since: number) => swarm.clients.length - swarm.returns(since).length,
  /** Epoch ms of the last return. */
  lastBackAt: (swarm: Swarm, since: number) => swarm.returns(since).at(-1) ?? 0,
  /** The most that returned within 250 ms. */
  burst: (swarm: Swarm, since: number) => densest(swarm.returns(since), 250),
  /** The most times that one client's line was down or could not come up. */
  tries: (swarm: Swarm) => Math.max(...swarm.clients.map(({ states }) => states.filter(({ state }) => state === 'reconnecting').length)),
  /** Clients that were not told when to come back. */
  undrained: (swarm: Swarm) => swarm.clients.length - delays(swarm).length,
  /** The most that were told to come within the same 250 ms. */
  drainBurst: (swarm: Swarm) => densest(delays(swarm), 250),
  unequalRooms: (swarm: Swarm) => swarm.unequalRooms().length,
  lostCalls: (swarm: Swarm) => swarm.lostCalls().length,
} as const;
export type Question = keyof typeof QUESTIONS;

const delays = (swarm: Swarm): number[] => swarm.clients.flatMap(({ events }) => events.flatMap((event) => (event.t === 'drain' ? [event.afterMs] : [])).slice(0, 1)).sort((a, b) => a - b);

type Order =
  | { readonly do: 'join'; readonly server: string; readonly count: number; readonly roomSize: number }
  | { readonly do: 'call' }
  | { readonly do: 'look'; readonly question: Question; readonly since: number }
  | { readonly do: 'hang-up' };
type Answer = { readonly figure?: number; readonly problem?: string };

/** The test's end of it. */
export class SwarmProcess {
  readonly #child: ChildProcess = fork(fileURLToPath(import.meta.url), { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });

  join(server: string, count: number, roomSize: number): Promise<unknown> {
    return this.#ask({ do: 'join', server, count, roomSize });
  }
  callInEachRoom(): Promise<unknown> {
    return this.#ask({ do: 'call' });
  }
  /** One call is hung up; resolves when the other side has heard of it, within 1 s. */
  hangUpOne(): Promise<unknown> {
    return this.#ask({ do: 'hang-up' });
  }
  async look(question: Question, since = 0): Promise<number> {
    return (await this.#ask({ do: 'look', question, since })).figure ?? Number.NaN;
  }
  close(): void {
    this.#child.kill('SIGKILL');
  }

  #ask(order: Order): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const ended = (): void => reject(new Error('the swarm has ended'));
      this.#child.once('exit', ended);
      this.#child.once('message', (answer: Answer) => {
        this.#child.off('exit', ended);
        if (answer.problem) reject(new Error(answer.problem));
        else resolve(answer);
      });
      this.#child.send(order);
    });
  }
}

async function obey(swarm: Swarm, order: Order): Promise<number | undefined> {
  if (order.do === 'join') await swarm.join(order.server, order.count, order.roomSize);
  else if (order.do === 'call') await swarm.callInEachRoom();
  else if (order.do === 'hang-up') await swarm.hangUpOne();
  else return QUESTIONS[order.question](swarm, order.since);
  return undefined;
}

if (process.send && process.argv[1] === fileURLToPath(import.meta.url)) {
  const swarm = new Swarm();
  const say = (answer: Answer): void => void process.send?.(answer);
  process.on('message', (order: Order) => {
    obey(swarm, order).then((figure) => say(figure === undefined ? {} : { figure }), (error: unknown) => say({ problem: String(error) }));
  });
  process.once('disconnect', () => process.exit());
}
