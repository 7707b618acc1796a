import { expect } from '@open-wc/testing';
import { RtcError } from '../../../src/base/rtc-error.js';
import { TabMemory } from '../../../src/session/tab-memory.js';
import type { Kept } from '../../../src/session/tab-storage.js';
import { until } from '../../support/until.js';
import { open } from './sessions.js';

// Real Web Locks; a room over the real server, which keeps the place of whoever failed for its grace time.

describe('a room that has failed', () => {
  it('is joined again by the same page as the same member, without waiting for itself', async () => {
    const room = `retry-${Math.random()}`;
    let allowed = true;
    const session = open({
      room,
      tokenProvider: async () => {
        if (!allowed) throw new RtcError('unauthorized', { fatal: true });
        return '';
      },
    });
    const first = await session.join({ nickname: 'Ana' });
    // The ticket is kept once the lock on the session is held.
    while (!Object.keys(sessionStorage).some((key) => key.includes(room) && sessionStorage[key].includes('ticket'))) await new Promise((resolve) => setTimeout(resolve, 5));
    allowed = false;
    window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    await until(session, () => session.getSnapshot().roomState === 'failed');
    allowed = true;
    const again = await session.join({ nickname: 'Ana' });
    expect(again.id).to.equal(first.id);
  });
});

describe('what a tab remembers', () => {
  const ticketOf = (sessionId: string) => ({ sessionId, secret: 's', epoch: 'e' });
  function memoryOf(kept: { now: Kept | null }): TabMemory {
    return new TabMemory({ read: () => kept.now, keep: (next) => (kept.now = next), forget: () => (kept.now = null), call: () => null, keepCall: () => {} }, 'Ana');
  }

  it('has the ticket of a session once nobody else can use it', async () => {
    const kept: { now: Kept | null } = { now: null };
    const ticket = ticketOf(`t-${Math.random()}`);
    const memory = memoryOf(kept);
    const kept1 = memory.keep('Ana', ticket);
    expect(kept.now).to.deep.equal({ nickname: 'Ana', asked: 'Ana', ticket: undefined });
    await kept1;
    expect(kept.now).to.deep.equal({ nickname: 'Ana', asked: 'Ana', ticket });
    // A duplicated tab: the same storage without the lock.
    expect(await memoryOf({ now: kept.now }).takeTicket()).to.equal(null);
    memory.close();
    expect(await memoryOf({ now: kept.now }).takeTicket()).to.deep.equal(ticket);
  });

  it('goes on knowing who is blocked, whatever ticket comes', async () => {
    const blocked = [{ id: 'm1', userId: 'bob' }];
    const kept: { now: Kept | null } = { now: { nickname: 'Ana', blocked } };
    const memory = memoryOf(kept);
    await memory.keep('Ana', ticketOf(`t-${Math.random()}`));
    expect(kept.now?.blocked).to.deep.equal(blocked);
    expect(kept.now?.ticket).to.not.equal(undefined);
    memory.close();
  });

  it('keeps the newest ticket of a session, also when the next comes before the lock', async () => {
    const kept: { now: Kept | null } = { now: null };
    const ticket = ticketOf(`t-${Math.random()}`);
    const memory = memoryOf(kept);
    await Promise.all([memory.keep('Ana', ticket), memory.keep('Ana', { ...ticket, secret: 'newer' })]);
    expect(kept.now?.ticket?.secret).to.equal('newer');
    memory.close();
  });

  it('writes nothing and holds nothing once it is closed, whatever was being asked for', async () => {
    const kept: { now: Kept | null } = { now: null };
    const ticket = ticketOf(`t-${Math.random()}`);
    const memory = memoryOf(kept);
    const keeping = memory.keep('Ana', ticket);
    memory.close();
    kept.now = null;
    await keeping;
    expect(kept.now).to.equal(null);
    // Would wait for ever for a lock that is still held.
    await navigator.locks.request(`rtc-elements:session:${ticket.sessionId}`, () => true);
  });
});
