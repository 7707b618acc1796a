import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faultTool } from '../../support/fault-tools.mjs';
import { makeCertificate } from './certificate.js';

// The real nginx and Caddy with a configuration of the README, in which only ports and certificates are this test's.

export interface ReverseProxy {
  readonly port: number;
  close(): Promise<void>;
}

const START_TIMEOUT_MS = 10_000;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function listens(port: number, ended: Promise<unknown>): Promise<void> {
  const over = AbortSignal.timeout(START_TIMEOUT_MS);
  let running = true;
  void ended.then(() => (running = false));
  while (running && !over.aborted) {
    const up = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (up) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('it does not listen');
}

async function start(program: 'nginx' | 'caddy', folder: string, port: number, args: readonly string[]): Promise<ReverseProxy> {
  // Caddy keeps what it keeps below these.
  const child = spawn(faultTool(program), args, { stdio: ['ignore', 'pipe', 'pipe'], cwd: folder, env: { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder } });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (log += bytes.toString()));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const kill = (): void => void child.kill('SIGTERM');
  process.once('exit', kill);
  const close = async (): Promise<void> => {
    process.off('exit', kill);
    kill();
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await listens(port, ended);
  } catch (cause) {
    await close();
    throw new Error(`${program} does not run:\n${log}`, { cause });
  }
  return { port, close };
}

/** `block`: of the README, for the host `name`; in place of port 3000 stands `targetPort`. */
export async function startNginx(block: string, name: string, targetPort: number): Promise<ReverseProxy> {
  const folder = mkdtempSync(join(tmpdir(), 'rtc-elements-nginx-'));
  const port = await freePort();
  makeCertificate(folder, name);
  const site = block
    .replace('listen 443 ssl', `listen 127.0.0.1:${port} ssl`)
    .replaceAll('127.0.0.1:3000', `127.0.0.1:${targetPort}`)
    .replace(/ssl_certificate .*;/, `ssl_certificate ${folder}/certificate.pem;`)
    .replace(/ssl_certificate_key .*;/, `ssl_certificate_key ${folder}/key.pem;`);
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${folder}/${kind};`).join(' ');
  writeFileSync(join(folder, 'nginx.conf'), `worker_processes 1; daemon off; pid ${folder}/pid; error_log stderr warn;\nevents {}\nhttp { access_log off; ${paths}\n${site}}\n`);
  return start('nginx', folder, port, ['-p', folder, '-e', 'stderr', '-c', join(folder, 'nginx.conf')]);
}

export async function startCaddy(block: string, name: string, targetPort: number): Promise<ReverseProxy> {
  const folder = mkdtempSync(join(tmpdir(), 'rtc-elements-caddy-'));
  const port = await freePort();
  makeCertificate(folder, name);
  const site = block.replaceAll('127.0.0.1:3000', `127.0.0.1:${targetPort}`).replace(`${name} {`, `https://${name}:${port} {\n  bind 127.0.0.1\n  tls ${folder}/certificate.pem ${folder}/key.pem`);
  writeFileSync(join(folder, 'Caddyfile'), `{\n  admin off\n  auto_https disable_redirects\n}\n${site}`);
  return start('caddy', folder, port, ['run', '--adapter', 'caddyfile', '--config', join(folder, 'Caddyfile')]);
}
