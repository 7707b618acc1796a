import { setPriority } from 'node:os';
import { frameOf, hello, newId, RawLink } from './raw-client.js';

// A process of flooders: `tsx flooders.ts <port> <count> <addresses> <room>`. Each does as much harm as it can, from the first moment on and again whenever it
// was cut off, until the process is killed. They are told apart by address (127.1.x.y).

const [port = 0, count = 0, addresses = 1] = process.argv.slice(2, 5).map(Number);
const room = process.argv[5] ?? '';

// Real ones have machines of their own: these shall not take the honest people's time away from anybody but the server.
setPriority(19);

const BATCH = 100;
const BATCHES = 8;
const MAX_WAITING_BYTES = 1_000_000;
const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const sdp = `v=0\r\n${'a=x:'.padEnd(30_000, 'y')}\r\n`;
const media = { audio: true, video: true };
const request = (t: string, fields: object = {}): string => `42${JSON.stringify(['q', { v: 1, id: newId(), t, ...fields }])}`;
const withAnswer = (t: string, fields: object = {}): string => request(t, fields).replace('42', '427');

const victims: string[] = [];
const victim = (): string => victims[Math.floor(Math.random() * victims.length)] ?? 'm';
/** What each sends, over and over. */
const KINDS: readonly (() => string)[] = [
  () => withAnswer('sync', { rev: 0 }),
  () => withAnswer('invite', { callId: newId(), to: victim(), media, offer: sdp }),
  () => request('signal', { callId: newId(), n: 0, description: { type: 'offer', sdp } }),
  () => '42["x",{"a":[1,2,3]}]',
  () => withAnswer('dance', { to: 'everybody' }),
  () => withAnswer('hello', { versions: [1], room, nickname: newId() }),
  () => '40/other,',
  () => '3',
];

/** Made beforehand: making them costs more than sending them. */
const made: Buffer[][] = [];
const batchesOf = (kind: number): Buffer[] =>
  (made[kind] ??= Array.from({ length: BATCHES }, () => Buffer.concat(Array.from({ length: BATCH }, () => frameOf(KINDS[kind]?.() ?? '')))));

const told = { links: 0, packets: 0, refused: 0 };

async function flood(index: number): Promise<void> {
  const from = `127.1.${index % addresses >> 8}.${(index % addresses) & 255 || 255}`;
  for (;;) {
    const link = await RawLink.open({ port, from });
    if (!link) {
      told.refused += 1;
      // As fast as a browser would, and some more: connecting costs the flooder too.
      await pause(50);
      continue;
    }
    told.links += 1;
    const welcome = (await link.ask(hello(room, `Flooder ${index}`), 1)) as { room?: { members: { id: string; nickname: string }[] } } | null;
    for (const { id, nickname } of welcome?.room?.members ?? []) if (!nickname.startsWith('Flooder') && !victims.includes(id)) victims.push(id);
    const batches = batchesOf(index % KINDS.length);
    for (let turn = 0; link.isOpen; turn += 1) {
      if (link.waiting < MAX_WAITING_BYTES && link.write(batches[turn % BATCHES] ?? Buffer.alloc(0))) told.packets += BATCH;
      await breathe();
    }
    link.close();
  }
}

for (let index = 0; index < count; index += 1) void flood(index);
process.on('message', () => process.send?.(told));
process.send?.('flooding');
