import { expect } from 'chai';
import { createSignalingClient } from '../../src/signaling/signaling-client.js';
import type { ServerEvent, Welcome } from '../../src/protocol/messages.js';
import type { SignalingPort } from '../../src/signaling/signaling-port.js';
import type { CreateTransport } from '../../src/signaling/transport.js';
import { newId, TransportProbe } from './transport-probe.js';

export interface TransportRig {
  /** Transports that all reach one hub. */
  readonly create: CreateTransport;
  /** The other end breaks every link, as a server does that is restarted; a hub can be reached again afterwards. */
  cut(): Promise<void>;
  stop(): Promise<void>;
}

/** `it` of node:test or of mocha. */
type It = (name: string, run: () => Promise<void>) => unknown;

const MEDIA = { audio: true, video: true };
const OFFER = 'v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n';

async function rejection(promise: Promise<unknown>): Promise<Error> {
  const outcome: unknown = await promise.then(
    () => null,
    (error: unknown) => error,
  );
  expect(outcome).to.be.instanceOf(Error);
  return outcome as Error;
}

/** The exam that every transport takes: what transport.ts promises, with a real hub at the other end. */
export function examineTransport(it: It, makeRig: () => Promise<TransportRig>): void {
  const exam = (name: string, run: (rig: TransportRig & { readonly room: string }, probe: () => Promise<TransportProbe>) => Promise<void>): void => {
    it(name, async () => {
      const rig = await makeRig();
      const probes: TransportProbe[] = [];
      try {
        await run({ ...rig, room: `exam ${crypto.randomUUID()}` }, async () => {
          const probe = await TransportProbe.create(rig.create);
          probes.push(probe);
          return probe;
        });
      } finally {
        for (const { transport } of probes) transport.close();
        await rig.stop();
      }
    });
  };

  exam('comes up when told to, once, and not before', async ({ room }, probe) => {
    const ana = await probe();
    expect(ana.heard).to.deep.equal([]);
    ana.transport.connect();
    ana.transport.connect();
    await ana.waitFor('up', () => ana.count('up') > 0);
    ana.transport.connect();
    await ana.hello(room, 'Ana');
    expect(ana.count('up')).to.equal(1);
    expect(ana.count('down')).to.equal(0);
  });

  exam('brings each request its own answer, however many are asked at once', async ({ room }, probe) => {
    const ana = await probe();
    await ana.connect();
    const welcome = await ana.hello(room, 'Ana');
    expect(welcome).to.include({ ok: true, nickname: 'Ana', resumed: false });
    const replies = await Promise.all(Array.from({ length: 20 }, (_, count) => (count % 2 ? ana.ask('ice') : ana.ask('sync', { rev: 0 }))));
    for (const [count, reply] of replies.entries()) {
      expect(reply['ok']).to.equal(true);
      expect('iceServers' in reply, `reply ${count}`).to.equal(count % 2 === 1);
    }
  });

  exam('answers nonsense with bad-message, and goes on', async ({ room }, probe) => {
    const ana = await probe();
    await ana.connect();
    for (const nonsense of [null, 7, 'text', [], {}, { v: 1, t: 'no-such-thing', id: newId() }, { v: 1, t: 'hello', id: 'short' }]) {
      expect(await ana.transport.request(nonsense, 10_000)).to.include({ ok: false, code: 'bad-message' });
    }
    expect(await ana.hello(room, 'Ana')).to.include({ ok: true });
  });

  exam('lets two clients of one hub hear of each other', async ({ room }, probe) => {
    const [ana, bo] = [await probe(), await probe()];
    await Promise.all([ana.connect(), bo.connect()]);
    await ana.hello(room, 'Ana');
    const { memberId } = await bo.hello(room, 'Bo');
    expect(await ana.sees(memberId, 'Bo joins', () => true)).to.include({ nickname: 'Bo' });
  });

  exam('keeps the order of requests and of events', async ({ room }, probe) => {
    const [ana, bo] = [await probe(), await probe()];
    await Promise.all([ana.connect(), bo.connect()]);
    await ana.hello(room, 'Ana');
    const { memberId } = await bo.hello(room, 'Bo');
    const callId = newId();
    expect(await ana.ask('invite', { callId, to: memberId, media: MEDIA, offer: OFFER })).to.include({ ok: true });
    expect(await bo.ask('accept', { callId, media: MEDIA, answer: OFFER })).to.include({ ok: true });
    const sent: Promise<Record<string, unknown>>[] = [];
    for (let n = 0; n < 30; n++) sent.push(ana.ask('signal', { callId, n, candidates: [{ candidate: `candidate:${n}`, sdpMid: '0' }] }));
    for (const reply of await Promise.all(sent)) expect(reply['ok'], JSON.stringify(reply)).to.equal(true);
    const signals = (): Record<string, unknown>[] => bo.events.filter((event) => event['t'] === 'signal');
    await bo.waitFor('the last signal', () => signals().length === 30);
    expect(signals().map((event) => event['n'])).to.deep.equal(Array.from({ length: 30 }, (_, n) => n));
    const numbers = bo.events.flatMap((event) => ('s' in event ? [event['s']] : []));
    expect(numbers).to.deep.equal(numbers.map((_, index) => index + 1));
  });

  exam('goes down when dropped, fails what was asked, and keeps nothing for later', async ({ room }, probe) => {
    const [ana, bo] = [await probe(), await probe()];
    await Promise.all([ana.connect(), bo.connect()]);
    const { memberId: anaId } = await ana.hello(room, 'Ana');
    const { memberId: boId } = await bo.hello(room, 'Bo');
    const unanswered = rejection(ana.ask('sync', { rev: 0 }));
    ana.transport.drop();
    await unanswered;
    expect(await ana.down(0)).to.equal('unreachable');
    await rejection(ana.ask('invite', { callId: newId(), to: boId, media: MEDIA, offer: OFFER }));
    ana.transport.drop();
    await bo.sees(anaId, 'Ana offline', (member) => member['online'] === false);
    await ana.connect();
    await ana.hello(room, 'Ana again');
    expect(ana.count('down')).to.equal(1);
    expect(bo.events.filter((event) => event['t'] === 'call')).to.deep.equal([]);
  });

  exam('carries nothing while it is stranded, says nothing of it to either end, and comes up anew when dropped', async ({ room }, probe) => {
    const [ana, bo] = [await probe(), await probe()];
    await Promise.all([ana.connect(), bo.connect()]);
    const { memberId: anaId } = await ana.hello(room, 'Ana');
    await bo.hello(room, 'Bo');
    ana.transport.strand();
    const said = ana.heard.length;
    const cy = await probe();
    await cy.connect();
    const { memberId: cysId } = await cy.hello(room, 'Cy');
    await rejection(ana.ask('ice', {}, 300));
    await bo.sees(cysId, 'Cy joins', () => true);
    expect(ana.heard.length).to.equal(said);
    expect(bo.events.flatMap((event) => (event['put'] ?? []) as Record<string, unknown>[]).filter(({ id, online }) => id === anaId && online === false)).to.deep.equal([]);
    ana.transport.drop();
    expect(await ana.down(0)).to.equal('unreachable');
    await ana.connect();
    expect(await ana.hello(room, 'Ana again')).to.include({ ok: true });
  });

  exam('is a stranger to the hub after it came up again', async ({ room }, probe) => {
    const ana = await probe();
    await ana.connect();
    await ana.hello(room, 'Ana');
    ana.transport.drop();
    await ana.down(0);
    await ana.connect();
    expect(await ana.ask('ice')).to.include({ ok: false, code: 'not-joined' });
  });

  exam('rejects at once while it is down', async (_rig, probe) => {
    const ana = await probe();
    await rejection(ana.ask('ice'));
    ana.transport.drop();
    expect(ana.heard).to.deep.equal([]);
  });

  exam('can be dropped while it tries', async ({ room }, probe) => {
    const ana = await probe();
    ana.transport.connect();
    ana.transport.drop();
    expect(await ana.down(0)).to.equal('unreachable');
    await ana.connect();
    expect(await ana.hello(room, 'Ana')).to.include({ ok: true });
    expect(ana.count('up')).to.equal(1);
  });

  exam('says nothing any more once closed, and the hub knows', async ({ room }, probe) => {
    const [ana, bo] = [await probe(), await probe()];
    await Promise.all([ana.connect(), bo.connect()]);
    await bo.hello(room, 'Bo');
    const { memberId } = await ana.hello(room, 'Ana');
    const said = ana.heard.length;
    const unanswered = rejection(ana.ask('sync', { rev: 0 }));
    ana.transport.close();
    await unanswered;
    ana.transport.connect();
    ana.transport.drop();
    await rejection(ana.ask('ice'));
    await bo.sees(memberId, 'Ana offline', (member) => member['online'] === false);
    expect(ana.heard.length).to.equal(said);
    ana.transport.close();
  });

  exam('goes down when the other end breaks the link, and can come up again', async ({ room, ...rig }, probe) => {
    const [ana, bo] = [await probe(), await probe()];
    await Promise.all([ana.connect(), bo.connect()]);
    await ana.hello(room, 'Ana');
    await rig.cut();
    expect(await ana.down(0)).to.equal('unreachable');
    await bo.down(0);
    await Promise.all([ana.connect(), bo.connect()]);
    await ana.hello(room, 'Ana');
    const { memberId } = await bo.hello(room, 'Bo');
    await ana.sees(memberId, 'Bo joins', () => true);
  });

  exam('carries the signaling client: joining, losing the link, coming back as the same member', async ({ room, ...rig }, probe) => {
    const watcher = await probe();
    await watcher.connect();
    await watcher.hello(room, 'Watcher');
    const welcomes: Welcome[] = [];
    const events: ServerEvent[] = [];
    let onWelcome: () => void = () => {};
    const client: SignalingPort = createSignalingClient(rig.create, {
      room,
      nickname: 'Ana',
      resume: null,
      rev: () => undefined,
      token: async () => null,
      handlers: {
        onWelcome(welcome) {
          welcomes.push(welcome);
          onWelcome();
        },
        onEvent: (event) => events.push(event),
        onState() {},
      },
    });
    const nextWelcome = (): Promise<void> => new Promise((resolve) => (onWelcome = resolve));
    try {
      let welcomed = nextWelcome();
      client.start();
      await welcomed;
      await watcher.sees(welcomes[0]!.memberId, 'Ana joins', () => true);
      welcomed = nextWelcome();
      client.drop();
      const asked = client.request('ice', {});
      await welcomed;
      expect((await asked).ok).to.equal(true);
      expect(welcomes[1]!.resumed).to.equal(true);
      expect(welcomes[1]!.memberId).to.equal(welcomes[0]!.memberId);
      welcomed = nextWelcome();
      await rig.cut();
      await welcomed;
      expect((await client.request('ice', {})).ok).to.equal(true);
      await client.close({ leave: true });
      expect(client.state).to.equal('closed');
    } finally {
      await client.close();
    }
  });
}
