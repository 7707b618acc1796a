import type { CDPSession } from 'puppeteer-core';
import type { Peer } from '../rig/peer.js';

// Call after call in one page, driven from inside it: hundreds of them, without a question of the test's between two.

export type Kind = 'calls' | 'rings';

export interface PageWeight {
  readonly heapMb: number;
  /** All listeners that the page's scripts have added and not removed. */
  readonly listeners: number;
  readonly nodes: number;
}

/** After a collection: what the page really keeps. */
export async function weigh(client: CDPSession): Promise<PageWeight> {
  for (let round = 0; round < 3; round += 1) await client.send('HeapProfiler.collectGarbage');
  const [{ usedSize }, { jsEventListeners, nodes }] = await Promise.all([client.send('Runtime.getHeapUsage'), client.send('Memory.getDOMCounters')]);
  return { heapMb: usedSize / 1e6, listeners: jsEventListeners, nodes };
}

/**
 * The caller calls `calleeId` so many times. Calls become active and are hung up by the caller (the callee accepts by itself); rings are given up by the caller
 * or rejected by the callee, in turn. Returns what went wrong, empty: nothing.
 */
export function callManyTimes(caller: Peer, calleeId: string, count: number, kind: Kind): Promise<string[]> {
  return caller.page.evaluate(async (id, times, what) => {
    const problems: string[] = [];
    const until = async (name: string, holds: () => boolean): Promise<void> => {
      for (const deadline = performance.now() + 15_000; !holds(); await new Promise((resolve) => setTimeout(resolve, 5))) {
        if (performance.now() > deadline) throw new Error(`waited for ${name}; state ${rig.callState()} ${rig.view().endReason ?? ''}`);
      }
    };
    const isFree = () => rig.room().members.find((member) => member.id === id)?.busy === false && !rig.room().members.some((member) => member.id === rig.room().localMember?.id && member.busy);
    for (let index = 0; index < times && problems.length < 3; index += 1) {
      try {
        await until('the other to be free', isFree);
        await rig.room().call(id);
        if (what === 'calls') await until('an active call', () => rig.callState() === 'active');
        else if (index % 2 === 0) await until('it to ring', () => rig.events.some(({ type, detail }) => type === 'rtc-call-state' && detail['ringing'] === true));
        if (what === 'calls' || index % 2 === 0) rig.view().hangup();
        await until('the end', () => rig.callState() === 'ended');
        const reason = rig.view().endReason;
        const expected = what === 'calls' ? 'hangup' : index % 2 === 0 ? 'cancelled' : 'rejected';
        if (reason !== expected) problems.push(`${what} ${index + 1}: ended as ${reason}, not ${expected}`);
        await until('every track to end', () => rig.liveTracks() === 0);
      } catch (error) {
        problems.push(`${what} ${index + 1}: ${String(error)}`);
        rig.view().hangup();
      }
      problems.push(...rig.events.flatMap(({ type, detail }) => (type === 'rtc-error' ? [`${what} ${index + 1}: error ${String(detail['code'])}`] : [])));
      // What the probe keeps would be counted as the product's.
      rig.events.length = rig.tracks.length = 0;
    }
    return problems;
  }, calleeId, count, kind);
}

/** The other page answers by itself from now on: accepts calls, or rejects every second ring. */
export function answerByItself(callee: Peer, kind: Kind): Promise<void> {
  return callee.page.evaluate((what) => {
    if (what === 'calls') document.addEventListener('rtc-call-incoming', ({ detail }) => void detail.accept());
    let rings = 0;
    document.addEventListener('rtc-call-state', ({ detail }) => {
      if (detail.state === 'ended') rig.events.length = 0;
      if (what === 'rings' && detail.state === 'incoming' && detail.previous !== 'incoming' && rings++ % 2 === 1) rig.view().reject();
    });
  }, kind);
}
