import assert from 'node:assert/strict';
import type { ElementHandle, Page } from 'puppeteer-core';
import type { LoggedEvent } from './page-probe.js';

export type CallPhase = 'idle' | 'outgoing' | 'incoming' | 'connecting' | 'active' | 'reconnecting' | 'ended';

/** A question to the page is asked again this often. Not by animation frames: a page behind another one draws none. */
const POLL_MS = 25;

/** One person at one page: does what a person does (clicks what is shown, types), and sees what a person sees. */
export class Peer {
  readonly page: Page;
  readonly nickname: string;
  /** Uncaught errors, and what is printed in the console of the page: an embedded call has nothing to say there while all is well. */
  readonly problems: string[] = [];
  readonly #close: () => Promise<void>;

  constructor(page: Page, nickname: string, close: () => Promise<void>) {
    this.page = page;
    this.nickname = nickname;
    this.#close = close;
    page.on('pageerror', (error) => this.problems.push(`uncaught: ${error instanceof Error ? error.stack ?? error.message : String(error)}`));
    page.on('console', (message) => {
      if (message.type() !== 'debug') this.problems.push(`console: ${message.text()} ${message.location().url ?? ''}`);
    });
  }

  /** Waits until the page says yes; the message of the failure says what it was, with the events so far. */
  async until(what: string, question: (...args: string[]) => boolean | Promise<boolean>, args: string[] = [], timeoutMs = 10_000): Promise<void> {
    try {
      await this.page.waitForFunction(question, { polling: POLL_MS, timeout: timeoutMs }, ...args);
    } catch (cause) {
      const events = await this.page.evaluate(() => rig.events.map(({ type, detail }) => `${type} ${JSON.stringify(detail)}`).slice(-12)).catch(() => []);
      throw new Error(`${this.nickname}: waited ${timeoutMs} ms for ${what}.\nEvents: ${events.join('\n        ')}\n${this.problems.join('\n')}`, { cause });
    }
  }

  waitForRoom(state: string): Promise<void> {
    return this.until(`the room to be ${state}`, (wanted) => (rig.find('rtc-room') as HTMLElement & { state?: string } | null)?.state === wanted, [state]);
  }

  waitForCall(state: CallPhase, timeoutMs?: number): Promise<void> {
    return this.until(`the call to be ${state}`, (wanted) => rig.callState() === wanted, [state], timeoutMs);
  }

  waitForMember(nickname: string): Promise<void> {
    return this.until(`${nickname} in the list`, (wanted) => rig.callButtonOf(wanted ?? '') !== null, [nickname]);
  }

  waitForPart(name: string): Promise<void> {
    return this.until(`the part ${name} to be shown`, (wanted) => rig.isShown(wanted ?? ''), [name]);
  }

  async #click(what: string, handle: { asElement(): unknown }): Promise<void> {
    const element = handle.asElement() as ElementHandle | null;
    assert.ok(element, `${this.nickname}: ${what} is not in the page`);
    await element.click();
  }

  /** Clicks with the mouse, as soon as it is shown. */
  async click(partName: string): Promise<void> {
    await this.waitForPart(partName);
    await this.#click(partName, await this.page.evaluateHandle((name) => rig.part(name), partName));
  }

  /** Clicks the call button of this member in the list. */
  async call(nickname: string): Promise<void> {
    await this.waitForMember(nickname);
    await this.#click(`the call button of ${nickname}`, await this.page.evaluateHandle((name) => rig.callButtonOf(name), nickname));
  }

  /** Accepts the ringing call. Its card ignores what is pressed in its first 500 ms: clicked until it took. */
  async accept(button: 'accept-button' | 'accept-audio-button' = 'accept-button'): Promise<void> {
    await this.waitForCall('incoming');
    await this.until('the card to take the click', async (name) => {
      rig.part(name ?? '')?.click();
      return rig.callState() !== 'incoming';
    }, [button]);
  }

  /** Types its name into the nickname form. */
  async enter(): Promise<void> {
    await this.click('nickname-input');
    await this.page.keyboard.type(this.nickname);
    await this.page.keyboard.press('Enter');
    await this.waitForRoom('joined');
  }

  hangUp(): Promise<void> {
    return this.click('hangup-button');
  }

  callState(): Promise<string> {
    return this.page.evaluate(() => rig.callState());
  }

  endReason(): Promise<string | null> {
    return this.page.evaluate(() => rig.view().endReason);
  }

  async waitForEnd(reason: string, timeoutMs?: number): Promise<void> {
    await this.waitForCall('ended', timeoutMs);
    assert.equal(await this.endReason(), reason, `${this.nickname}'s reason`);
  }

  events(type: string): Promise<LoggedEvent[]> {
    return this.page.evaluate((wanted) => rig.events.filter((event) => event.type === wanted), type);
  }

  /** The states of the call in order, from the events. */
  async callStates(): Promise<unknown[]> {
    return (await this.events('rtc-call-state')).map(({ detail }) => detail['state']);
  }

  errorCodes(): Promise<unknown[]> {
    return this.events('rtc-error').then((errors) => errors.map(({ detail }) => detail['code']));
  }

  /** Ten more frames of the other's picture are drawn. */
  async seesMovingFrames(): Promise<void> {
    const before = await this.page.evaluate(() => rig.frames('remote-video'));
    await this.until('ten more remote frames', (from) => rig.frames('remote-video') >= Number(from) + 10, [String(before)]);
  }

  /** Sound arrives and is not silence (the fake microphones beep). */
  async hearsSound(): Promise<void> {
    const before = await this.page.evaluate(() => rig.audio());
    await this.until('sound from the other side', async (packets, samples, energy) => {
      const now = await rig.audio();
      return now.packetsReceived > Number(packets) && now.totalSamplesReceived > Number(samples) && now.totalAudioEnergy > Number(energy);
    }, [before.packetsReceived, before.totalSamplesReceived, before.totalAudioEnergy].map(String));
  }

  /** Every local track has ended within `limitMs` of the call's end, by the page's own clock. */
  async releasesDevices(limitMs = 500): Promise<void> {
    await this.until('all local tracks to end', () => rig.tracks.length > 0 && rig.liveTracks() === 0, [], limitMs + 500);
  }

  liveTracks(): Promise<number> {
    return this.page.evaluate(() => rig.liveTracks());
  }

  /** Text as shown inside a part. */
  text(partName: string): Promise<string> {
    return this.page.evaluate((name) => rig.part(name)?.textContent?.replace(/\s+/g, ' ').trim() ?? '', partName);
  }

  close(): Promise<void> {
    return this.#close();
  }
}

/** Both are active, see moving pictures and hear each other. */
export async function expectLiveCall(...peers: Peer[]): Promise<void> {
  await Promise.all(peers.map((peer) => peer.waitForCall('active', 20_000)));
  await Promise.all(peers.map((peer) => peer.seesMovingFrames()));
  await Promise.all(peers.map((peer) => peer.hearsSound()));
}

/** The one calls from the list, the other accepts on the card, and both see and hear each other. */
export async function connect(caller: Peer, callee: Peer): Promise<void> {
  await caller.call(callee.nickname);
  await callee.accept();
  await expectLiveCall(caller, callee);
}
