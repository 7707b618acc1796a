import { expect, fixture, html, nextFrame, oneEvent, waitUntil } from '@open-wc/testing';
import '../../../src/elements/rtc-member-list/rtc-member-list.js';
import type { RtcMemberList } from '../../../src/elements/rtc-member-list/rtc-member-list.js';
import type { Member, RtcCallRequestDetail } from '../../../src/session/public.js';
import { callWith, FakeSession, member } from '../../support/fake-session.js';

const ana = member('Ana');
const ben = member('Ben');
const cleo = member('Cleo Maria Díaz');

const crowd = (count: number): Member[] => Array.from({ length: count }, (_, i) => member(`Member ${i}`, { id: `m${i}` }));

function joined(...members: Member[]): FakeSession {
  const session = new FakeSession();
  session.setJoined(...members);
  return session;
}

async function listOf(session: FakeSession): Promise<RtcMemberList> {
  const list = await fixture<RtcMemberList>(html`<rtc-member-list style="height: 400px; width: 300px" .session=${session}></rtc-member-list>`);
  // The window is known after the first observation of its size.
  await nextFrame();
  await nextFrame();
  return list;
}

const rows = (list: RtcMemberList): HTMLElement[] => [...list.shadowRoot!.querySelectorAll<HTMLElement>('[part=item]')];
const row = (list: RtcMemberList, nickname: string): HTMLElement => {
  const found = rows(list).find((item) => item.querySelector('[part=nickname]')!.textContent === nickname);
  if (!found) throw new Error(`no row for ${nickname}`);
  return found;
};
const button = (list: RtcMemberList, nickname: string): HTMLButtonElement | null => row(list, nickname).querySelector('button');
const status = (list: RtcMemberList, nickname: string): string => row(list, nickname).querySelector('[part=member-status]')!.textContent!;
const focusedText = (list: RtcMemberList): string | undefined =>
  list.shadowRoot!.activeElement?.closest('[part=item]')?.querySelector('[part=nickname]')?.textContent ?? undefined;
function press(list: RtcMemberList, key: string): void {
  list.shadowRoot!.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, composed: true, cancelable: true }));
}

