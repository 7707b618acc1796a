import { RtcError } from '../base/rtc-error.js';
import { checkBrowser, prepareBrowser } from '../media/browser-support.js';
import { createLocalMedia } from '../media/local-media.js';
import { createPeer } from '../media/peer.js';
import { createTransportFor } from '../signaling/create-transport.js';
import { parseServer } from '../signaling/server-url.js';
import { createSignalingClient } from '../signaling/signaling-client.js';
import type { CallParts } from './call-parts.js';

// The lazy chunk: everything a call can need, in one file, fetched while the room is joined.

export async function callParts(): Promise<CallParts> {
  const problem = checkBrowser();
  if (problem === null || problem.code === 'insecure-context') await prepareBrowser();
  return {
    createPeer,
    createLocalMedia,
    createSignaling: (server, options) => {
      const address = parseServer(server, document.baseURI);
      if (!address) throw new RtcError('server-invalid', { fatal: true });
      return createSignalingClient(createTransportFor(address), options);
    },
    problem,
  };
}
