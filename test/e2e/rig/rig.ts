import { randomUUID } from 'node:crypto';
import { after, before } from 'node:test';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { launchOptions } from '../../support/browsers.mjs';
import { startSignalingProcess, type SignalingProcess } from '../../support/signaling-process.mjs';
import { installProbe } from './page-probe.js';
import { Peer } from './peer.js';
import { startStaticServer, type StaticServer } from './static-server.js';

export type BrowserKind = 'chromium' | 'firefox';

export interface OpenOptions {
  readonly room?: string;
  /** None: the page asks for it. */
  readonly nickname?: string | null;
  readonly browser?: BrowserKind;
  /** More attributes of `<rtc-room>`, as written in HTML. */
  readonly attributes?: string;
  /** What stands inside `<rtc-room>`: by default nothing, so that it draws everything itself. */
  readonly children?: string;
  /** HTML after the room. */
  readonly after?: string;
  /** Runs before the page's own scripts (a stub of something of the platform's). */
  readonly prelude?: string;
  /** A browser of one's own, with these switches on top of the usual ones (or instead of them). */
  readonly flags?: { readonly flags: string[]; readonly instead?: boolean };
  readonly server?: string;
}

const inAttribute = (text: string) => text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');

/** The ten-line embed, as a stranger would write it. */
export function embedPage(script: string, roomAttributes: string, children = '', after = ''): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>A foreign page</title></head>
<body><script type="module" src="${script}"></script>
<rtc-room ${roomAttributes}>${children}</rtc-room>${after}
</body></html>`;
}

/** A running server, a foreign web server, browsers, and people who open rooms. Everything it starts ends with `close()`. */
export class Rig {
  readonly server: SignalingProcess;
  readonly site: StaticServer;
  readonly #browsers = new Map<string, Promise<Browser>>();
  readonly #peers = new Set<Peer>();

  private constructor(server: SignalingProcess, site: StaticServer) {
    this.server = server;
    this.site = site;
  }

  static async start(settings: Record<string, string> = {}): Promise<Rig> {
    const server = await startSignalingProcess(settings);
    try {
      return new Rig(server, await startStaticServer());
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /** One browser of each kind and set of flags, started at its first use. */
  browser(kind: BrowserKind = 'chromium', options: { flags?: string[]; instead?: boolean } = {}): Promise<Browser> {
    const key = JSON.stringify([kind, options]);
    let started = this.#browsers.get(key);
    if (!started) {
      started = puppeteer.launch(launchOptions(kind, options));
      this.#browsers.set(key, started);
    }
    return started;
  }

  /** A page of its own person: own storage, own permissions. */
  async page(browser: Browser, nickname: string, prelude?: string): Promise<Peer> {
    const context = await browser.createBrowserContext();
    const page = await context.newPage();
    return this.#adopt(page, nickname, () => context.close(), prelude);
  }

  /** Another tab of the same browser, with the same storage. */
  async tab(of: Peer, nickname: string): Promise<Peer> {
    const page = await of.page.browserContext().newPage();
    return this.#adopt(page, nickname, () => page.close());
  }

  async #adopt(page: Page, nickname: string, close: () => Promise<void>, prelude?: string): Promise<Peer> {
    await page.setViewport({ width: 900, height: 700 });
    // tsx keeps function names with a call of __name, which pages do not have.
    await page.evaluateOnNewDocument('globalThis.__name ??= (target) => target;');
    if (prelude) await page.evaluateOnNewDocument(prelude);
    await page.evaluateOnNewDocument(installProbe);
    const peer: Peer = new Peer(page, nickname, async () => {
      this.#peers.delete(peer);
      await close();
    });
    this.#peers.add(peer);
    return peer;
  }

  /** Opens the embed page on the foreign site; with a nickname, resolves when joined. */
  async open(options: OpenOptions = {}): Promise<Peer> {
    const { nickname = 'Guest', room = uniqueRoom(), browser = 'chromium', attributes = '', children, after: rest, prelude, flags, server = this.server.url } = options;
    const peer = await this.page(await this.browser(browser, flags), nickname ?? 'nobody', prelude);
    const name = nickname === null ? '' : ` nickname="${inAttribute(nickname)}"`;
    const html = embedPage(`${this.server.url}/rtc-elements.js`, `server="${inAttribute(server)}" room="${inAttribute(room)}"${name} ${attributes}`, children, rest);
    await peer.page.goto(this.site.put(`/${randomUUID()}.html`, html));
    if (nickname !== null && !/\bmanual\b/.test(attributes)) await peer.waitForRoom('joined');
    return peer;
  }

  /** Several people in one new room, all seeing each other. */
  async openTogether(nicknames: readonly string[], options: OpenOptions = {}): Promise<Peer[]> {
    const room = uniqueRoom();
    const peers = await Promise.all(nicknames.map((nickname) => this.open({ room, ...options, nickname })));
    await Promise.all(peers.map((peer) => Promise.all(nicknames.filter((name) => name !== peer.nickname).map((name) => peer.waitForMember(name)))));
    return peers;
  }

  /** Two in one new room, seeing each other: these options are Ana's, Ben is anybody. */
  async openPair(options: OpenOptions): Promise<[Peer, Peer]> {
    const room = uniqueRoom();
    const peers = await Promise.all([this.open({ room, nickname: 'Ana', ...options }), this.open({ room, nickname: 'Ben' })]);
    await Promise.all([peers[0].waitForMember('Ben'), peers[1].waitForMember('Ana')]);
    return peers;
  }

  /** After each test: nobody stays in a room. */
  async closePeers(): Promise<void> {
    await Promise.allSettled([...this.#peers].map((peer) => peer.close()));
  }

  async close(): Promise<void> {
    await this.closePeers();
    await Promise.allSettled([...this.#browsers.values()].map(async (browser) => (await browser).close()));
    await this.site.close();
    await this.server.stop();
  }
}

export function uniqueRoom(): string {
  return `room-${randomUUID()}`;
}

/** A rig for the tests of one file: `const stage = useRig()`, then `stage().open(…)` (`rig` is the page's own). */
export function useRig(settings: Record<string, string> = {}): () => Rig {
  let rig: Rig | undefined;
  before(async () => {
    rig = await Rig.start(settings);
  });
  after(async () => {
    await rig?.close();
  });
  return () => {
    if (!rig) throw new Error('the rig starts before the first test');
    return rig;
  };
}
