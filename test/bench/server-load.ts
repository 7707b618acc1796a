import { setTimeout as sleep } from 'node:timers/promises';
import { startChildServer } from './child-server.js';
import { median, ratioLine } from './medians.js';
import { SwarmClient } from './swarm-client.js';

// 800 members join one room at once: the time until all hold the full list, the server's CPU, the bytes; ours against a minimal socket.io server
// (servers/anchor.mjs) that does nothing else. Then what one more join costs each other member. Bounded, on this machine only.

const MEMBERS = 800;
const TARGET = 1.3;
const BYTES_TARGET = 300;
const ROOM_SIZES = [10, 100, 800];
const SERVERS = ['ours', 'anchor'] as const;
type Contestant = (typeof SERVERS)[number];

/** Nothing more comes. */
const QUIET_MS = 300;
const LIMIT_MS = 60_000;

async function connectMany(server: Contestant, port: number, count: number): Promise<SwarmClient[]> {
  const clients: SwarmClient[] = [];
  while (clients.length < count) {
    const batch = Math.min(50, count - clients.length);
    clients.push(...(await Promise.all(Array.from({ length: batch }, () => SwarmClient.connect(server, port)))));
  }
  return clients;
}

async function allKnow(clients: readonly SwarmClient[], count: number): Promise<void> {
  const known = Promise.all(clients.map((client) => client.knows(count)));
  const tooLong = new AbortController();
  await Promise.race([known, sleep(LIMIT_MS, undefined, { signal: tooLong.signal }).then(() => {
    throw new Error(`after ${LIMIT_MS} ms not every client knew ${count} members`);
  })]);
  tooLong.abort();
}

async function quiet(clients: readonly SwarmClient[]): Promise<void> {
  while (clients.some((client) => performance.now() - client.lastReceivedAt < QUIET_MS)) await sleep(50);
}

interface Load {
  readonly ms: number;
  readonly cpuSeconds: number;
  readonly megabytes: number;
}

async function joinAtOnce(server: Contestant): Promise<Load> {
  const child = await startChildServer(server);
  const clients: SwarmClient[] = [];
  try {
    clients.push(...(await connectMany(server, child.port, MEMBERS)));
    const cpuBefore = await child.cpuSeconds();
    const startedAt = performance.now();
    clients.forEach((client, index) => client.join('swarm', `Member ${index}`));
    await allKnow(clients, MEMBERS);
    const ms = performance.now() - startedAt;
    await quiet(clients);
    const cpuSeconds = (await child.cpuSeconds()) - cpuBefore;
    return { ms, cpuSeconds, megabytes: clients.reduce((sum, client) => sum + client.receivedBytes, 0) / 1e6 };
  } finally {
    for (const client of clients) client.close();
    await child.stop();
  }
}

/** The most that any other member receives when one more joins. */
async function bytesOfOneJoin(server: Contestant, size: number): Promise<number> {
  const child = await startChildServer(server);
  const clients: SwarmClient[] = [];
  try {
    clients.push(...(await connectMany(server, child.port, size)));
    clients.forEach((client, index) => client.join('swarm', `Member ${index}`));
    await allKnow(clients, size);
    await quiet(clients);
    const others = clients.slice();
    const before = others.map((client) => client.receivedBytes);
    const [late] = await connectMany(server, child.port, 1);
    if (!late) throw new Error('no late client');
    clients.push(late);
    late.join('swarm', 'One more');
    await allKnow(clients, size + 1);
    await quiet(clients);
    return Math.max(...others.map((client, index) => client.receivedBytes - (before[index] ?? 0)));
  } finally {
    for (const client of clients) client.close();
    await child.stop();
  }
}

export async function benchServer(rounds: number): Promise<void> {
  const loads: Record<Contestant, Load[]> = { ours: [], anchor: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const server of round % 2 === 0 ? SERVERS : [...SERVERS].reverse()) loads[server].push(await joinAtOnce(server));
  }
  console.log(`${MEMBERS} members joining one room at once, medians of ${rounds} interleaved rounds`);
  for (const server of SERVERS) {
    const of = (key: keyof Load) => median(loads[server].map((load) => load[key]));
    console.log(`${server.padEnd(6)} ${of('ms').toFixed(0)} ms, ${of('cpuSeconds').toFixed(3)} CPU s, ${of('megabytes').toFixed(1)} MB`);
  }
  for (const [what, key] of [['time', 'ms'], ['CPU', 'cpuSeconds']] as const) {
    console.log(`${what}: ${ratioLine(loads.ours.map((load) => load[key]), loads.anchor.map((load) => load[key]), TARGET)}`);
  }
  for (const size of ROOM_SIZES) {
    const bytes = await bytesOfOneJoin('ours', size);
    console.log(`one join in a room of ${size}: ${bytes} bytes to each other member (target ${BYTES_TARGET}: ${bytes <= BYTES_TARGET ? 'met' : 'NOT met'})`);
  }
}
