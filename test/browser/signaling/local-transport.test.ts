import { expect, waitUntil } from '@open-wc/testing';
import { createTransportFor } from '../../../src/signaling/create-transport.js';
import type { CreateTransport } from '../../../src/signaling/transport.js';
import { newId, TransportProbe } from '../../conformance/transport-probe.js';
import { examineTransport, type TransportRig } from '../../conformance/transport-suite.js';
import { openTab } from './other-tab.js';

let rooms = 0;
const newRoom = (): string => `test ${++rooms} ${crypto.randomUUID()}`;
const transportsOf = (name: string): CreateTransport => createTransportFor({ kind: 'local', name });
const hello = (nickname: string): object => ({ v: 1, id: newId(), t: 'hello', versions: [1], room: 'support', nickname });

/** Web Locks of this room, held or waited for. */
async function locksOf(name: string): Promise<{ held: string[]; pending: string[] }> {
  const { held = [], pending = [] } = await navigator.locks.query();
  const named = (locks: LockInfo[]): string[] => locks.flatMap((lock) => (lock.name?.startsWith(`rtc-elements:${name}:`) ? [lock.name] : []));
  return { held: named(held), pending: named(pending) };
}

async function noLocksOf(name: string): Promise<void> {
  const isFree = async (): Promise<boolean> => {
    const { held, pending } = await locksOf(name);
    return held.length + pending.length === 0;
  };
  await waitUntil(isFree, 'locks are left behind');
}

/** Another tab leads; cutting is its death. */
async function makeRigWithOtherTab(): Promise<TransportRig> {
  const name = newRoom();
  const leader = await openTab(name);
  return {
    create: transportsOf(name),
    cut: async () => leader.die(),
    async stop() {
      leader.die();
      await noLocksOf(name);
    },
  };
}

/** This page leads; cutting is what everybody hears when a hub begins its life, as if the leader had changed. */
async function makeRigInOnePage(): Promise<TransportRig> {
  const name = newRoom();
  const create = transportsOf(name);
  const first = await TransportProbe.create(create);
  await first.connect();
  return {
    create,
    async cut() {
      const channel = new BroadcastChannel(`rtc-elements:${name}`);
      channel.postMessage({ k: 'hub' });
      channel.close();
    },
    async stop() {
      first.transport.close();
      await noLocksOf(name);
    },
  };
}

describe('the local transport, another tab leading', () => {
  examineTransport(it, makeRigWithOtherTab);
});

describe('the local transport within one page', () => {
  examineTransport(it, makeRigInOnePage);
});

