// @ts-check
import { PeerServer } from 'peer';
import { report } from './report.mjs';

PeerServer({ port: 0, host: '127.0.0.1', path: '/' }, (server) => {
  report(/** @type {import('node:net').AddressInfo} */ (/** @type {any} */ (server).address()).port);
});
