import { spawn } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faultTool } from '../../support/fault-tools.mjs';
import { makeCertificate } from './certificate.js';

/** coturn, started by the test. Calls that may only use relays (`ice-transport-policy="relay"`) run through it, so stopping it is a network that swallows media alone. */
export interface Relay {
  readonly url: string;
  /** The same by TLS, with a certificate that nobody vouches for; where it was asked for. */
  readonly tlsUrl: string;
  /** Shared with whoever makes credentials for it. */
  readonly secret: string;
  /** Good for so many seconds, as the TURN REST convention has it: the name says until when, the password proves that the secret's owner said so. */
  credentials(name: string, ttlS: number): { readonly username: string; readonly credential: string };
  /** Everything it has said. */
  log(): string;
  freeze(): void;
  thaw(): void;
  close(): Promise<void>;
}

const START_TIMEOUT_MS = 10_000;

function freePort(address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createSocket('udp4');
    probe.once('error', reject).bind(0, address, () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

export interface RelayOptions {
  /** What it relays from; by default where it listens. */
  readonly relayAddresses?: readonly string[];
  /** Lines of its configuration file, in place of the least that works; `SECRET` stands for the secret. */
  readonly configuration?: string;
  readonly tls?: boolean;
}

const LEAST = `realm=test
use-auth-secret
static-auth-secret=SECRET
no-multicast-peers
`;

function certificateOf(folder: string): string[] {
  const { certificate, key } = makeCertificate(folder);
  return ['--cert', certificate, '--pkey', key];
}

/** On this address of the test network and nowhere else. */
export async function startRelay(address: string, { relayAddresses = [address], configuration = LEAST, tls = false }: RelayOptions = {}): Promise<Relay> {
  const secret = randomUUID();
  const port = await freePort(address);
  const tlsPort = tls ? await freePort(address) : 0;
  const folder = mkdtempSync(join(tmpdir(), 'rtc-elements-relay-'));
  const file = join(folder, 'turnserver.conf');
  writeFileSync(file, configuration.replaceAll('SECRET', secret));
  const secure = tls ? ['--tls-listening-port', String(tlsPort), ...certificateOf(folder)] : ['--no-tls'];
  const child = spawn(faultTool('turnserver'), [
    '-c', file, '--listening-ip', address, ...relayAddresses.flatMap((relay) => ['--relay-ip', relay]), '--listening-port', String(port),
    ...secure, '--no-dtls', '--no-cli', '--verbose', '--log-file', 'stdout', '--simple-log', '--pidfile', join(folder, 'pid'), '--userdb', join(folder, 'db'),
  ], { stdio: ['ignore', 'pipe', 'pipe'], cwd: folder });
  let log = '';
  const read = (data: Buffer): void => void (log += data.toString());
  child.stdout.on('data', read);
  child.stderr.on('data', read);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const relay: Relay = {
    url: `turn:${address}:${port}?transport=udp`,
    tlsUrl: `turns:${address}:${tlsPort}?transport=tcp`,
    secret,
    credentials(name, ttlS) {
      const username = `${Math.floor(Date.now() / 1000) + ttlS}:${name}`;
      return { username, credential: createHmac('sha1', secret).update(username).digest('base64') };
    },
    log: () => log,
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    async close() {
      process.off('exit', kill);
      kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    await answersStun(address, port, ended);
  } catch (error) {
    await relay.close();
    throw new Error(`coturn does not answer:\n${log}`, { cause: error });
  }
  return relay;
}

/** Asks for its own address until an answer comes: the relay listens. */
async function answersStun(address: string, port: number, ended: Promise<void>): Promise<void> {
  const socket = createSocket('udp4');
  const request = Buffer.concat([Buffer.from('000100002112a442', 'hex'), Buffer.from(randomUUID().slice(0, 12))]);
  const ask = setInterval(() => socket.send(request, port, address), 100);
  let timer: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('message', () => resolve());
      timer = setTimeout(() => reject(new Error('no answer')), START_TIMEOUT_MS);
      void ended.then(() => reject(new Error('it ended')));
    });
  } finally {
    clearInterval(ask);
    clearTimeout(timer);
    socket.close();
  }
}
