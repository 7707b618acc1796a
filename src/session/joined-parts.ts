import { RtcError } from '../base/rtc-error.js';
import { checkBrowser, prepareBrowser } from '../media/browser-support.js';
import { createLocalMedia } from '../media/local-media.js';
import { createPeer } from '../media/peer.js';
import { createTransportFor } from '../signaling/create-transport.js';
import { parseServer } from '../signaling/server-url.js';
import { createSignalingClient } from '../signaling/signaling-client.js';
import type { CallParts } from './call-parts.js';

// The lazy chunk: everything that joining and calling need, in one file, fetched at join and never at accept.

export { JoinedSession } from './joined-session.js';

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
