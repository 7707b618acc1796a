import { expect } from '@open-wc/testing';
import { checkBrowser, prepareBrowser } from '../../../src/media/browser-support.js';
import { closeAll, connect, connected, pair } from './two-peers.js';

// In a file of its own: the adapter patches the page for good.
describe('browser support', () => {
  afterEach(closeAll);

  it('finds nothing missing in this browser', () => {
    expect(checkBrowser()).to.equal(null);
  });

  it('says unsupported-browser where WebRTC is missing, and that is final', () => {
    const Native = window.RTCPeerConnection;
    Reflect.deleteProperty(window, 'RTCPeerConnection');
    try {
      const error = checkBrowser();
      expect(error?.code).to.equal('unsupported-browser');
      expect(error?.fatal).to.equal(true);
    } finally {
      window.RTCPeerConnection = Native;
    }
  });

  it('says insecure-context on an insecure page', () => {
    Object.defineProperty(window, 'isSecureContext', { configurable: true, value: false });
    try {
      expect(checkBrowser()?.code).to.equal('insecure-context');
    } finally {
      Reflect.deleteProperty(window, 'isSecureContext');
    }
  });

  it('loads webrtc-adapter when a feature is missing, and a call connects on it', async () => {
    const loaded = (): boolean => performance.getEntriesByType('resource').some(({ name }) => name.includes('webrtc-adapter'));
    expect(loaded()).to.equal(false);
    Reflect.deleteProperty(RTCPeerConnection.prototype, 'connectionState');
    await prepareBrowser();
    expect(loaded()).to.equal(true);
    expect('connectionState' in RTCPeerConnection.prototype).to.equal(true);
    const { caller, callee } = pair();
    await connect({ caller, callee });
    await connected(caller, callee);
    expect(caller.states).to.include('connected');
  });
});
