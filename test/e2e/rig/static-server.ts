import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StaticServer {
  /** `http://localhost:<port>`: another origin than the signaling server's, still a secure context. */
  readonly url: string;
  /** Serves this text at the path from now on; returns its address. */
  put(path: string, body: string, headers?: Readonly<Record<string, string>>): string;
  close(): Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = { html: 'text/html; charset=utf-8', js: 'text/javascript; charset=utf-8' };

/** Somebody else's web server: it knows nothing of ours and serves pages from memory. */
export async function startStaticServer(): Promise<StaticServer> {
  const pages = new Map<string, { body: string; headers: Readonly<Record<string, string>> }>();
  const answer: RequestListener = (request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const page = pages.get(path);
    if (path === '/favicon.ico') return response.writeHead(204).end();
    if (!page) return response.writeHead(404).end();
    const type = TYPES[path.slice(path.lastIndexOf('.') + 1)] ?? TYPES['html'];
    return response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store', ...page.headers }).end(page.body);
  };
  const server = createServer(answer);
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  return {
    url,
    put(path, body, headers = {}) {
      pages.set(path, { body, headers });
      return url + path;
    },
    close: () => new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
}
