import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, describe, it } from 'node:test';
import { WebSocket } from 'ws';
import { clientAddress } from '../../../src/server/client-address.js';
import { parseSettings } from '../../../src/server/settings.js';
import { CHROMIUM_FLAGS } from '../../support/browsers.mjs';
import { readmeBlock } from '../../support/readme-block.js';
import { startSignalingProcess } from '../../support/signaling-process.mjs';
import { expectLiveCall, type Peer } from '../rig/peer.js';
import { Rig } from '../rig/rig.js';
import { startCaddy, startNginx, type ReverseProxy } from './reverse-proxy.js';

// The configurations of the README, each before a real server, with a certificate of its own making. The names lead to this machine in the browser only: the
// origin is none of localhost's, so it is allowed by what the server makes of PUBLIC_URL and of the proxy's headers.

type Start = (block: string, name: string, targetPort: number) => Promise<ReverseProxy>;

const HOST = readmeBlock('nginx', '# A host of its own');
const STRIPPED = readmeBlock('nginx', '# Under a path, stripped');
const CADDY_HOST = readmeBlock('caddy', '# A host of its own');
const CADDY_STRIPPED = readmeBlock('caddy', '# Under a path, stripped');
const [OWN, SITE] = ['calls.example.com', 'www.example.com'];

const CASES: readonly (readonly [title: string, start: Start, block: string, name: string, path: string])[] = [
  ['nginx, a host of its own', startNginx, HOST, OWN, '/'],
  ['nginx, under a path that it strips', startNginx, STRIPPED, SITE, '/calls/'],
  ['nginx, under a path that it leaves', startNginx, STRIPPED.replace('127.0.0.1:3000/;', '127.0.0.1:3000;'), SITE, '/calls/'],
  ['Caddy, a host of its own', startCaddy, CADDY_HOST, OWN, '/'],
  ['Caddy, under a path that it strips', startCaddy, CADDY_STRIPPED, SITE, '/calls/'],
  ['Caddy, under a path that it leaves', startCaddy, CADDY_STRIPPED.replace('handle_path', 'handle'), SITE, '/calls/'],
];

const flags = { flags: [...CHROMIUM_FLAGS, '--ignore-certificate-errors', `--host-resolver-rules=MAP ${OWN} 127.0.0.1, MAP ${SITE} 127.0.0.1`], instead: true };
const NO_WEB_SOCKETS = `globalThis.WebSocket = class extends EventTarget {
  constructor() { super(); setTimeout(() => { this.onerror?.(new Event('error')); this.onclose?.(new CloseEvent('close', { code: 1006 })); }, 50); }
  close() {}
};`;

// The browsers are this rig's; its own server is not asked.
const rig = await Rig.start();
after(() => rig.close());

const socketIo = (address: string, transport: string): string => `${address}rtc-signaling/?EIO=4&transport=${transport}`;

/** What a page of this origin hears first on a WebSocket, by socket.io's own protocol: `40…` let in, `44…` refused. */
async function knock(address: string, origin: string, headers: Record<string, string> = {}): Promise<string> {
  const { hostname, host, port } = new URL(address);
  const socket = new WebSocket(socketIo(address, 'websocket').replace('https', 'wss').replace(host, `127.0.0.1:${port}`), { agent: new Agent({ servername: hostname, rejectUnauthorized: false }), headers: { ...headers, Host: host, Origin: origin } });
  try {
    await once(socket, 'message');
    socket.send('40');
    const [answer] = (await once(socket, 'message')) as [Buffer];
    return answer.toString();
  } finally {
    socket.close();
  }
}

/** Which origin a polling page's browser is told that may read the answer. */
async function mayPoll(address: string, origin: string): Promise<string | undefined> {
  const { hostname, host, port } = new URL(address);
  const asked = request(socketIo(address, 'polling').replace(host, `127.0.0.1:${port}`), { servername: hostname, rejectUnauthorized: false, headers: { Host: host, Origin: origin } });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  response.resume();
  return response.headers['access-control-allow-origin'];
}

async function open(address: string, nickname: string, prelude?: string): Promise<Peer> {
  const peer = await rig.page(await rig.browser('chromium', flags), nickname, prelude);
  await peer.page.goto(address);
  await peer.waitForPart('nickname-input');
  await peer.click('nickname-input');
  await peer.page.keyboard.type(nickname);
  await peer.page.keyboard.press('Enter');
  await peer.waitForRoom('joined');
  return peer;
}