describe('the local transport', () => {
  const open: TransportProbe[] = [];
  const probeIn = async (name: string): Promise<TransportProbe> => {
    const probe = await TransportProbe.create(transportsOf(name));
    open.push(probe);
    return probe;
  };
  afterEach(() => {
    for (const { transport } of open.splice(0)) transport.close();
  });

  it('runs one hub in a page however many rooms it has, and none after the last is closed', async () => {
    const name = newRoom();
    const [ana, bo, cy] = [await probeIn(name), await probeIn(name), await probeIn(name)];
    await Promise.all([ana.connect(), bo.connect(), cy.connect()]);
    const leading = `rtc-elements:${name}:leader`;
    let { held, pending } = await locksOf(name);
    expect(held.filter((lock) => lock === leading)).to.have.length(1);
    expect(pending.filter((lock) => lock === leading)).to.have.length(0);
    ana.transport.close();
    bo.transport.close();
    expect(await cy.hello('support', 'Cy')).to.include({ ok: true });
    ({ held, pending } = await locksOf(name));
    expect(held).to.include(leading);
    cy.transport.close();
    await noLocksOf(name);
  });

  it('does nothing before it is told to connect but stand for the hub', async () => {
    const name = newRoom();
    await probeIn(name);
    await waitUntil(async () => (await locksOf(name)).held.length === 1);
    expect(await locksOf(name)).to.deep.equal({ held: [`rtc-elements:${name}:leader`], pending: [] });
  });

  it('leaves no lock behind when it is closed before it is up', async () => {
    const name = newRoom();
    const tab = await openTab(name);
    const ana = await probeIn(name);
    ana.transport.connect();
    ana.transport.close();
    tab.die();
    await noLocksOf(name);
    expect(ana.heard).to.deep.equal([]);
  });

  it('notices the death of a tab without any heartbeat', async () => {
    const name = newRoom();
    const ana = await probeIn(name);
    await ana.connect();
    await ana.hello('support', 'Ana');
    const tab = await openTab(name);
    const { memberId } = await tab.ask(hello('Bo'));
    await ana.sees(memberId, 'Bo joins', () => true);
    tab.die();
    await ana.sees(memberId, 'Bo offline', (member) => member['online'] === false);
  });

  it('passes leadership on when the leading page leaves: a new epoch, everybody down and up again', async () => {
    const name = newRoom();
    const leader = await openTab(name);
    const ana = await probeIn(name);
    await ana.connect();
    const before = await ana.hello('support', 'Ana');
    const third = await openTab(name);
    leader.leave();
    expect(await ana.down(0)).to.equal('unreachable');
    await third.down;
    await ana.connect();
    const after = await ana.hello('support', 'Ana');
    expect(after['epoch']).not.to.equal(before['epoch']);
    third.die();
    leader.die();
  });

  it('waits for a leader that is still being chosen', async () => {
    const name = newRoom();
    let elect: () => void = () => {};
    const elected = new Promise<void>((resolve) => (elect = resolve));
    const vacant = navigator.locks.request(`rtc-elements:${name}:leader`, () => elected);
    const ana = await probeIn(name);
    ana.transport.connect();
    await waitUntil(async () => (await locksOf(name)).held.length === 2);
    expect(ana.heard).to.deep.equal([]);
    elect();
    await vacant;
    await ana.waitFor('up', () => ana.count('up') > 0);
    expect(await ana.hello('support', 'Ana')).to.include({ ok: true });
  });

  it('keeps rooms of different names apart', async () => {
    const [ana, bo] = [await probeIn(newRoom()), await probeIn(newRoom())];
    await Promise.all([ana.connect(), bo.connect()]);
    const [first, second] = await Promise.all([ana.hello('support', 'Ana'), bo.hello('support', 'Ana')]);
    expect(first['nickname']).to.equal('Ana');
    expect(second['nickname']).to.equal('Ana');
    expect(first['epoch']).not.to.equal(second['epoch']);
  });

  it('gives up a request that is not acknowledged in time, and ignores what it cannot read', async () => {
    const name = newRoom();
    let retire: () => void = () => {};
    const retired = new Promise<void>((resolve) => (retire = resolve));
    void navigator.locks.request(`rtc-elements:${name}:leader`, () => retired);
    const hub = new BroadcastChannel(`rtc-elements:${name}`);
    hub.onmessage = ({ data }) => {
      for (const nonsense of [null, 'text', { k: 'hub-up' }, { k: 'e', to: 'all', data: 1 }, { k: 'a', c: data.c, n: 'one' }]) hub.postMessage(nonsense);
      if (data.k === 'up') hub.postMessage({ k: 'hub-up', c: data.c });
      if (data.k === 'q' && data.data === 'answer') hub.postMessage({ k: 'a', c: data.c, n: data.n, data: 'here' });
    };
    const ana = await probeIn(name);
    await ana.connect();
    const error: unknown = await ana.transport.request('silence', 20).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(Error);
    expect(await ana.transport.request('answer', 5_000)).to.equal('here');
    expect(ana.heard).to.deep.equal([{ kind: 'up' }]);
    hub.close();
    retire();
  });

  it('comes down when a hub answers that does not know it', async () => {
    const name = newRoom();
    const ana = await probeIn(name);
    await ana.connect();
    await ana.hello('support', 'Ana');
    // What happens in between when a leader is frozen and its lock is taken from it.
    const other = new BroadcastChannel(`rtc-elements:${name}`);
    const heard = new Promise<string>((resolve) => (other.onmessage = ({ data }) => data.k === 'q' && resolve(data.c)));
    void ana.ask('ice').catch(() => {});
    other.postMessage({ k: 'hub-down', c: await heard });
    expect(await ana.down(0)).to.equal('unreachable');
    other.close();
  });

  describe('where the browser has no Web Locks for the page', () => {
    const withLocks = async (locks: unknown, run: () => Promise<void>): Promise<void> => {
      Object.defineProperty(navigator, 'locks', { value: locks, configurable: true });
      try {
        await run();
      } finally {
        Reflect.deleteProperty(navigator, 'locks');
      }
    };

    it('says insecure-context when they are missing', async () => {
      await withLocks(undefined, async () => {
        const ana = await probeIn(newRoom());
        ana.transport.connect();
        expect(await ana.down(0)).to.equal('insecure-context');
      });
    });

    it('says insecure-context when they are refused', async () => {
      const refuse = (): Promise<never> => Promise.reject(new DOMException('Access to the Locks API is denied in this context.', 'SecurityError'));
      await withLocks({ request: refuse }, async () => {
        const ana = await probeIn(newRoom());
        ana.transport.connect();
        expect(await ana.down(0)).to.equal('insecure-context');
      });
    });
  });
});
