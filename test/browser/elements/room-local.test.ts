import { expect, fixture, html, waitUntil } from '@open-wc/testing';
import '../../../src/elements/rtc-room/rtc-room.js';
import type { RtcRoom } from '../../../src/elements/rtc-room/rtc-room.js';

describe('two rooms on one page without a server', () => {
  it('meet, call by a click on the list, connect, hear each event once, and hang up', async () => {
    const room = `local-${Math.random()}`;
    const heard: string[] = [];
    const page = await fixture(html`<div @rtc-call-state=${({ target, detail }: CustomEvent & { target: Element }) => heard.push(`${target.id} ${detail.state}`)}>
      <rtc-room id="a" server="local:" room=${room} nickname="Ana"></rtc-room>
      <rtc-room id="b" server="local:" room=${room} nickname="Ben" auto-accept></rtc-room>
    </div>`);
    const [ana, ben] = page.querySelectorAll('rtc-room') as unknown as [RtcRoom, RtcRoom];
    await waitUntil(() => ana.members.length === 2 && ben.members.length === 2, 'both are there', { timeout: 10_000 });
    const list = ana.shadowRoot!.querySelector('rtc-member-list')!;
    await list.updateComplete;
    list.shadowRoot!.querySelector<HTMLElement>('[part=call-button]')!.click();
    await waitUntil(() => heard.includes('a active') && heard.includes('b active'), 'both are in the call', { timeout: 15_000 });
    expect(heard.filter((entry) => entry.startsWith('b'))).to.deep.equal(['b incoming', 'b connecting', 'b active']);
    expect(heard.filter((entry) => entry === 'a active')).to.have.length(1);
    await ben.leave();
    await waitUntil(() => ana.currentCall?.state === 'ended', 'the call ends', { timeout: 10_000 });
    expect(ben.state).to.equal('idle');
    await ana.leave();
  }).timeout(40_000);
});
