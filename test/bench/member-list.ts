import { Rig } from '../e2e/rig/rig.js';
import { ratioLine, spread } from './medians.js';

// The list with 100 and with 10,000 members: from its entry into the page to the first paint, and from one change to the paint that shows it.

const SIZES = [100, 10_000] as const;
const TARGET = 3;
const UPDATES_PER_ROUND = 5;

interface Times {
  readonly firstPaint: number;
  readonly updates: readonly number[];
}

/** Runs in the page: a list with a session that is nothing but a snapshot. */
async function paintList(size: number, updates: number): Promise<Times> {
  const member = (index: number) => ({
    id: `m${index}`, userId: null, nickname: `Member ${String(index).padStart(5, '0')}`, role: null, data: {}, avatarUrl: null,
    online: true, busy: index % 7 === 0, authenticated: false, since: index,
  });
  let members = Array.from({ length: size }, (_, index) => member(index));
  const off = { state: 'off', error: null };
  const snapshotNow = () => ({
    roomState: 'joined', roomError: null, room: 'bench', nickname: members[0]?.nickname, localMember: members[0], members, callState: 'idle', direction: null,
    currentCall: null, endReason: null, expiresAt: null, reconnectCause: null, silenced: false, microphone: off, camera: off, screen: off,
    remoteMedia: { audio: false, video: false, screen: false }, localStream: null, remoteStream: null, playbackBlocked: false, notice: null, clockOffsetMs: 0,
  });
  let snapshot = snapshotNow();
  const listeners = new Set<() => void>();
  const session = {
    getSnapshot: () => snapshot,
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    on: () => undefined,
    options: {},
  };
  const rowShown = (nickname: string) => {
    const root = document.querySelector('rtc-member-list')?.shadowRoot;
    return [...(root?.querySelectorAll('[part~="item"]') ?? [])].some((row) => row.textContent?.includes(nickname));
  };
  /** The task after the frame in which the row stands in the list. */
  const painted = (nickname: string) => new Promise<number>((resolve, reject) => {
    const givenUpAt = performance.now() + 10_000;
    const look = () => requestAnimationFrame(() => {
      if (rowShown(nickname)) {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => resolve(performance.now());
        channel.port2.postMessage(0);
      } else if (performance.now() > givenUpAt) reject(new Error(`${nickname} was never drawn`));
      else look();
    });
    look();
  });

  const frame = document.createElement('div');
  // As tall as a list stands in a page: what is out of sight need not be drawn.
  frame.setAttribute('style', 'height: 600px; overflow: auto; display: grid');
  document.body.replaceChildren(frame);
  await new Promise(requestAnimationFrame);
  const list = Object.assign(document.createElement('rtc-member-list'), { session });
  const startedAt = performance.now();
  frame.append(list);
  const firstPaint = (await painted(members[1]?.nickname ?? '')) - startedAt;
  const times: number[] = [];
  for (let update = 0; update < updates; update += 1) {
    await new Promise((resolve) => setTimeout(resolve, 60));
    const added = { ...member(update), id: `new${update}`, nickname: `New ${update}` };
    const changedAt = performance.now();
    members = [...members.slice(0, 2), added, ...members.slice(2)];
    snapshot = snapshotNow();
    for (const listener of listeners) listener();
    times.push((await painted(added.nickname)) - changedAt);
  }
  list.remove();
  return { firstPaint, updates: times };
}

export async function benchMemberList(rounds: number): Promise<void> {
  const stage = await Rig.start();
  try {
    const peer = await stage.page(await stage.browser(), 'list');
    await peer.page.goto(stage.site.put('/list.html', `<!doctype html><script type="module" src="${stage.server.url}/rtc-elements.js"></script>`));
    await peer.until('the list to be defined', () => customElements.get('rtc-member-list') !== undefined);
    const results = new Map<number, Times[]>(SIZES.map((size) => [size, []]));
    for (let round = -1; round < rounds; round += 1) {
      for (const size of round % 2 === 0 ? SIZES : [...SIZES].reverse()) {
        const times = await peer.page.evaluate(paintList, size, UPDATES_PER_ROUND);
        if (round >= 0) results.get(size)?.push(times);
      }
    }
    const first = (size: number) => results.get(size)?.map((times) => times.firstPaint) ?? [];
    const update = (size: number) => results.get(size)?.flatMap((times) => times.updates) ?? [];
    console.log(`member list, ms to paint: median [quartiles] of ${rounds} interleaved rounds (a frame is 16.7 ms)`);
    for (const size of SIZES) console.log(`${String(size).padStart(6)} members: first paint ${spread(first(size), 1)}, one change ${spread(update(size), 1)}`);
    console.log(`first paint, 10,000 to 100: ${ratioLine(first(10_000), first(100), TARGET)}`);
    console.log(`one change, 10,000 to 100: ${ratioLine(update(10_000), update(100), TARGET)}`);
  } finally {
    await stage.close();
  }
}
