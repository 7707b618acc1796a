import {
  decodeAddress, decodeStun, encodeAddress, encodeStun, errorOf, longTermKey, newTransaction,
  type Endpoint, type StunAttribute, type StunMessage, type StunMethod,
} from './stun-message.js';
import type { TurnLink } from './turn-link.js';

/** Refused by the relay, in its own words; `code` 0: it did not answer. */
export class TurnRefusal extends Error {
  override readonly name = 'TurnRefusal';
  readonly code: number;

  constructor(code: number, phrase: string) {
    super(phrase);
    this.code = code;
  }
}

export interface TurnLogin {
  readonly username: string;
  readonly password: string;
}

/** Asked again after these pauses, then given up (RFC 8489, 6.2.1, shortened). */
const RETRY_MS = [500, 1_000, 2_000];
/** One that is sure to arrive is awaited for as long. */
const PATIENCE_MS = 3_500;
const UDP = Buffer.from([17, 0, 0, 0]);
const IPV6 = Buffer.from([2, 0, 0, 0]);

/** One allocation on a relay: the part of RFC 8656 that shows whom it would relay to. */
export class TurnClient {
  readonly #link: TurnLink;
  readonly #login: TurnLogin;
  readonly #waiting = new Map<string, (answer: StunMessage) => void>();
  readonly #heard = new Set<(what: StunMessage) => void>();
  #realm = '';
  #nonce: Buffer = Buffer.alloc(0);
  /** What it says it is; many relays say nothing. */
  software: string | null = null;
  /** It gave a place without asking who we are. */
  anonymous = false;

  constructor(link: TurnLink, login: TurnLogin) {
    this.#link = link;
    this.#login = login;
    link.onMessage = (message) => this.#take(message);
  }

  /** The place that the relay gives. @throws {TurnRefusal} 401 wrong or expired credentials, 440 no such address family, 486 too many. */
  async allocate(family: 'ipv4' | 'ipv6'): Promise<Endpoint> {
    const answer = await this.#ask('allocate', () => [['requestedTransport', UDP], ...(family === 'ipv6' ? ([['requestedAddressFamily', IPV6]] as const) : [])]);
    const relayed = decodeAddress(answer.attributes.get('relayedAddress'), answer.transaction);
    this.anonymous = this.#realm === '';
    if (!relayed) throw new TurnRefusal(0, 'it named no relayed address');
    return relayed;
  }

  /** Resolves where the relay would take packets to and from this address. @throws {TurnRefusal} 403 forbidden, 443 not of the allocation's family. */
  async createPermission(peer: Endpoint): Promise<void> {
    await this.#ask('createPermission', (transaction) => [['peerAddress', encodeAddress(peer, transaction)]]);
  }

  /** The other way to the same; what comes back is then no indication. */
  async bindChannel(peer: Endpoint, channel: number): Promise<void> {
    const number = Buffer.alloc(4);
    number.writeUInt16BE(channel, 0);
    await this.#ask('channelBind', (transaction) => [['channelNumber', number], ['peerAddress', encodeAddress(peer, transaction)]]);
  }

  /** Sends a STUN question through the relay: true where something there answers in time. */
  async reaches(peer: Endpoint, timeoutMs: number): Promise<boolean> {
    const asked = newTransaction();
    const question = encodeStun({ method: 'binding', class: 'request', transaction: asked, attributes: new Map() });
    const transaction = newTransaction();
    const attributes = new Map<StunAttribute, Buffer>([['peerAddress', encodeAddress(peer, transaction)], ['data', question]]);
    let heard: (what: StunMessage) => void = () => {};
    let timer: NodeJS.Timeout | undefined;
    const answered = new Promise<boolean>((resolve) => {
      heard = (what) => what.transaction === asked && resolve(true);
      timer = setTimeout(resolve, timeoutMs, false);
    });
    this.#heard.add(heard);
    this.#link.send(encodeStun({ method: 'send', class: 'indication', transaction, attributes }));
    const result = await answered;
    clearTimeout(timer);
    this.#heard.delete(heard);
    return result;
  }

  /** Gives the place back: relays count them per user. */
  async close(): Promise<void> {
    await this.#ask('refresh', () => [['lifetime', Buffer.alloc(4)]]).catch(() => {});
    this.#link.close();
  }

  #take(message: StunMessage): void {
    if (message.class === 'indication') {
      const what = decodeStun(message.attributes.get('data') ?? Buffer.alloc(0));
      if (what) for (const tell of this.#heard) tell(what);
      return;
    }
    this.#waiting.get(message.transaction)?.(message);
  }

  /** Answers the relay's question who we are, and the one after it for another nonce. */
  async #ask(method: StunMethod, fields: (transaction: string) => readonly (readonly [StunAttribute, Buffer])[]): Promise<StunMessage> {
    for (let tries = 0; ; tries++) {
      const transaction = newTransaction();
      const { username, password } = this.#login;
      const known = this.#realm !== '';
      const login: readonly (readonly [StunAttribute, Buffer])[] = known ? [['username', Buffer.from(username)], ['realm', Buffer.from(this.#realm)], ['nonce', this.#nonce]] : [];
      const message = { method, class: 'request' as const, transaction, attributes: new Map([...fields(transaction), ...login]) };
      const answer = await this.#exchange(transaction, encodeStun(message, known ? longTermKey(username, this.#realm, password) : undefined));
      this.software ??= answer.attributes.get('software')?.toString('utf8') ?? null;
      if (answer.class === 'success') return answer;
      const { code, phrase } = errorOf(answer);
      const nonce = answer.attributes.get('nonce');
      const mayTryAgain = (code === 401 && !known) || code === 438;
      if (!mayTryAgain || !nonce || tries > 2) throw new TurnRefusal(code, phrase);
      this.#realm = answer.attributes.get('realm')?.toString('utf8') ?? this.#realm;
      this.#nonce = nonce;
    }
  }

  async #exchange(transaction: string, bytes: Buffer): Promise<StunMessage> {
    const timers: NodeJS.Timeout[] = [];
    try {
      return await new Promise<StunMessage>((resolve, reject) => {
        this.#waiting.set(transaction, resolve);
        this.#link.send(bytes);
        const again = this.#link.lossy ? RETRY_MS : [];
        let at = 0;
        for (const pause of again) timers.push(setTimeout(() => this.#link.send(bytes), (at += pause)));
        timers.push(setTimeout(() => reject(new TurnRefusal(0, 'no answer')), Math.max(at + 500, PATIENCE_MS)));
      });
    } finally {
      this.#waiting.delete(transaction);
      timers.forEach(clearTimeout);
    }
  }
}
