import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

// A TCP relay before the server that keeps what pages say: WebSocket frames unmasked, HTTP as it is.

export interface RecordingProxy {
  readonly url: string;
  /** Everything said to the server so far: one text per message or piece of HTTP. */
  readonly said: string[];
  /** Everything the server said. */
  readonly heard: string[];
  close(): Promise<void>;
}

/** Takes bytes as they come; the result are whole texts. */
class Reader {
  #rest: Buffer = Buffer.alloc(0);
  #framed = false;

  read(bytes: Buffer): string[] {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    const texts: string[] = [];
    if (!this.#framed) {
      const text = this.#rest.toString('latin1');
      const end = text.indexOf('\r\n\r\n');
      this.#framed = /^(?:GET .*\r\n(?:.*\r\n)*?Upgrade: websocket|HTTP\/1\.1 101 )/i.test(text) && end > 0;
      if (!this.#framed) {
        this.#rest = Buffer.alloc(0);
        return [text];
      }
      texts.push(text.slice(0, end));
      this.#rest = this.#rest.subarray(end + 4);
    }
    for (;;) {
      const frame = this.#frame();
      if (frame === null) return texts;
      texts.push(frame);
    }
  }

  #frame(): string | null {
    const bytes = this.#rest;
    if (bytes.length < 2) return null;
    if (((bytes[0] ?? 0) & 0x40) !== 0) throw new Error('a compressed frame: nothing can be said of it');
    const masked = ((bytes[1] ?? 0) & 0x80) !== 0;
    const short = (bytes[1] ?? 0) & 0x7f;
    const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
    const head = 2 + lengthBytes + (masked ? 4 : 0);
    if (bytes.length < head) return null;
    const length = lengthBytes === 2 ? bytes.readUInt16BE(2) : lengthBytes === 8 ? Number(bytes.readBigUInt64BE(2)) : short;
    if (bytes.length < head + length) return null;
    const mask = masked ? bytes.subarray(head - 4, head) : Buffer.alloc(4);
    const text = Buffer.from(bytes.subarray(head, head + length).map((byte, at) => byte ^ (mask[at % 4] ?? 0))).toString('utf8');
    this.#rest = bytes.subarray(head + length);
    return text;
  }
}

export async function startRecordingProxy(targetPort: number): Promise<RecordingProxy> {
  const said: string[] = [];
  const heard: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(targetPort, '127.0.0.1');
    for (const [from, to, kept] of [[client, upstream, said], [upstream, client, heard]] as const) {
      const reader = new Reader();
      sockets.add(from);
      from.on('data', (bytes: Buffer) => {
        kept.push(...reader.read(bytes));
        to.write(bytes);
      });
      from.on('error', () => {});
      from.once('close', () => to.destroy());
    }
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    said,
    heard,
    close: () => new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    }),
  };
}
