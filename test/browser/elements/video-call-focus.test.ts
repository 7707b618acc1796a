import { aTimeout, expect } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import { openStage } from './video-call-scenes.js';

describe('<rtc-video-call> nobody answers by accident', () => {
  it('never takes the focus from somebody typing', async () => {
    const { show, view, session } = await openStage();
    const input = document.createElement('input');
    view.parentElement!.prepend(input);
    input.focus();
    await sendKeys({ type: 'he' });
    await show('incoming video');
    await sendKeys({ type: 'llo ' });
    await sendKeys({ press: 'Enter' });
    expect(document.activeElement).to.equal(input);
    expect(input.value).to.equal('hello ');
    expect(session.asked('accept').length + session.asked('reject').length).to.equal(0);
  });

  for (const key of ['Enter', ' '] as const) {
    it(`ignores ${key === ' ' ? 'Space' : key} on the card’s buttons for 500 ms, then takes it`, async () => {
      const { show, part, session } = await openStage();
      await show('incoming video');
      const since = performance.now();
      part('accept-button')!.focus();
      await sendKeys({ press: key });
      // A slow machine may have needed longer to press it: then there is nothing to prove.
      if (performance.now() - since < 500) expect(session.asked('accept')).to.deep.equal([]);
      await aTimeout(520);
      await sendKeys({ press: key });
      expect(session.asked('accept')).to.not.deep.equal([]);
    });
  }

  it('counts the 500 ms from when the card appears', async () => {
    const { show, part } = await openStage();
    const press = () => {
      const down = new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true, composed: true });
      part('accept-button')!.dispatchEvent(down);
      return down.defaultPrevented ? 'ignored' : 'taken';
    };
    await show('incoming video');
    expect(press()).to.equal('ignored');
    await aTimeout(520);
    expect(press()).to.equal('taken');
    await show('idle');
    await show('incoming video');
    expect(press()).to.equal('ignored');
  });

  it('ignores a key that is held down, however long', async () => {
    const { show, part, session } = await openStage();
    await show('incoming video');
    await aTimeout(520);
    const button = part('accept-button')!;
    for (const key of ['Enter', ' ']) {
      const down = new KeyboardEvent('keydown', { key, repeat: true, bubbles: true, cancelable: true, composed: true });
      const up = new KeyboardEvent('keyup', { key, bubbles: true, cancelable: true, composed: true });
      button.dispatchEvent(down);
      button.dispatchEvent(up);
      expect([down.defaultPrevented, up.defaultPrevented]).to.deep.equal([true, true]);
    }
    const other = new KeyboardEvent('keydown', { key: 'Tab', bubbles: true, cancelable: true, composed: true });
    button.dispatchEvent(other);
    expect(other.defaultPrevented).to.equal(false);
    expect(session.asked('accept')).to.deep.equal([]);
  });

  it('takes a pointer at once', async () => {
    const { show, part, session } = await openStage();
    await show('incoming video');
    part('accept-button')!.dispatchEvent(new PointerEvent('click', { bubbles: true, composed: true, detail: 1, pointerType: 'mouse' }));
    expect(session.asked('accept')).to.have.length(1);
  });

  it('does not lose the focus of who pressed a button that goes away', async () => {
    const { show, part, view } = await openStage();
    await show('incoming video');
    part('accept-button')!.focus();
    await show('connecting');
    expect(view.shadowRoot!.activeElement).to.equal(part('mic-button'));
    part('hangup-button')!.focus();
    await show('active');
    expect(view.shadowRoot!.activeElement).to.equal(part('hangup-button'));
    await show('ended');
    expect(view.shadowRoot!.activeElement).to.equal(part('call-again-button'));
    await show('incoming video');
    expect(view.shadowRoot!.activeElement).to.equal(part('stage'));
    await show('idle');
    expect(document.activeElement).to.equal(view);
  });
});
