import { expect, nextFrame, waitUntil } from '@open-wc/testing';
import { FakeSession } from '../../support/fake-session.js';
import { openStage, type Stage } from './video-call-scenes.js';

// The browser's own classes, replaced for the length of a test.
const Real = { AudioContext, AudioBufferSourceNode, Audio };
let contexts: AudioContext[] = [];
let sounding = new Set<AudioBufferSourceNode>();

function spy(): void {
  globalThis.AudioContext = class extends Real.AudioContext {
    constructor() {
      super();
      contexts.push(this);
    }
  };
  globalThis.AudioBufferSourceNode = class extends Real.AudioBufferSourceNode {
    constructor(context: BaseAudioContext, options?: AudioBufferSourceOptions) {
      super(context, options);
      sounding.add(this);
    }
    override stop(): void {
      super.stop();
      sounding.delete(this);
    }
  };
}

/** Time enough for a tone that should not start to start. */
async function settle(stage: Stage): Promise<void> {
  await stage.view.updateComplete;
  await nextFrame();
  await nextFrame();
}

describe('the ring tone', () => {
  let stage: Stage;
  beforeEach(async () => {
    contexts = [];
    sounding = new Set();
    spy();
    stage = await openStage({ ringtone: '' });
  });
  afterEach(async () => {
    stage.view.remove();
    Object.assign(globalThis, Real);
    expect(sounding.size, 'tones that outlive their view').to.equal(0);
  });

  it('rings for an incoming call and stops within a frame of its end', async () => {
    await stage.show('incoming video');
    await waitUntil(() => contexts.length === 1);
    await stage.show('connecting');
    await nextFrame();
    expect(sounding.size).to.equal(0);
    await stage.show('active');
    await settle(stage);
    expect(contexts).to.have.length(1);
    await waitUntil(() => contexts[0]!.state === 'closed', 'the device is never given back', { timeout: 6000 });
  });

  it('rings on the loudspeaker that the page has chosen, and on the usual one where that is gone', async () => {
    const asked: unknown[] = [];
    globalThis.AudioContext = class extends globalThis.AudioContext {
      setSinkId(id: string): Promise<void> {
        asked.push(id);
        return Promise.reject(new DOMException('gone', 'NotFoundError'));
      }
    };
    stage.view.ringtoneDevice = 'speakers of the room';
    await stage.show('incoming video');
    await waitUntil(() => sounding.size === 1 && asked.length > 0);
    expect(asked).to.deep.equal(['speakers of the room']);
    expect([stage.session.asked('setDevice').length, stage.view.hasAttribute('ringtone-device')]).to.deep.equal([0, false]);
  });

  it('rings back to the caller once the other device rings', async () => {
    await stage.show('calling');
    await settle(stage);
    expect(contexts).to.have.length(0);
    await stage.show('ringing');
    await waitUntil(() => contexts.length === 1);
    await stage.show('ended');
    expect(sounding.size).to.equal(0);
  });

  it('starts nothing when the call is answered before the tone is ready', async () => {
    void stage.show('incoming video');
    await stage.show('connecting');
    await settle(stage);
    expect(sounding.size).to.equal(0);
  });

  it('is silenced without ending the call', async () => {
    await stage.show('incoming video');
    await waitUntil(() => contexts.length === 1);
    stage.view.silence();
    await stage.view.updateComplete;
    expect(sounding.size).to.equal(0);
    expect(stage.part('accept-button')).to.not.equal(null);
  });

  it('is nothing with ringtone="none"', async () => {
    stage.view.ringtone = 'none';
    await stage.show('incoming video');
    await settle(stage);
    expect(contexts).to.have.length(0);
  });

  it('still rings for a call whose card the page prevented', async () => {
    await stage.show('incoming video', { cardPrevented: true });
    await waitUntil(() => contexts.length === 1);
  });

  it('is the page’s own sound, in a loop, where it names one', async () => {
    const players: HTMLAudioElement[] = [];
    globalThis.Audio = class extends Real.Audio {
      constructor(url?: string) {
        super(url);
        players.push(this);
        this.play = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
      }
    };
    stage.view.ringtone = 'data:audio/wav;base64,UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=';
    await stage.show('incoming video');
    await waitUntil(() => players.length === 1);
    expect(players[0]!.loop).to.equal(true);
    expect(players[0]!.src).to.contain('data:audio/wav');
    expect(contexts).to.have.length(0);
    await stage.show('connecting');
    expect(players[0]!.hasAttribute('src')).to.equal(false);
    expect(players[0]!.paused).to.equal(true);
  });

  it('never keeps the card away when the browser refuses sound', async () => {
    let asked = 0;
    globalThis.AudioContext = class {
      constructor() {
        asked++;
        throw new DOMException('no audio hardware', 'NotSupportedError');
      }
    } as unknown as typeof AudioContext;
    await stage.show('incoming video');
    await waitUntil(() => asked === 1);
    expect(stage.part('accept-button')!.checkVisibility()).to.equal(true);
    await stage.show('connecting');
    expect(stage.part('controls')).to.not.equal(null);
  });

  it('starts late, at the first touch of the page, where the browser wanted one', async () => {
    const resumed: string[] = [];
    globalThis.AudioContext = class extends Real.AudioContext {
      constructor() {
        super();
        contexts.push(this);
      }
      override resume(): Promise<void> {
        resumed.push('asked');
        return Promise.reject(new DOMException('no', 'NotAllowedError'));
      }
    };
    await stage.show('incoming video');
    await waitUntil(() => resumed.length === 1);
    document.body.dispatchEvent(new PointerEvent('pointerup', { bubbles: true }));
    expect(resumed).to.have.length(2);
    await stage.show('connecting');
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'a', bubbles: true }));
    expect(resumed).to.have.length(2);
  });

  it('sounds once, however many views draw the session', async () => {
    const session = new FakeSession();
    const first = await openStage({ ringtone: '' }, session);
    const second = await openStage({ ringtone: '' }, session);
    await first.show('incoming video');
    await waitUntil(() => contexts.length > 0);
    await settle(second);
    expect(contexts).to.have.length(1);
    first.view.remove();
    second.view.remove();
  });
});
