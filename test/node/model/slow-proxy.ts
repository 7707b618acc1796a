import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { Pace } from './scheduler.js';

/** A TCP road to a server that takes its time (each chunk its own, in order) and can be cut. */
export interface SlowProxy {
  readonly port: number;
  /** Resets every connection through it. */
  reset(): void;
  /** Swallows everything in both directions from now on, without a word, on the connections there are. */
  mute(): void;
  close(): void;
}

export async function startSlowProxy(toPort: number, pace: Pace, mostMs: number): Promise<SlowProxy> {
  const pairs = new Set<{ readonly ends: readonly Socket[]; muted: boolean }>();
  const server = createServer((inner) => {
    const outer = connect(toPort, '127.0.0.1');
    const pair = { ends: [inner, outer] as const, muted: false };
    pairs.add(pair);
    for (const [from, to] of [[inner, outer], [outer, inner]] as const) {
      let tail = 0;
      const later = (run: () => void): void => {
        tail = Math.max(tail + 0.01, pace.now() + pace.between(0, mostMs));
        pace.at(tail, 'chunk', () => !pair.muted && !to.destroyed && run());
      };
      from.on('data', (chunk) => later(() => to.write(chunk)));
      from.on('end', () => later(() => to.end()));
      from.on('error', () => {});
      from.on('close', () => {
        pairs.delete(pair);
        if (!pair.muted) to.destroySoon();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = (): void => {
    for (const { ends } of pairs) for (const end of ends) end.resetAndDestroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    reset: cut,
    mute: () => {
      for (const pair of pairs) pair.muted = true;
    },
    close: () => {
      server.close();
      cut();
    },
  };
}
