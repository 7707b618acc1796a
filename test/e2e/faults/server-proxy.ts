import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

// A TCP relay before the server, on this machine: a network that can be cut, stopped, slowed, and that loses what the server answers.

interface Pipe {
  readonly from: Socket;
  readonly to: Socket;
  readonly fromServer: boolean;
  readonly waiting: Buffer[];
}

export class FaultProxy {
  readonly port: number;
  readonly url: string;
  /** Every byte comes so much later, each way. */
  delayMs = 0;
  /** Connections taken so far. */
  taken = 0;
  readonly #targetPort: number;
  readonly #pipes = new Set<Pipe>();
  readonly #stranded = new Set<Socket>();
  #server: Server;
  #paused = false;
  #losing = false;
  #afterLoss: (() => void) | null = null;

  private constructor(server: Server, targetPort: number) {
    this.#server = server;
    this.#targetPort = targetPort;
    this.port = (server.address() as AddressInfo).port;
    this.url = `http://localhost:${this.port}`;
    server.on('connection', (client) => this.#take(client));
  }

  static async start(targetPort: number): Promise<FaultProxy> {
    return new FaultProxy(await listen(0), targetPort);
  }

  get connections(): number {
    return this.#pipes.size / 2;
  }

  /** Both ends learn it at once (RST). */
  cut(): void {
    for (const { from } of this.#pipes) from.resetAndDestroy();
  }

  /** Clients are cut off, and the server does not learn it: their old connections stay open towards it, silent. */
  strand(): void {
    for (const pipe of this.#pipes) {
      if (pipe.fromServer) continue;
      pipe.from.removeAllListeners('close');
      this.#stranded.add(pipe.to);
      pipe.from.resetAndDestroy();
      this.#pipes.delete(pipe);
    }
  }

  /** Nothing passes and nobody is told, as with a pulled cable: what is said waits, as TCP would keep sending it. New connections hang too. */
  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    for (const pipe of this.#pipes) for (const chunk of pipe.waiting.splice(0)) this.#pass(pipe, chunk);
  }

  /** Nobody listens here: connections are refused (present ones stay). */
  async refuse(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.cut();
    await closed;
  }

  async admit(): Promise<void> {
    this.#server = await listen(this.port);
    this.#server.on('connection', (client) => this.#take(client));
  }

  /** What is asked reaches the server, what it says reaches nobody, until the next `cut()`. Resolves when the server has said something that was lost. */
  loseReplies(): Promise<void> {
    this.#losing = true;
    return new Promise((resolve) => (this.#afterLoss = resolve));
  }

  /** From now on the server is heard again. */
  deliverReplies(): void {
    this.#losing = false;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#stranded) socket.destroy();
    for (const { from } of this.#pipes) from.destroy();
    await closed;
  }

  #take(client: Socket): void {
    this.taken += 1;
    const upstream = connect({ port: this.#targetPort, host: '127.0.0.1' });
    this.#join(client, upstream, false);
    this.#join(upstream, client, true);
  }

  #join(from: Socket, to: Socket, fromServer: boolean): void {
    const pipe: Pipe = { from, to, fromServer, waiting: [] };
    this.#pipes.add(pipe);
    from.setNoDelay(true);
    from.on('data', (chunk: Buffer) => {
      if (this.delayMs > 0) setTimeout(() => this.#pass(pipe, chunk), this.delayMs);
      else this.#pass(pipe, chunk);
    });
    from.on('error', () => {});
    from.once('close', () => {
      this.#pipes.delete(pipe);
      // A server that refuses or dies is a connection that breaks off.
      if (from.errored) to.resetAndDestroy();
      else to.destroy();
    });
  }

  #pass(pipe: Pipe, chunk: Buffer): void {
    if (this.#paused) pipe.waiting.push(chunk);
    else if (this.#losing && pipe.fromServer) {
      this.#afterLoss?.();
      this.#afterLoss = null;
    } else if (pipe.to.writable) pipe.to.write(chunk);
  }
}

async function listen(port: number): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  return server;
}
