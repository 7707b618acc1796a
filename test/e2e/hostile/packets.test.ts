import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { SocketClient, newId } from '../../node/server/socket-client.js';
import { startSignalingProcess, type SignalingProcess } from '../../support/signaling-process.mjs';
import { bytes, engine, frames, framing, polling, requests, type Known } from './packets.js';
import { hello, RawLink, throwBytes } from './raw-client.js';

// 100,000 packets against the real server, while three honest people are in a room of it and two of them in a call. FUZZ_SEED plays a run again, FUZZ_PACKETS
// makes it shorter or longer.

const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000);
const PACKETS = Number(process.env.FUZZ_PACKETS ?? 100_000);
const MAX_GROWTH_MB = 50;
/** Of a hundred. The outer layers end the connection with nearly every packet, which makes them dear. */
const SHARES = { requests: 84, framing: 9, engine: 4, polling: 1, frames: 1, bytes: 1 };
/** So many may be asked before the server would not even read them. */
const REQUESTS_PER_LINK = 60;
const AT_ONCE = 8;

const media = { audio: true, video: true };

async function inParallel(count: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let index = next++; index < count; index = next++) await work(index);
  }));
}

describe(`100,000 hostile packets (FUZZ_SEED=${SEED})`, () => {
  let server: SignalingProcess;
  const people: SocketClient[] = [];
  before(async () => {
    server = await startSignalingProcess();
  });
  after(async () => {
    for (const person of people) person.close();
    await server.stop();
  });

  async function memoryMb(): Promise<number> {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    return Number(/^process_resident_memory_bytes (\d+)/m.exec(text)?.[1] ?? NaN) / 1e6;
  }

  it('leave it alive, no larger, its rooms and calls as they were, and honest people served', async () => {
    const [ana, bob, cem] = await Promise.all(['Ana', 'Bob', 'Cem'].map(async (nickname) => {
      const client = await new SocketClient(server.url).connect();
      people.push(client);
      return { client, welcome: await client.join('the honest room', nickname) };
    }));
    assert.ok(ana && bob && cem);
    const callId = newId();
    await Promise.all([ana, bob, cem].map(({ client }) => client.ask('sync', { rev: 0 })));
    await ana.client.ask('invite', { callId, to: bob.welcome.memberId, media, offer: 'v=0' });
    await bob.client.ask('accept', { callId, media, answer: 'v=0' });
    const { call } = (await ana.client.ask('connected', { callId })) as { call: { ticket?: string; rev: number } };
    // Both are busy, in one delta or in two: nothing more is to come.
    const busyTo = (client: SocketClient): Set<string> =>
      new Set(client.events.flatMap((event) => (event.t === 'room' ? (event.put ?? []).filter(({ busy }) => busy).map(({ id }) => id) : [])));
    await Promise.all([ana, bob, cem].map(({ client }) => client.event('room', () => busyTo(client).size === 2)));
    const rev = Math.max(...cem.client.events.map((event) => (event.t === 'room' ? event.rev : 0)));
    const known: Known = { room: 'the honest room', memberId: cem.welcome.memberId, callId, sessionId: ana.welcome.sessionId, ticket: call.ticket ?? '' };
    const heardBefore = [ana, bob, cem].map(({ client }) => client.events.length);
    const memoryBefore = await memoryMb();

    const waits: number[] = [];
    let attacking = true;
    const watching = (async () => {
      while (attacking) {
        const startedAt = performance.now();
        const reply = await cem.client.ask('ice', {});
        assert.ok(reply.ok);
        waits.push(performance.now() - startedAt);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    })();

    const started = performance.now();
    let thrown = 0;
    let links = 0;
    const sample = <T>(packets: fc.Arbitrary<T>, count: number): T[] => fc.sample(packets, { seed: SEED + links++, numRuns: count });
    const share = (of: keyof typeof SHARES): number => Math.ceil((PACKETS * SHARES[of]) / 100);

    await inParallel(Math.ceil(share('requests') / REQUESTS_PER_LINK), async (index) => {
      const link = await RawLink.open({ port: server.port });
      assert.ok(link, 'the server lets new connections in');
      // Half of them are members, of a room of their own.
      if (index % 2 === 0) assert.ok(await link.ask(hello(`hostile ${index}`, 'Mallory'), 100_000));
      for (const packet of sample(requests(known), REQUESTS_PER_LINK)) {
        link.send(packet);
        thrown += 1;
      }
      // Whatever was sent before has been read by then.
      await link.ask({ last: true }, 100_001);
      link.close();
    });
    // Only as many on one link as it is likely to survive.
    for (const [kind, packets] of [['framing', framing], ['engine', engine]] as const) {
      await inParallel(Math.ceil(share(kind) / 4), async () => {
        const link = await RawLink.open({ port: server.port });
        assert.ok(link);
        for (let sent = 0; sent < 4; ) {
          for (const packet of sample(packets, 2).flat()) {
            link.send(packet);
            sent += 1;
            thrown += 1;
          }
        }
        await link.ask({ last: true }, 100_001);
        link.close();
      });
    }
    await inParallel(share('polling'), async () => {
      const [packet] = sample(polling, 1);
      const { method = 'GET', query = '', body } = packet ?? {};
      const takesBody = method === 'POST' || method === 'PUT';
      const response = await fetch(`${server.url}/rtc-signaling/?${query}`, { method, ...(takesBody && { body }), signal: AbortSignal.timeout(300) }).catch(() => null);
      await response?.body?.cancel();
      thrown += 1;
    });
    await inParallel(share('frames') + share('bytes'), async (index) => {
      const upgraded = index % 2 === 0;
      await throwBytes(server.port, sample(upgraded ? frames : bytes, 1)[0] ?? Buffer.alloc(1), upgraded);
      thrown += 1;
    });
    attacking = false;
    await watching;
    const seconds = (performance.now() - started) / 1000;

    assert.ok(thrown >= PACKETS, `${thrown} packets`);
    assert.equal((await fetch(`${server.url}/healthz`)).status, 200);
    const heard = [ana, bob, cem].flatMap(({ client }, index) => client.events.slice(heardBefore[index]));
    assert.deepEqual(heard, [], 'nobody heard anything');
    assert.deepEqual(Object.keys(await cem.client.ask('sync', { rev })).sort(), ['now', 'ok'], 'nothing in the room changed');
    const mine = await ana.client.ask('sync', { rev, callId, callRev: call.rev });
    assert.ok(mine.ok && mine.call === undefined && mine.room === undefined, 'the call is as it was');
    await ana.client.ask('signal', { callId, n: 0, candidates: [{ candidate: '' }] });
    await bob.client.event('signal');
    const dora = await new SocketClient(server.url).connect();
    people.push(dora);
    const { room } = await dora.join('the honest room', 'Dora');
    assert.deepEqual(room?.members.map(({ nickname, busy = false }) => [nickname, busy]).sort(), [['Ana', true], ['Bob', true], ['Cem', false], ['Dora', false]]);
    const failures = server.log().split('\n').filter((line) => line !== '' && !/^\{"level":(30|40),/.test(line));
    assert.deepEqual(failures, [], 'the log has nothing but its usual lines');

    const memoryAfter = await memoryMb();
    const growth = memoryAfter - memoryBefore;
    waits.sort((a, b) => a - b);
    console.log(`${thrown} packets over ${links} links in ${seconds.toFixed(1)} s; memory ${memoryBefore.toFixed(0)} → ${memoryAfter.toFixed(0)} MB; ` +
      `honest people answered within ${waits.at(-1)?.toFixed(0)} ms (median ${waits[waits.length >> 1]?.toFixed(1)})`);
    assert.ok(growth <= MAX_GROWTH_MB, `${growth.toFixed(1)} MB more`);
    assert.ok((waits.at(-1) ?? Infinity) < 1_000, 'nobody waited for long');
  });
});
