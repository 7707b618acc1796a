import { importAgain } from '../base/import-again.js';
import { RtcError } from '../base/rtc-error.js';
import { checkBrowser, prepareBrowser } from '../media/browser-support.js';
import { openIdentity } from '../media/identity.js';
import { createLocalMedia } from '../media/local-media.js';
import { createPeer } from '../media/peer.js';
import { createTransportFor } from '../signaling/create-transport.js';
import { parseServer } from '../signaling/server-url.js';
import { createSignalingClient } from '../signaling/signaling-client.js';
import { JoinedSession } from './joined-session.js';
import type { SessionStore } from './session-store.js';

// The lazy chunk: everything that joining and calling need, in one file, fetched at join and never at accept.

/** Rejects where no call can ever be made. */
export async function prepareJoined(): Promise<(store: SessionStore) => JoinedSession> {
  const problem = checkBrowser();
  if (problem?.fatal) throw problem;
  // Loaded by the time there is a call.
  const identity = openIdentity();
  await prepareBrowser();
  return (store) => new JoinedSession(store, {
    createPeer: (options) => createPeer({ ...options, certificate: identity.certificate }),
    resetIdentity: identity.reset,
    devices: createLocalMedia(),
    loadWatch: () => importAgain(() => import('./call-watch.js')),
    createSignaling: (server, options) => {
      const address = parseServer(server, document.baseURI);
      if (!address) throw new RtcError('server-invalid', { fatal: true });
      return createSignalingClient(createTransportFor(address), options);
    },
    problem,
  });
}
