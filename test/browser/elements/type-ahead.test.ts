import { expect, fixture, html, nextFrame, waitUntil } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import { typeAhead } from '../../../src/elements/rtc-member-list/type-ahead.js';
import '../../../src/elements/rtc-member-list/rtc-member-list.js';
import type { RtcMemberList } from '../../../src/elements/rtc-member-list/rtc-member-list.js';
import { FakeSession, member } from '../../support/fake-session.js';

const named = (...nicknames: string[]) => nicknames.map((nickname) => ({ nickname }));
// Before anything that is really typed here.
let now = -1e6;
/** What is typed after a pause, letter by letter 100 ms apart. */
function type(letters: string, members: { nickname: string }[], active = 0): number {
  now += 5_000;
  return [...letters].reduce((at, letter) => typeAhead(letter, (now += 100), members, at), active);
}

describe('Typing in the member list', () => {
  const people = named('Noor', 'Ana', 'Anna', 'ben', 'Émile', 'Zoë', '李明', 'Bella');

  it('goes to the next name that begins so, and on from there', () => {
    expect(type('a', people)).to.equal(1);
    expect(type('a', people, 1)).to.equal(2);
    expect(type('a', people, 2), 'from the end to the beginning').to.equal(1);
  });

  it('goes from name to name with the same letter', () => {
    expect(type('bb', people)).to.equal(7);
  });

  it('takes several letters typed in one go for one word', () => {
    expect(type('ann', people)).to.equal(2);
    expect(type('be', people), 'stays on the name that still fits').to.equal(3);
  });

  it('does not mind case and accents, and reads every script', () => {
    expect([type('e', people), type('zoe', people), type('李', people)]).to.deep.equal([4, 5, 6]);
  });

  it('stays where nobody is called so', () => {
    expect(type('x', people, 3)).to.equal(3);
  });

  it('finds somebody far outside of what is drawn, and takes the focus there', async () => {
    const session = new FakeSession();
    session.setJoined(...Array.from({ length: 800 }, (_, at) => member(`Guest ${at}`, { id: `g${at}` })), member('Walter'));
    const list = await fixture<RtcMemberList>(html`<rtc-member-list style="height: 400px; width: 300px" .session=${session}></rtc-member-list>`);
    await nextFrame();
    await nextFrame();
    const focused = () => list.shadowRoot!.activeElement?.closest('[part=item]')?.querySelector('[part=nickname]')?.textContent;
    list.shadowRoot!.querySelector<HTMLElement>('[tabindex="0"]')!.focus();
    expect(focused()).to.equal('Guest 0');
    await sendKeys({ press: 'w' });
    await waitUntil(() => focused() === 'Walter');
    const item = list.shadowRoot!.activeElement!.closest('[part=item]')!;
    expect([item.ariaSetSize, item.ariaPosInSet]).to.deep.equal(['801', '801']);
    expect(session.asked('call')).to.deep.equal([]);
  });
});
