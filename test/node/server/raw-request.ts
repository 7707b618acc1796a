import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { after, before } from 'node:test';

// Real requests over a real socket, from 127.0.0.1: what Node makes of the headers is part of the question. They end with the file that asks.

const server = createServer();

before(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
after(() => {
  server.close();
  server.closeAllConnections();
});

/** What a server reads of a request with these headers, to `calls.example` unless they say otherwise; of a header with several values each is sent as one of its own. */
export async function requestWith(headers: Readonly<Record<string, string | readonly string[]>>): Promise<IncomingMessage> {
  const lines = Object.entries({ Host: 'calls.example', ...headers }).flatMap(([name, value]) => [value].flat().map((each) => `${name}: ${each}`));
  const request = once(server, 'request');
  connect((server.address() as AddressInfo).port, '127.0.0.1').write(['GET / HTTP/1.1', ...lines, '', ''].join('\r\n'));
  const [message] = (await request) as [IncomingMessage];
  return message;
}