/** By WCAG 2, of two colours as `getComputedStyle` says them. */
function contrast(...colours: [string, string]): number {
  const [one, other] = colours.map((colour) => {
    const [red, green, blue] = colour.match(/[\d.]+/g)!.map((value) => Number(value) / 255).map((value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue! + 0.05;
  });
  return Math.max(one! / other!, other! / one!);
}

describe('<rtc-member-list>', () => {
  it('shows everybody, and who came later, without being asked', async () => {
    const session = joined(ana, ben);
    const list = await listOf(session);
    expect(rows(list).map((item) => item.querySelector('[part=nickname]')!.textContent)).to.deep.equal(['Ana', 'Ben']);
    session.setJoined(ana, ben, cleo);
    await list.updateComplete;
    expect(row(list, 'Cleo Maria Díaz').querySelector('[part=avatar]')!.textContent).to.equal('CD');
    await expect(list).to.be.accessible();
  });

  it('gives everybody a colour that stays and differs, with initials that can be read on it', async () => {
    const session = joined(ana, ben, member('Guest 0001'), member('Guest 0002'));
    const list = await listOf(session);
    const colours = (name: string) => {
      const { color, backgroundColor } = getComputedStyle(row(list, name).querySelector('[part=avatar]')!);
      return { color, backgroundColor };
    };
    for (const theme of ['light', 'dark']) {
      list.theme = theme;
      await list.updateComplete;
      const seen = ['Ana', 'Ben', 'Guest 0001', 'Guest 0002'].map((name) => colours(name).backgroundColor);
      expect(new Set(seen).size).to.equal(4);
      for (let at = 0; at < 360; at += 5) {
        row(list, 'Ana').querySelector<HTMLElement>('[part=avatar]')!.style.setProperty('--_hue', String(at));
        const { color, backgroundColor } = colours('Ana');
        expect(contrast(color, backgroundColor), `${at} degrees, ${theme}`).to.be.at.least(4.5);
      }
    }
    const before = colours('Ben');
    session.setJoined(member('Ben', { id: 'another membership' }), ana);
    await list.updateComplete;
    expect(colours('Ben')).to.deep.equal(before);
  });

  it('counts as the language writes numbers, and in English if it is told nonsense', async () => {
    const list = await listOf(joined(...crowd(1201)));
    const count = () => list.shadowRoot!.querySelector('.heading span')!.textContent;
    expect(count()).to.equal('1,201');
    const box = list.parentElement!;
    for (const [lang, written] of [['de', '1.201'], ['hi', '1,201'], ['fr', '1\u202f201'], ['en', '1,201']] as const) {
      box.lang = lang;
      await waitUntil(() => count() === written, `${lang}: ${count()}`);
    }
    box.lang = '';
  });

  it('marks oneself, the busy and the lost in words', async () => {
    const list = await listOf(joined(ana, { ...ben, busy: true }, { ...cleo, online: false, busy: true }));
    expect(status(list, 'Ana')).to.equal('You');
    expect(status(list, 'Ben')).to.equal('In a call');
    expect(status(list, cleo.nickname)).to.equal('Reconnecting…');
    await expect(list).to.be.accessible();
  });

  it('marks whose name the server vouches for, and nobody who only says so', async () => {
    const boaster = member('✓ Verified Ben');
    const list = await listOf(joined(ana, { ...ben, authenticated: true }, boaster, { ...cleo, nickname: 'Cleo '.repeat(12).trim(), authenticated: true }));
    const badge = (nickname: string) => row(list, nickname).querySelector('.verified');
    expect([badge('Ana'), badge(boaster.nickname)]).to.deep.equal([null, null]);
    expect(badge('Ben')!.getAttribute('aria-label')).to.equal('Verified name');
    expect(row(list, 'Ben').querySelector('[part=nickname]')!.contains(badge('Ben'))).to.equal(false);
    // A name that is cut off does not push it out of the row.
    const long = badge('Cleo '.repeat(12).trim())!.getBoundingClientRect();
    expect(long.width).to.be.greaterThan(10);
    expect(long.right).to.be.lessThan(list.getBoundingClientRect().right - 44);
    await expect(list).to.be.accessible();
  });

  it('asks for a call by its button and by a click on the row, once each', async () => {
    const session = joined(ana, ben);
    const list = await listOf(session);
    const heard: RtcCallRequestDetail[] = [];
    list.addEventListener('rtc-call-request', ({ detail }) => heard.push(detail));
    button(list, 'Ben')!.click();
    row(list, 'Ben').click();
    expect(heard).to.deep.equal([{ peer: ben, media: { audio: true, video: true } }, { peer: ben, media: { audio: true, video: true } }]);
    expect(session.asked('call')).to.have.length(2);
    expect(session.asked('call')[0]).to.deep.equal(['ben', { audio: true, video: true }]);
  });

  it('calls nobody when the request is prevented', async () => {
    const session = joined(ana, ben);
    const list = await listOf(session);
    list.addEventListener('rtc-call-request', (event) => event.preventDefault());
    button(list, 'Ben')!.click();
    expect(session.asked('call')).to.have.length(0);
  });

  it('calls with voice in a room of voices', async () => {
    const session = joined(ana, ben);
    session.options = { media: 'audio' };
    const list = await listOf(session);
    setTimeout(() => button(list, 'Ben')!.click());
    const { detail } = (await oneEvent(list, 'rtc-call-request')) as CustomEvent<RtcCallRequestDetail>;
    expect(detail.media).to.deep.equal({ audio: true, video: false });
  });

  it('calls with voice only by a second button, where that is asked for and calls have a picture', async () => {
    const session = joined(ana, ben);
    const list = await listOf(session);
    const voice = () => row(list, 'Ben').querySelector<HTMLButtonElement>('[part=voice-button]');
    expect(voice() === null).to.equal(true);
    list.setAttribute('voice-calls', '');
    await list.updateComplete;
    expect(voice()!.getAttribute('aria-label')).to.equal('Voice call to Ben');
    expect(button(list, 'Ben')!.getAttribute('aria-label')).to.equal('Call Ben');
    const heard: unknown[] = [];
    list.addEventListener('rtc-call-request', ({ detail }) => heard.push([detail.peer.nickname, detail.media]));
    voice()!.click();
    button(list, 'Ben')!.click();
    row(list, 'Ben').click();
    const [sound, both] = [{ audio: true, video: false }, { audio: true, video: true }];
    expect(heard).to.deep.equal([['Ben', sound], ['Ben', both], ['Ben', both]]);
    expect(session.asked('call').map(([, media]) => media)).to.deep.equal([sound, both, both]);
    await expect(list).to.be.accessible();
    // One tab stop after the other: the call button, then this.
    expect([button(list, 'Ben')!.tabIndex, voice()!.tabIndex, voice()!.getBoundingClientRect().width >= 44]).to.deep.equal([button(list, 'Ben')!.tabIndex, button(list, 'Ben')!.tabIndex, true]);
    session.options = { media: 'audio' };
    session.set({});
    await list.updateComplete;
    expect(voice() === null).to.equal(true);
  });

  it('has no call button on oneself and on the one in call, and asks for nobody else meanwhile', async () => {
    const session = joined(ana, ben, cleo);
    const list = await listOf(session);
    expect(button(list, 'Ana')).to.equal(null);
    row(list, 'Ana').click();
    expect(button(list, 'Ben')).to.not.equal(null);
    session.set({ callState: 'active', currentCall: callWith(ben) });
    await list.updateComplete;
    expect(button(list, 'Ben')).to.equal(null);
    row(list, 'Ben').click();
    expect(button(list, cleo.nickname)!.getAttribute('aria-disabled')).to.equal('true');
    button(list, cleo.nickname)!.click();
    expect(session.asked('call')).to.have.length(0);
    await expect(list).to.be.accessible();
    session.set({ callState: 'ended', currentCall: callWith(ben, { state: 'ended' }) });
    await list.updateComplete;
    button(list, 'Ben')!.click();
    expect(session.asked('call')).to.have.length(1);
  });

  it('leaves out oneself and whom the filter refuses', async () => {
    const session = joined(ana, ben, cleo);
    const list = await listOf(session);
    list.hideSelf = true;
    await list.updateComplete;
    expect(rows(list)).to.have.length(2);
    list.filter = ({ nickname }) => nickname.startsWith('B');
    await list.updateComplete;
    expect(rows(list).map((item) => item.textContent!.includes('Ben'))).to.deep.equal([true]);
    expect(rows(list)[0]!.getAttribute('aria-setsize')).to.equal('1');
  });

  it('says when nobody else is here, in the page’s words if it has some', async () => {
    const session = joined(ana);
    const list = await listOf(session);
    const empty = list.shadowRoot!.querySelector<HTMLElement>('.empty')!;
    expect(empty.hidden).to.equal(false);
    expect(empty.textContent).to.contain('Nobody else is here yet');
    await expect(list).to.be.accessible();
    session.setJoined(ana, ben);
    await list.updateComplete;
    expect(empty.hidden).to.equal(true);
    expect(list.shadowRoot!.querySelectorAll('slot[name=empty], slot[name=heading]')).to.have.length(2);
  });

  it('never makes markup of a nickname', async () => {
    const list = await listOf(joined(ana, member('<img src=x onerror=alert(1)>', { id: 'x' })));
    expect(list.shadowRoot!.querySelector('img')).to.equal(null);
    expect(rows(list)[1]!.textContent).to.contain('<img src=x');
  });

  it('walks with the arrow keys, Home and End, one stop in the tab order', async () => {
    const session = joined(...crowd(200));
    const list = await listOf(session);
    const inTabOrder = () => [...list.shadowRoot!.querySelectorAll('[tabindex="0"]')];
    expect(inTabOrder()).to.have.length(1);
    (inTabOrder()[0] as HTMLElement).focus();
    expect(focusedText(list)).to.equal('Member 0');
    press(list, 'ArrowDown');
    await waitUntil(() => focusedText(list) === 'Member 1');
    press(list, 'End');
    await waitUntil(() => focusedText(list) === 'Member 199');
    const [box, last] = [list.shadowRoot!.querySelector('[part=list]')!.getBoundingClientRect(), list.shadowRoot!.activeElement!.getBoundingClientRect()];
    expect(last.bottom).to.be.at.most(box.bottom);
    expect(inTabOrder()).to.have.length(1);
    press(list, 'PageUp');
    await waitUntil(() => /Member 19\d/.test(focusedText(list) ?? '') && focusedText(list) !== 'Member 199');
    press(list, 'Home');
    await waitUntil(() => focusedText(list) === 'Member 0');
    press(list, 'ArrowUp');
    await list.updateComplete;
    expect(focusedText(list)).to.equal('Member 0');
  });

  it('keeps the focus on its member while others come and go, and on the neighbour when that one leaves', async () => {
    const members = crowd(50);
    const session = joined(...members);
    const list = await listOf(session);
    button(list, 'Member 4')!.focus();
    session.set({ members: members.slice(2) });
    await list.updateComplete;
    expect(focusedText(list)).to.equal('Member 4');
    session.set({ members: members.filter(({ id }) => !['m0', 'm1', 'm4'].includes(id)) });
    await list.updateComplete;
    expect(focusedText(list)).to.equal('Member 5');
    session.set({ callState: 'active', currentCall: callWith(members[5]!) });
    await list.updateComplete;
    expect(focusedText(list)).to.equal('Member 5');
    list.shadowRoot!.querySelector('[part=list]')!.scrollTop = 2000;
    await nextFrame();
    await list.updateComplete;
    expect(focusedText(list)).to.equal('Member 5');
  });

  it('never takes the focus', async () => {
    const session = joined(ana, ben);
    await listOf(session);
    const before = document.activeElement;
    session.setJoined(ana);
    session.setJoined(ana, cleo);
    await nextFrame();
    expect(document.activeElement).to.equal(before);
  });

  it('draws only what is in sight of 10,000, wherever it is scrolled to', async () => {
    const session = joined(...crowd(10_000));
    const list = await listOf(session);
    expect(rows(list).length).to.be.within(7, 30);
    const scroller = list.shadowRoot!.querySelector<HTMLElement>('[part=list]')!;
    expect(scroller.scrollHeight).to.equal(560_000);
    scroller.scrollTop = 280_000;
    await waitUntil(() => rows(list).some((item) => item.getAttribute('aria-posinset') === '5001'));
    expect(rows(list).length).to.be.below(30);
    const seen = rows(list).find((item) => item.getAttribute('aria-posinset') === '5001')!;
    expect(seen.getBoundingClientRect().top).to.be.closeTo(scroller.getBoundingClientRect().top, 2);
    expect(seen.getAttribute('aria-setsize')).to.equal('10000');
    await expect(list).to.be.accessible();
  });

  it('draws no more than a screenful without a height of its own', async () => {
    const list = await fixture<RtcMemberList>(html`<rtc-member-list .session=${joined(...crowd(10_000))}></rtc-member-list>`);
    await nextFrame();
    await nextFrame();
    expect(rows(list).length).to.be.below(60);
    list.style.maxHeight = 'none';
    await nextFrame();
    await nextFrame();
    expect(rows(list).length).to.be.below(60);
  });

  it('writes no style attribute into its template', async () => {
    const list = await listOf(joined(ana, ben));
    // What the object model sets shows as an attribute too; a template would have written it before the element was first drawn.
    const { styles } = list.constructor as typeof RtcMemberList;
    expect(styles).to.not.equal(undefined);
    expect(rows(list)[1]!.style.transform).to.not.equal('');
  });
});
