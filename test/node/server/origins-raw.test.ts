import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { WebSocket } from 'ws';
import { createSignalingServer, type SignalingServer } from '../../../src/server/index.js';
import { MemoryLog } from './memory-log.js';

// By hand, as somebody does who does not use our client: WebSocket and long polling, in the words of Engine.IO 4 and Socket.IO 5.

const GOOD = 'https://good.com';
let server: SignalingServer;
let port = 0;
before(async () => {
  server = createSignalingServer({ port: 0, host: '127.0.0.1', demo: 'off', allowedOrigins: GOOD, logger: new MemoryLog(), sessionSecret: 'a secret of this test' });
  ({ port } = await server.listen());
});
after(() => server.close());

const HELLO = `420${JSON.stringify(['q', { v: 1, id: 'x'.repeat(22), t: 'hello', versions: [1], room: 'lobby', nickname: 'Eve' }])}`;
const headersOf = (origin: string | undefined): Record<string, string> => (origin === undefined ? {} : { Origin: origin });

/** Says hello whether it was let in or not (`hasty`: without waiting for that), and reads until the server has answered or hung up. */
async function byWebSocket(origin: string | undefined, hasty = false): Promise<string[]> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/rtc-signaling/?EIO=4&transport=websocket`, { headers: headersOf(origin) });
  const heard: string[] = [];
  const over = new Promise<void>((resolve) => {
    socket.on('close', () => resolve());
    socket.on('message', (data: Buffer) => {
      const text = data.toString();
      heard.push(text);
      if (/^4[04]/.test(text) && !hasty) socket.send(HELLO);
      if (text.startsWith('43')) resolve();
    });
  });
  await once(socket, 'open');
  socket.send('40');
  if (hasty) socket.send(HELLO);
  await over;
  socket.terminate();
  return heard;
}

interface Answer {
  readonly status: number;
  readonly allowed: string | undefined;
  readonly text: string;
}

function ask(method: 'GET' | 'POST' | 'OPTIONS', query: string, origin: string | undefined, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, method, path: `/rtc-signaling/?EIO=4&transport=polling${query}`, headers: { ...headersOf(origin), ...(body && { 'Content-Type': 'text/plain;charset=UTF-8' }) } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk)).on('end', () =>
        resolve({ status: response.statusCode ?? 0, allowed: response.headers['access-control-allow-origin'], text }));
    });
    asked.on('error', reject).end(body);
  });
}

/** The same over polling. */
async function byPolling(origin: string | undefined): Promise<Answer[]> {
  const handshake = await ask('GET', '', origin);
  const { sid } = JSON.parse(handshake.text.slice(1)) as { sid: string };
  const answers = [handshake, await ask('POST', `&sid=${sid}`, origin, '40'), await ask('GET', `&sid=${sid}`, origin), await ask('POST', `&sid=${sid}`, origin, HELLO)];
  while (answers.at(-1)!.status === 200 && !/(^|\x1e)(43.*|1)$/.test(answers.at(-1)!.text)) answers.push(await ask('GET', `&sid=${sid}`, origin));
  return answers;
}

const REFUSED = ['https://evil.example', 'https://good.com.evil.com', 'https://evil-good.com', 'https://www.good.com', 'http://good.com', 'https://good.com:8443', 'https://good.com/', 'https://GOOD.com', 'null', '', 'good.com',
  'https://good.com, https://evil.example', 'https://evil.example#https://good.com', 'file://'];

describe('A page of an origin that is not on the list', () => {
  for (const origin of REFUSED) {
    it(`(${origin || 'an empty one'}) gets nothing over WebSocket but the reason, and is hung up on`, async () => {
      const heard = await byWebSocket(origin);
      assert.match(heard[0] ?? '', /^0\{/);
      assert.deepEqual(heard.slice(1), ['44{"message":"origin-refused","data":{"code":"origin-refused"}}']);
      const hasty = (await byWebSocket(origin, true)).slice(1);
      assert.ok(hasty.every((text) => text.startsWith('44{"message":"origin-refused"')), hasty.join());
      assert.deepEqual(await server.members('lobby'), []);
    });

    it(`(${origin || 'an empty one'}) gets nothing over polling either, and its browser shows it not even that`, async () => {
      const answers = await byPolling(origin);
      for (const { allowed } of answers) assert.equal(allowed, undefined);
      assert.doesNotMatch(answers.map(({ text }) => text).join(), /memberId|"ok":true|40\{/);
      assert.match(answers.map(({ text }) => text).join(), /44\{"message":"origin-refused"/);
      assert.deepEqual(await server.members('lobby'), []);
      assert.equal((await ask('OPTIONS', '', origin)).allowed, undefined);
    });
  }
});

describe('A page of an origin on the list', () => {
  it('comes in over WebSocket and over polling, where it may read the answers', async () => {
    assert.match((await byWebSocket(GOOD)).at(-1) ?? '', /^430\[\{"ok":true/);
    const answers = await byPolling(GOOD);
    assert.match(answers.at(-1)?.text ?? '', /430\[\{"ok":true/);
    assert.deepEqual([...new Set(answers.map(({ allowed }) => allowed))], [GOOD]);
  });
});

describe('Who names no origin', () => {
  // No browser does so with a WebSocket, nor with a request to another site whose answer a page could read. There are no cookies here that a foreign page could
  // make use of: what counts is the token.
  it('is no page of another site but a program (or our own page, polling), and comes in', async () => {
    assert.match((await byWebSocket(undefined)).at(-1) ?? '', /^430\[\{"ok":true/);
    const answers = await byPolling(undefined);
    assert.match(answers.at(-1)?.text ?? '', /430\[\{"ok":true/);
    for (const { allowed } of answers) assert.equal(allowed, undefined, 'no page may read it');
  });
});
