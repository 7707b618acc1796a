import type { CreateTransport, Transport, TransportFailure } from '../../src/signaling/transport.js';

type Message = Record<string, unknown>;
export type Heard =
  | { readonly kind: 'up' }
  | { readonly kind: 'down'; readonly failure: TransportFailure }
  | { readonly kind: 'event'; readonly data: Message };

let made = 0;
/** An id of the length that the protocol asks for. */
export const newId = (): string => `probe-${String(++made).padStart(16, '0')}`;

const PATIENCE_MS = 10_000;

/** One transport, everything it said, and a way to wait for what it will say. */
export class TransportProbe {
  readonly heard: Heard[] = [];
  transport!: Transport;
  readonly #watchers = new Set<() => void>();

  static async create(create: CreateTransport): Promise<TransportProbe> {
    const probe = new TransportProbe();
    probe.transport = await create({
      onUp: () => probe.#hear({ kind: 'up' }),
      onDown: (failure) => probe.#hear({ kind: 'down', failure }),
      onEvent: (data) => probe.#hear({ kind: 'event', data: data as Message }),
    });
    return probe;
  }

  get events(): Message[] {
    return this.heard.flatMap((said) => (said.kind === 'event' ? [said.data] : []));
  }

  count(kind: Heard['kind']): number {
    return this.heard.filter((said) => said.kind === kind).length;
  }

  /** Resolves when `find` finds something, now or after anything is heard. */
  waitFor<T>(what: string, find: () => T | null | undefined | false): Promise<T> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = find();
        if (found === undefined || found === null || found === false) return;
        done();
        resolve(found);
      };
      const timer = setTimeout(() => {
        done();
        reject(new Error(`never came: ${what}; heard: ${JSON.stringify(this.heard)}`));
      }, PATIENCE_MS);
      const done = (): void => {
        clearTimeout(timer);
        this.#watchers.delete(look);
      };
      this.#watchers.add(look);
      look();
    });
  }

  async connect(): Promise<void> {
    const before = this.count('up');
    this.transport.connect();
    await this.waitFor('up', () => this.count('up') > before);
  }

  async down(before: number): Promise<TransportFailure> {
    await this.waitFor('down', () => this.count('down') > before);
    return this.heard.flatMap((said) => (said.kind === 'down' ? [said.failure] : [])).at(-1)!;
  }

  ask(type: string, fields: object = {}, timeoutMs = PATIENCE_MS): Promise<Message> {
    return this.transport.request({ v: 1, id: newId(), t: type, ...fields }, timeoutMs) as Promise<Message>;
  }

  hello(room: string, nickname: string): Promise<Message> {
    return this.ask('hello', { versions: [1], room, nickname });
  }

  /** Waits until the presence deltas so far show this of the member. */
  sees(memberId: unknown, what: string, test: (member: Message) => boolean): Promise<Message> {
    return this.waitFor(what, () =>
      this.events
        .flatMap((event) => (event['t'] === 'room' ? ((event['put'] ?? []) as Message[]) : []))
        .filter((member) => member['id'] === memberId)
        .find(test),
    );
  }

  #hear(said: Heard): void {
    this.heard.push(said);
    for (const look of [...this.#watchers]) look();
  }
}
