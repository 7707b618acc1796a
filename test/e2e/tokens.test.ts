import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { createToken, type TokenClaims } from '../../src/token.js';
import type { RtcVideoCall } from '../../src/index.js';
import { expectLiveCall, type Peer } from './rig/peer.js';
import { uniqueRoom, useRig } from './rig/rig.js';

// Pages as an application would write them, with tokens from its backend.

const AUTH_SECRET = 'the-key-of-the-tokens-0123456789abcdef';
const stage = useRig({ AUTH_SECRET, AUTH_MODE: 'optional' });
afterEach(() => stage().closePeers());

const tokenOf = (room: string, sub: string, more: Partial<TokenClaims> = {}): Promise<string> => createToken({ room, sub, name: `Dr. ${sub}`, ...more }, AUTH_SECRET);
async function open(room: string, sub: string, more: Partial<TokenClaims> = {}): Promise<Peer> {
  return stage().open({ room, nickname: sub, attributes: `token="${await tokenOf(room, sub, more)}"` });
}

/** What the page's backend gives, one after the other; asked with what reason. */
const withProvider = (tokens: readonly string[]): string => `<script>
  const tokens = ${JSON.stringify(tokens)};
  globalThis.asked = [];
  document.querySelector('rtc-room').tokenProvider = async ({ room, reason }) => tokens[Math.min(asked.push(reason), tokens.length) - 1];
</script>`;
const askedOf = ({ page }: Peer): Promise<string[]> => page.evaluate(() => (globalThis as unknown as { asked: string[] }).asked);
const idOf = ({ page }: Peer): Promise<string | undefined> => page.evaluate(() => rig.room().localMember?.id);
/** Names of those that carry the badge in the list. */
const markedIn = ({ page }: Peer): Promise<(string | undefined)[]> => page.evaluate(() =>
  [...(rig.find('rtc-member-list')?.shadowRoot?.querySelectorAll('[part~="item"]') ?? [])]
    .filter((row) => row.querySelector('.verified')).map((row) => row.querySelector('[part~="nickname"]')?.textContent ?? undefined));
const ask = (peer: Peer, method: 'kick' | 'block' | 'unblock', memberId: string | undefined): Promise<string> => peer.page.evaluate(async (name, id) => {
  const room = rig.room() as unknown as Record<string, (id: string | undefined) => Promise<void>>;
  return room[name]!(id).then(() => 'ok', (error: { code: string }) => error.code);
}, method, memberId);

