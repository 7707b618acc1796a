import { expect } from '@open-wc/testing';
import { asked, inStore } from '../../../src/media/browser-database.js';
import { openIdentity } from '../../../src/media/identity.js';
import { createCertificate, createPeer } from '../../../src/media/peer.js';
import { fingerprintIn } from '../../../src/media/verification-fingerprints.js';

const DAY_MS = 24 * 60 * 60 * 1000;
const empty = () => inStore('identity', 'readwrite', (store) => asked(store.clear()));
const print = (certificate: RTCCertificate | void): string | undefined =>
  certificate?.getFingerprints().find(({ algorithm }) => algorithm === 'sha-256')?.value?.toUpperCase();
/** However slow this machine is: until it is loaded. */
async function identityOf(identity = openIdentity()): Promise<string> {
  for (;;) {
    const found = print(await identity.certificate());
    if (found) return found;
  }
}
const realOpen = indexedDB.open.bind(indexedDB);
const realNow = Date.now;

beforeEach(empty);
afterEach(() => {
  indexedDB.open = realOpen;
  Date.now = realNow;
});

describe('the identity of this browser', () => {
  it('lasts: what was made once is there the next time, for most of a year', async () => {
    const first = await identityOf();
    expect(first).to.match(/^([\dA-F]{2}:){31}[\dA-F]{2}$/);
    expect(await identityOf()).to.equal(first);
    const { expires } = await inStore('identity', 'readonly', (store) => asked<RTCCertificate>(store.get('certificate')));
    expect(expires - Date.now()).to.be.within(360 * DAY_MS, 366 * DAY_MS);
  });

  it('is one for two tabs that make it at the same time, from then on', async () => {
    const [a, b] = [openIdentity(), openIdentity()];
    expect(await identityOf(a)).to.equal(await identityOf(b));
    expect(await identityOf()).to.equal(await identityOf(a));
  });

  it('is another after a reset, here and the next time', async () => {
    const identity = openIdentity();
    const first = await identityOf(identity);
    await identity.reset();
    const second = await identityOf(identity);
    expect(second).to.not.equal(first);
    expect(await identityOf()).to.equal(second);
  });

  it('is renewed before it expires', async () => {
    const old = await createCertificate(29 * DAY_MS);
    await inStore('identity', 'readwrite', (store) => asked(store.put(old, 'certificate')));
    const renewed = await identityOf();
    expect(renewed).to.not.equal(print(old));
    expect(await identityOf()).to.equal(renewed);
  });

  it('is renewed in a page that stays open for longer than it lasts: a browser refuses an expired one', async () => {
    const identity = openIdentity();
    const first = await identityOf(identity);
    Date.now = () => realNow() + 366 * DAY_MS;
    expect(await identityOf(identity)).to.not.equal(first);
  });

  it('is what a connection shows, which can go on to restart ICE with other servers', async () => {
    const identity = openIdentity();
    const shown = await identityOf(identity);
    const handlers = { onCandidates() {}, onDescription() {}, onState() {}, onControl() {}, onControlOpen() {}, onRemoteStream() {}, onFailure() {} };
    const peer = createPeer({ iceServers: [], iceTransportPolicy: 'all', handlers, certificate: identity.certificate });
    expect(fingerprintIn(await peer.offer())).to.equal(shown);
    peer.restartIce([{ urls: 'stun:127.0.0.1:3478' }]);
    expect(peer.connection!.getConfiguration().iceServers).to.have.length(1);
    peer.close();
  });

  it('is for this page alone where the browser keeps nothing', async () => {
    indexedDB.open = () => {
      throw new DOMException('forbidden', 'SecurityError');
    };
    const identity = openIdentity();
    const shown = await identityOf(identity);
    expect(await identityOf(identity)).to.equal(shown);
    expect(await identityOf()).to.not.equal(shown);
  });

  it('is not waited for: a call goes without where storage never answers', async () => {
    indexedDB.open = () => new EventTarget() as IDBOpenDBRequest;
    const identity = openIdentity();
    const startedAt = performance.now();
    expect(await identity.certificate()).to.equal(undefined);
    expect(performance.now() - startedAt).to.be.below(1000);
  });
});
