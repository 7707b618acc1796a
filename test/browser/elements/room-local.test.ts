import { expect, fixture, html, waitUntil } from '@open-wc/testing';
import '../../../src/elements/rtc-room/rtc-room.js';
import type { RtcErrorDetail } from '../../../src/session/public.js';
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

describe('a room that cannot be joined says why, in the element and by one event', () => {
  const cases: [what: string, code: string, attributes: Readonly<Record<string, string>>][] = [
    ['a nickname of spaces', 'nickname-invalid', { nickname: '   ' }],
    ['a nickname of 65 characters', 'nickname-invalid', { nickname: 'n'.repeat(65) }],
    ['a nickname that turns the writing direction', 'nickname-invalid', { nickname: 'a\u202eb' }],
    ['no room', 'room-invalid', { nickname: 'Ana', room: '' }],
    ['no room and nobody’s name', 'room-invalid', { room: '' }],
    ['a room name of 129 characters', 'room-invalid', { nickname: 'Ana', room: 'r'.repeat(129) }],
    ['a server that is no address', 'server-invalid', { nickname: 'Ana', server: 'http://:::' }],
  ];
  for (const [what, code, attributes] of cases) {
    it(`${what}: ${code}`, async () => {
      const box = await fixture<HTMLElement>(html`<div></div>`);
      const errors: RtcErrorDetail[] = [];
      box.addEventListener('rtc-error', ({ detail }) => errors.push(detail));
      const room = document.createElement('rtc-room');
      for (const [name, value] of Object.entries({ server: 'local:', room: 'lobby', ...attributes })) room.setAttribute(name, value);
      box.append(room);
      await waitUntil(() => room.state === 'failed', 'it fails', { timeout: 5000 });
      await room.updateComplete;
      expect(errors.map((error) => error.code)).to.deep.equal([code]);
      const shown = (name: string) => room.shadowRoot!.querySelector<HTMLElement>(name);
      if (code === 'nickname-invalid') await waitUntil(() => shown('[part=join-form]'), 'another name is asked for');
      const form = shown('[part=join-form]');
      if (code === 'nickname-invalid') {
        expect(shown('[part=error]')).to.equal(null);
        expect(form!.checkVisibility()).to.equal(true);
        expect(shown('#problem')!.innerText).to.contain(errors[0]!.message).and.to.contain('1 to 64 visible characters');
      } else {
        expect(form).to.equal(null);
        expect(shown('[part=error]')!.innerText).to.contain(errors[0]!.message).and.to.contain(errors[0]!.remedies[0]);
      }
      await expect(room).to.be.accessible();
    });
  }

  it('a browser without WebRTC: unsupported-browser', async () => {
    const { RTCPeerConnection } = globalThis;
    Reflect.deleteProperty(globalThis, 'RTCPeerConnection');
    try {
      const room = await fixture<RtcRoom>(html`<rtc-room server="local:" room="lobby" nickname="Ana"></rtc-room>`);
      await waitUntil(() => room.state === 'failed', 'it fails', { timeout: 5000 });
      await room.updateComplete;
      expect(room.shadowRoot!.querySelector<HTMLElement>('[part=error]')!.innerText).to.contain('cannot make video calls').and.to.contain('current Chrome');
    } finally {
      globalThis.RTCPeerConnection = RTCPeerConnection;
    }
  });
});
