import assert from 'node:assert/strict';
import { once } from 'node:events';
import { WebSocket } from 'ws';

// A page of the past: speaks socket.io's frames by hand, so that nothing of today's code stands between the transcript and the server.

type Fields = Readonly<Record<string, unknown>>;

export interface Step {
  readonly who: string;
  /** A request, and what must be in its acknowledgement. */
  readonly asks?: Fields;
  readonly answer?: Fields;
  /** What must be in an event; others may come before it. */
  readonly hears?: Fields;
  readonly loses?: 'the link';
}

const PATIENCE_MS = 3_000;

class Link {
  readonly #socket: WebSocket;
  readonly #events: Fields[] = [];
  readonly #answers = new Map<number, (answer: Fields) => void>();
  #listening: (() => void) | null = null;
  #asked = 0;
  /** The number of the last directed event. */
  seq = 0;

  constructor(url: string) {
    this.#socket = new WebSocket(`${url.replace('http', 'ws')}/rtc-signaling/?EIO=4&transport=websocket`);
    this.#socket.on('message', (data: Buffer) => this.#take(data.toString()));
  }

  async open(): Promise<void> {
    await once(this.#socket, 'open');
    await new Promise<void>((resolve) => (this.#listening = resolve));
  }

  close(): void {
    this.#socket.terminate();
  }

  async ask(request: Fields): Promise<Fields> {
    const number = this.#asked++;
    const answer = new Promise<Fields>((resolve) => this.#answers.set(number, resolve));
    this.#socket.send(`42${number}${JSON.stringify(['q', request])}`);
    return within(answer, () => `an answer to ${JSON.stringify(request)}`);
  }

  /** The next event that fits. */
  async hear(fits: (event: Fields) => boolean, what: string): Promise<Fields> {
    const heard: Fields[] = [];
    const search = async (): Promise<Fields> => {
      for (;;) {
        const event = this.#events.shift();
        if (!event) await new Promise<void>((resolve) => (this.#listening = resolve));
        else if (fits(event)) return event;
        else heard.push(event);
      }
    };
    return within(search(), () => `${what}; heard: ${JSON.stringify(heard)}`);
  }

  #take(frame: string): void {
    const [, type = '', number = '', body = ''] = /^(0|2|40|42|43)(\d*)([[{][^]*)?$/.exec(frame) ?? [];
    if (type === '0') this.#socket.send('40');
    else if (type === '2') this.#socket.send('3');
    else if (type === '40') this.#listening?.();
    else if (type === '43') this.#answers.get(Number(number))?.((JSON.parse(body) as Fields[])[0] ?? {});
    else if (type === '42') {
      const [name, event] = JSON.parse(body) as [string, Fields];
      if (name !== 'e') return;
      if (typeof event['s'] === 'number') this.seq = event['s'];
      this.#events.push(event);
      this.#listening?.();
    }
  }
}

async function within<T>(promise: Promise<T>, what: () => string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => (timer = setTimeout(() => reject(new Error(`waited for ${what()}`)), PATIENCE_MS)));
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** What the transcript has named so far: `$room`, `$ana` (the member id), `$ben.secret`. */
type Names = Map<string, unknown>;

const isRecord = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

function fill(value: unknown, names: Names): unknown {
  if (typeof value === 'string' && value.startsWith('$')) return names.get(value);
  if (Array.isArray(value)) return value.map((entry) => fill(entry, names));
  return isRecord(value) ? Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, fill(entry, names)])) : value;
}

/** Where it does not fit; null where it does. More fields than expected are welcome. A name that is new is learnt. */
function misfit(expected: unknown, actual: unknown, names: Names, path: string): string | null {
  const first = (found: readonly (string | null)[]): string | null => found.find((one) => one !== null) ?? null;
  if (typeof expected === 'string' && /^<(number|text)>$/.test(expected)) return typeof actual === (expected === '<text>' ? 'string' : 'number') ? null : `${path} is no ${expected}`;
  if (typeof expected === 'string' && expected.startsWith('$')) {
    if (!names.has(expected) && typeof actual === 'string') names.set(expected, actual);
    return names.get(expected) === actual ? null : `${path} is not ${expected}`;
  }
  // Deltas come together or one by one.
  if (Array.isArray(expected) && Array.isArray(actual))
    return first(expected.map((entry, at) => (actual.some((one) => misfit(entry, one, names, path) === null) ? null : `${path}[${at}] is not in ${JSON.stringify(actual)}`)));
  if (isRecord(expected) && isRecord(actual)) return first(Object.entries(expected).map(([key, entry]) => misfit(entry, actual[key], names, `${path}.${key}`)));
  return Object.is(expected, actual) ? null : `${path} is ${JSON.stringify(actual)} and not ${JSON.stringify(expected)}`;
}

/** Plays the steps against the server at `url`. Fields and events that the transcript does not know are none of its business. */
export async function playTranscript(steps: readonly Step[], url: string, room: string): Promise<void> {
  const names: Names = new Map([['$room', room]]);
  const links = new Map<string, Link>();
  const linkOf = async (who: string): Promise<Link> => {
    const present = links.get(who);
    if (present) return present;
    const link = new Link(url);
    links.set(who, link);
    await within(link.open(), () => 'the server');
    return link;
  };
  try {
    for (const [at, { who, asks, answer, hears, loses }] of steps.entries()) {
      const link = await linkOf(who);
      if (asks) assert.equal(misfit(answer, await link.ask(fill(asks, names) as Fields), names, 'the answer'), null, `step ${at}: ${who} asks ${String(asks['t'])}`);
      if (hears) {
        const fits = (event: Fields): boolean => misfit(hears, event, new Map(names), 'the event') === null;
        misfit(hears, await link.hear(fits, `what ${who} hears in step ${at}, ${JSON.stringify(hears)}`), names, 'the event');
      }
      if (loses) {
        names.set(`$${who}.seq`, link.seq);
        link.close();
        links.delete(who);
      }
    }
  } finally {
    for (const link of links.values()) link.close();
  }
}