describe('Behind', { timeout: 240_000 }, () => {
  for (const [title, start, block, name, path] of CASES) {
    it(`${title}: the demo calls, over WebSocket and over polling; only its own pages may`, async () => {
      // Which one the public address is, is known only when the proxy has its port.
      const target = createServer();
      target.listen(0, '127.0.0.1');
      await once(target, 'listening');
      const { port } = target.address() as AddressInfo;
      await new Promise((resolve) => target.close(resolve));
      const proxy = await start(block, name, port);
      const publicUrl = `https://${name}:${proxy.port}${path}`;
      const server = await startSignalingProcess({ PORT: String(port), TRUST_PROXY: '1', PUBLIC_URL: publicUrl });
      try {
        const ana = await open(publicUrl, 'Ana');
        const ben = await open(publicUrl, 'Ben', NO_WEB_SOCKETS);
        await ana.call('Ben');
        await ben.accept();
        await expectLiveCall(ana, ben);
        const ways = await Promise.all([ana, ben].map((peer) => peer.page.evaluate(() => performance.getEntriesByType('resource').some(({ name: asked }) => asked.includes('transport=polling')))));
        assert.deepEqual(ways, [false, true]);
        assert.deepEqual(ana.problems, []);
        const own = new URL(publicUrl).origin;
        assert.match(await knock(publicUrl, own), /^40/);
        assert.equal(await mayPoll(publicUrl, own), own);
        for (const other of ['https://evil.example', `${own}.evil.example`, own.replace('https', 'http'), `https://${name}`]) {
          assert.match(await knock(publicUrl, other), /^44.*origin-refused/, other);
          assert.equal(await mayPoll(publicUrl, other), undefined, other);
        }
      } finally {
        await rig.closePeers();
        await server.stop();
        await proxy.close();
      }
    });
  }
});

describe('A server that knows only that one proxy stands before it', { timeout: 60_000 }, () => {
  for (const [name, start, block] of [['nginx', startNginx, HOST], ['Caddy', startCaddy, CADDY_HOST]] as const) {
    it(`learns its own origin from ${name}, and no other by what a visitor claims`, async () => {
      const server = await startSignalingProcess({ TRUST_PROXY: '1' });
      const proxy = await start(block, OWN, server.port);
      const address = `https://${OWN}:${proxy.port}/`;
      try {
        assert.match(await knock(address, new URL(address).origin), /^40/);
        assert.match(await knock(address, 'https://evil.example', { 'X-Forwarded-Host': 'evil.example' }), /^44.*origin-refused/);
      } finally {
        await proxy.close();
        await server.stop();
      }
    });
  }
});

describe('Who is behind a proxy', { timeout: 60_000 }, () => {
  for (const [name, start, block] of [['nginx', startNginx, HOST], ['Caddy', startCaddy, CADDY_HOST]] as const) {
    it(`is the visitor that ${name} heard, whatever they claim`, async () => {
      const { trustProxy } = parseSettings({ trustProxy: 1 });
      const target = createServer((asked, response) => response.end(clientAddress(asked, { trustProxy })));
      target.listen(0, '127.0.0.1');
      await once(target, 'listening');
      const proxy = await start(block, OWN, (target.address() as AddressInfo).port);
      try {
        for (const localAddress of ['127.0.0.5', '127.0.0.6']) {
          for (const headers of [{}, { 'X-Forwarded-For': '203.0.113.9' }, { 'X-Forwarded-For': '203.0.113.9, 127.0.0.1' }]) {
            const asked = request({ host: '127.0.0.1', port: proxy.port, servername: OWN, rejectUnauthorized: false, localAddress, headers: { Host: `${OWN}:${proxy.port}`, ...headers } });
            asked.end();
            const [response] = (await once(asked, 'response')) as [AsyncIterable<Buffer>];
            let text = '';
            for await (const chunk of response) text += chunk.toString();
            assert.equal(text, localAddress);
          }
        }
      } finally {
        await proxy.close();
        target.close();
        target.closeAllConnections();
      }
    });
  }
});
