import { expect } from '@open-wc/testing';
import { createTransportFor } from '../../../src/signaling/create-transport.js';
import { parseServer } from '../../../src/signaling/server-url.js';
import { examineTransport } from '../../conformance/transport-suite.js';

const sockets = new Set<WebSocket>();
// Before socket.io is loaded (which the transport does late): a server cannot be told from here to break a link, but what that looks like can be made.
globalThis.WebSocket = class extends WebSocket {
  constructor(...args: ConstructorParameters<typeof WebSocket>) {
    super(...args);
    sockets.add(this);
  }
};

describe('the socket.io transport in a browser, with a real server', () => {
  examineTransport(it, async () => {
    const { url } = (await (await fetch('/__signaling.json')).json()) as { url: string };
    sockets.clear();
    return {
      create: createTransportFor(parseServer(url, document.baseURI)!),
      async cut() {
        expect(sockets.size).to.be.greaterThan(0);
        for (const socket of sockets) socket.close();
      },
      async stop() {},
    };
  });
});
