import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startSignalingProcess, type SignalingProcess } from '../../support/signaling-process.mjs';
import { installProbe } from '../rig/page-probe.js';
import { expectLiveCall, Peer } from '../rig/peer.js';
import { embedPage } from '../rig/rig.js';
import { startBrowser, type FaultyBrowser } from './network-browser.js';
import { Lan, type Host } from './network-lan.js';
import { installWatch } from './network-watch.js';

/** One person with a machine and a browser of their own. */
export interface Person {
  readonly peer: Peer;
  readonly host: Host;
  readonly machine: FaultyBrowser;
}

export interface PersonOptions {
  readonly room: string;
  /** Address of the signaling server; by default the stage's own. */
  readonly server?: string;
  /** More attributes of `<rtc-room>`. */
  readonly attributes?: string;
  /** Runs in the page before anything else. */
  readonly prelude?: string;
  /** A page the tab shows first. */
  readonly before?: string;
}

/** Several calls share two cores here: pictures that cost little to make, so that a late frame means the fault and not the machine. */
const SMALL_PICTURES = `<script>document.querySelector('rtc-room').constraints = { audio: true, video: { width: 320, height: 240, frameRate: 15 } };</script>`;

/** A web site, a signaling server, and people on machines of their own, all on one test network. Everything it starts ends with `close()`. */
export class NetworkStage {
  readonly lan: Lan;
  /** Where the pages come from: plain http, which the browsers here are told to trust. */
  readonly origin: string;
  readonly #pages: Map<string, string>;
  readonly #ends: (() => Promise<unknown> | void)[] = [];
  readonly #machines = new Set<FaultyBrowser>();
  #server: SignalingProcess | null = null;

  private constructor(lan: Lan, origin: string, pages: Map<string, string>) {
    this.lan = lan;
    this.origin = origin;
    this.#pages = pages;
  }

  static async start(): Promise<NetworkStage> {
    const lan = new Lan();
    try {
      const pages = new Map<string, string>();
      const site = createServer((request, response) => {
        const page = pages.get(request.url ?? '');
        // Nothing that would keep a page out of the back/forward cache.
        response.writeHead(page === undefined ? 204 : 200, { 'content-type': 'text/html; charset=utf-8' }).end(page);
      });
      await new Promise<void>((resolve, reject) => site.once('error', reject).listen(0, lan.address, resolve));
      const stage = new NetworkStage(lan, `http://${lan.address}:${(site.address() as AddressInfo).port}`, pages);
      stage.atEnd(() => {
        site.close();
        site.closeAllConnections();
      });
      return stage;
    } catch (error) {
      lan.close();
      throw error;
    }
  }

  /** Last come, first ended, and before the network. */
  atEnd(end: () => Promise<unknown> | void): void {
    this.#ends.push(end);
  }

  /** A signaling server as an operator starts it, reachable from every host; returns its address. */
  async startServer(settings: Record<string, string> = {}): Promise<string> {
    this.#server ??= await startSignalingProcess({ HOST: this.lan.address, ALLOWED_ORIGINS: this.origin, ...settings });
    return this.serverUrl;
  }

  get serverUrl(): string {
    if (!this.#server) throw new Error('startServer() first, or name one');
    return `http://${this.lan.address}:${this.#server.port}`;
  }

  /** Opens the embed page on a new machine; resolves when joined. */
  async person(nickname: string, options: PersonOptions): Promise<Person> {
    const host = this.lan.addHost();
    const machine = await startBrowser(host, [this.origin]);
    this.#machines.add(machine);
    return { host, machine, peer: await this.open(machine, nickname, options) };
  }

  /** Another person in a browser that runs already, in a window of their own: a tab behind another one draws no frames. */
  async open(machine: FaultyBrowser, nickname: string, { room, server = this.serverUrl, attributes = '', prelude, before }: PersonOptions): Promise<Peer> {
    const context = await machine.browser.createBrowserContext();
    const page = await context.newPage();
    const peer = new Peer(page, nickname, () => context.close());
    // tsx keeps function names with a call of __name, which pages do not have.
    await page.evaluateOnNewDocument('globalThis.__name ??= (target) => target;');
    if (prelude) await page.evaluateOnNewDocument(prelude);
    await page.evaluateOnNewDocument(installProbe);
    await page.evaluateOnNewDocument(installWatch);
    if (before) await page.goto(before);
    await page.goto(this.page(embedPage(`${server}/rtc-elements.js`, `server="${server}" room="${room}" nickname="${nickname}" ${attributes}`, '', SMALL_PICTURES)));
    await peer.waitForRoom('joined');
    return peer;
  }

  /** Serves this page; returns its address. */
  page(html: string): string {
    const path = `/${randomUUID()}.html`;
    this.#pages.set(path, html);
    return this.origin + path;
  }

  /** People who see each other in one new room. */
  async together(nicknames: readonly string[], options: Omit<PersonOptions, 'room'> = {}): Promise<Person[]> {
    const room = `room-${randomUUID()}`;
    const people = await Promise.all(nicknames.map((nickname) => this.person(nickname, { ...options, room })));
    await Promise.all(people.map(({ peer }) => Promise.all(nicknames.filter((name) => name !== peer.nickname).map((name) => peer.waitForMember(name)))));
    return people;
  }

  /** Two people in a call in one browser on one machine, for faults that are not in between them. */
  async inCallHere(caller: string, callee: string, options: Omit<PersonOptions, 'room'> = {}): Promise<[Peer, Peer, Person]> {
    const room = `room-${randomUUID()}`;
    const person = await this.person(caller, { ...options, room });
    const other = await this.open(person.machine, callee, { ...options, room });
    await person.peer.call(callee);
    await other.accept();
    await expectLiveCall(person.peer, other);
    return [person.peer, other, person];
  }

  /** Two people in a call, with moving pictures and sound. */
  async inCall(caller: string, callee: string, options: Omit<PersonOptions, 'room'> = {}): Promise<[Person, Person]> {
    const [ana, ben] = (await this.together([caller, callee], options)) as [Person, Person];
    await ana.peer.call(callee);
    await ben.peer.accept();
    await expectLiveCall(ana.peer, ben.peer);
    return [ana, ben];
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#machines].map((machine) => machine.close()));
    for (const end of this.#ends.reverse()) await Promise.resolve(end()).catch(() => {});
    await this.#server?.stop();
    this.lan.close();
  }
}