describe('Pages with tokens', () => {
  it('know who is who: the token’s name with a badge, in the list and on the card of a call; a guest of the same name has neither', async () => {
    const room = uniqueRoom();
    const ana = await open(room, 'Ana');
    const guest = await stage().open({ room, nickname: 'Dr. Аna' });
    await guest.waitForMember('Dr. Ana');
    await ana.waitForMember('Dr. Аna #2');
    assert.deepEqual([await markedIn(ana), await markedIn(guest)], [['Dr. Ana'], ['Dr. Ana']]);
    await ana.call('Dr. Аna #2');
    await guest.waitForCall('incoming');
    const marked = ({ page }: Peer) => page.evaluate(() => rig.find('.who .verified')?.getAttribute('aria-label') ?? null);
    assert.deepEqual([await marked(guest), await marked(ana)], ['Verified name', null]);
  });

  it('may be the demo page, which takes a token from its fragment for trying out', async () => {
    const room = uniqueRoom();
    const { page } = await stage().open({ room, nickname: 'Guest' });
    const ana = await stage().page(await stage().browser(), 'Ana');
    await ana.page.goto(`${stage().server.url}/?room=${room}#token=${await tokenOf(room, 'Ana')}`);
    await ana.waitForRoom('joined');
    await page.waitForFunction(() => rig.callButtonOf('Dr. Ana') !== null);
  });

  it('fetch another token when theirs has expired, and go on as the same member', async () => {
    const room = uniqueRoom();
    const expired = await tokenOf(room, 'Ana', { exp: Math.floor(Date.now() / 1000) - 60 });
    const fresh = await tokenOf(room, 'Ana');
    const ana = await stage().open({ room, nickname: 'ignored', after: withProvider([expired, fresh, expired, fresh]) });
    assert.deepEqual(await askedOf(ana), ['join', 'expired']);
    const id = await idOf(ana);
    await ana.page.evaluate(() => (rig.room() as unknown as { session: { simulate(fault: string): Promise<void> } }).session.simulate('drop-signaling'));
    await ana.until('to be asked again', () => (globalThis as unknown as { asked: string[] }).asked.length === 4);
    await ana.waitForRoom('joined');
    assert.deepEqual([await askedOf(ana), await idOf(ana)], [['join', 'expired', 'reconnect', 'expired'], id]);
  });

  it('with the same sub are one person: both ring, one answers', async () => {
    const room = uniqueRoom();
    const [desk, phone, bob] = await Promise.all([open(room, 'Ana'), open(room, 'Ana'), open(room, 'Bob')]);
    await bob.waitForMember('Dr. Ana');
    assert.equal(await bob.page.evaluate(() => rig.room().members.length), 2);
    await bob.call('Dr. Ana');
    await Promise.all([desk.waitForCall('incoming'), phone.waitForCall('incoming')]);
    await phone.accept();
    await desk.waitForEnd('answered-elsewhere');
    await bob.waitForCall('active');
  });

  it('let a moderator send somebody away, who reads why at once and does not come back by reloading', async () => {
    const room = uniqueRoom();
    const [mod, ana, bob] = await Promise.all([open(room, 'Mod', { moderator: true }), open(room, 'Ana'), open(room, 'Bob')]);
    await Promise.all([mod.waitForMember('Dr. Ana'), bob.waitForMember('Dr. Ana')]);
    const id = await idOf(ana);
    assert.equal(await ask(bob, 'kick', id), 'unauthorized');
    const begun = Date.now();
    const [answer] = await Promise.all([ask(mod, 'kick', id), ana.waitForRoom('failed')]);
    const tookMs = Date.now() - begun;
    assert.equal(answer, 'ok');
    assert.ok(tookMs < 1_000, `out after ${tookMs} ms`);
    assert.match(await ana.text('error'), /You were removed from the room/);
    await bob.until('one less', () => rig.room().members.length === 2);
    await ana.page.reload();
    await ana.waitForRoom('failed');
    assert.deepEqual(await ana.errorCodes(), ['kicked']);
  });

  it('keep blocked who was blocked, also when they are loaded anew', async () => {
    const room = uniqueRoom();
    const [ana, bob] = await Promise.all([open(room, 'Ana'), open(room, 'Bob')]);
    await Promise.all([ana.waitForMember('Dr. Bob'), bob.waitForMember('Dr. Ana')]);
    assert.equal(await ask(ana, 'block', await idOf(bob)), 'ok');
    await ana.page.reload();
    await ana.waitForMember('Dr. Bob');
    await bob.call('Dr. Ana');
    await bob.waitForEnd('rejected');
    assert.equal(await ask(ana, 'unblock', await idOf(bob)), 'ok');
    await bob.call('Dr. Ana');
    await ana.waitForCall('incoming');
    assert.deepEqual(await ana.callStates(), ['incoming'], 'heard of no other');
  });

  it('are warned, loudly, when a person they have verified comes with another identity; a guest of that name is no such person', async () => {
    const room = uniqueRoom();
    const stateOf = ({ page }: Peer): Promise<string> => page.evaluate(() => (rig.view() as RtcVideoCall).verification.state);
    const inCall = async (callee: Peer, name: string): Promise<void> => {
      await ana.call(name);
      await callee.accept();
      await expectLiveCall(ana, callee);
      await ana.until('the seven emoji or the alarm', () => (rig.view() as RtcVideoCall).verification.state !== 'unavailable');
    };
    const ana = await open(room, 'Ana');
    const ben = await open(room, 'Ben');
    await inCall(ben, 'Dr. Ben');
    assert.equal(await stateOf(ana), 'unverified');
    await ana.page.evaluate(() => (rig.view() as RtcVideoCall).verify(true));
    assert.equal(await stateOf(ana), 'verified');
    await ben.close();
    await ana.waitForEnd('peer-left');
    await ana.until('Ben’s row to go', () => rig.room().members.length === 1);

    const guest = await stage().open({ room, nickname: 'Dr. Ben' });
    await ana.waitForMember('Dr. Ben');
    await inCall(guest, 'Dr. Ben');
    assert.equal(await stateOf(ana), 'unverified');
    await guest.close();
    await ana.waitForEnd('peer-left');
    await ana.until('the guest’s row to go', () => rig.room().members.length === 1);

    // Another browser with Ben's token: a thief of it, a server that lies, or a new telephone.
    const other = await open(room, 'Ben');
    await ana.waitForMember('Dr. Ben');
    await inCall(other, 'Dr. Ben');
    assert.equal(await stateOf(ana), 'changed');
    assert.match(await ana.text('banner'), /Dr\. Ben/);
    await other.until('nothing to be said of Ana there', () => (rig.view() as RtcVideoCall).verification.state === 'unverified');
  });
});
