import { expect } from '@open-wc/testing';
import { RtcError } from '../../../src/base/rtc-error.js';
import type { ControlMessage } from '../../../src/media/peer-port.js';
import { closeAll, connect, connected, pair, until, watch } from './two-peers.js';

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof RtcError) return error.code;
    throw error;
  }
  return 'resolved';
}

describe('bad input to a connection', () => {
  afterEach(closeAll);

  it('refuses a garbage offer with bad-description and takes the next one', async () => {
    const callee = watch();
    for (const sdp of ['', 'garbage', 'v=0\r\n', `v=0\r\n${'x'.repeat(40_000)}`]) {
      expect(await codeOf(callee.peer.prepareAnswer(sdp))).to.equal('bad-description');
    }
    const caller = watch();
    const offer = await caller.peer.offer();
    const nearly = offer.replace(/^a=rtpmap:.*$/gm, 'a=rtpmap:☃').replace(/^a=ice-pwd:.*$/gm, 'a=ice-pwd:x');
    expect(await codeOf(callee.peer.prepareAnswer(nearly))).to.equal('bad-description');
    caller.other = callee;
    callee.other = caller;
    const answer = await callee.peer.prepareAnswer(offer);
    await Promise.all([callee.peer.commitAnswer(), caller.peer.acceptAnswer(answer)]);
    await connected(caller, callee);
  });

  it('refuses a garbage answer with bad-description and takes the right one after it', async () => {
    const { caller, callee } = pair();
    const answer = await callee.peer.prepareAnswer(await caller.peer.offer());
    expect(await codeOf(caller.peer.acceptAnswer('garbage'))).to.equal('bad-description');
    expect(await codeOf(caller.peer.acceptAnswer(answer.replace(/^m=video/m, 'm=audio')))).to.equal('bad-description');
    await Promise.all([callee.peer.commitAnswer(), caller.peer.acceptAnswer(answer)]);
    await connected(caller, callee);
  });

  it('drops garbage candidates, reports each, and goes on', async () => {
    const { caller, callee } = pair();
    caller.peer.addCandidates([{ candidate: 'candidate:1 1 udp 1 1.2.3.4 1 typ host' }]);
    await connect({ caller, callee });
    await connected(caller, callee);
    caller.peer.addCandidates([
      { candidate: 'candidate:1 1 udp 1 1.2.3.4 1 typ host', sdpMid: 'none' },
      { candidate: 'garbage', sdpMid: '0', usernameFragment: 'none' },
    ]);
    await until(() => caller.failures.length === 3);
    expect(caller.failures.every((error) => error instanceof RtcError && error.code === 'bad-description')).to.equal(true);
    expect(caller.peer.connection?.connectionState).to.equal('connected');
  });

  it('refuses a garbage renegotiation and stays connected', async () => {
    const { caller, callee } = pair();
    await connect({ caller, callee });
    await connected(caller, callee);
    expect(await codeOf(caller.peer.acceptDescription({ type: 'offer', sdp: 'garbage' }))).to.equal('bad-description');
    expect(await codeOf(caller.peer.acceptDescription({ type: 'answer', sdp: callee.peer.connection!.localDescription!.sdp }))).to.equal('bad-description');
    caller.peer.restartIce();
    await until(() => callee.descriptions.length === 1);
    await until(() => caller.peer.connection?.signalingState === 'stable');
  });

  it('refuses to commit what was not prepared', async () => {
    expect(await codeOf(watch().peer.commitAnswer())).to.equal('unavailable');
  });
});

describe('the control channel', () => {
  afterEach(closeAll);

  it('opens on both sides, carries messages in order and sends nothing before', async () => {
    const { caller, callee } = pair();
    const off: ControlMessage = { t: 'media', audio: true, video: false, screen: false };
    caller.peer.sendControl({ ...off, screen: true });
    await connect({ caller, callee });
    await until(() => caller.opened === 1 && callee.opened === 1);
    caller.peer.sendControl(off);
    callee.peer.sendControl({ t: 'bye', reason: 'unload' });
    caller.peer.sendControl({ ...off, video: true });
    await until(() => callee.control.length === 2 && caller.control.length === 1);
    expect(callee.control).to.deep.equal([off, { ...off, video: true }]);
    expect(caller.control).to.deep.equal([{ t: 'bye', reason: 'unload' }]);
  });

  it('delivers the goodbye of a side that closes in the same breath', async () => {
    const { caller, callee } = pair();
    await connect({ caller, callee });
    await until(() => caller.opened === 1 && callee.opened === 1);
    caller.peer.sendControl({ t: 'bye', reason: 'hangup' });
    caller.peer.close();
    await until(() => callee.control.length === 1);
    expect(callee.control).to.deep.equal([{ t: 'bye', reason: 'hangup' }]);
  });
});

describe('closing a connection', () => {
  afterEach(closeAll);

  it('leaves no handler, no remote track and no connection behind, stops no track of others, and is safe to repeat', async () => {
    const { caller, callee } = pair();
    const track = document.createElement('canvas').captureStream().getVideoTracks()[0]!;
    void caller.peer.setTrack('video', track);
    await connect({ caller, callee });
    await connected(caller, callee);
    const connection = caller.peer.connection!;
    caller.peer.close();
    caller.peer.close();
    const { onicecandidate, onconnectionstatechange, ontrack, onnegotiationneeded } = connection;
    expect([onicecandidate, onconnectionstatechange, ontrack, onnegotiationneeded]).to.deep.equal([null, null, null, null]);
    expect(connection.signalingState).to.equal('closed');
    expect(caller.peer.connection).to.equal(null);
    expect(caller.peer.remoteStream.getTracks()).to.deep.equal([]);
    expect(track.readyState).to.equal('live');
    track.stop();
  });

  it('tells nobody anything afterwards, and later calls are refused or harmless', async () => {
    const { caller, callee } = pair();
    await connect({ caller, callee });
    await connected(caller, callee);
    caller.peer.close();
    const told = [caller.states.length, caller.candidates.length, caller.descriptions.length];
    caller.peer.addCandidates([{ candidate: '' }]);
    caller.peer.restartIce([]);
    await caller.peer.setTrack('audio', null);
    await caller.peer.acceptDescription({ type: 'offer', sdp: 'v=0' });
    caller.peer.sendControl({ t: 'bye', reason: 'hangup' });
    expect(await codeOf(caller.peer.offer())).to.equal('unavailable');
    expect([caller.states.length, caller.candidates.length, caller.descriptions.length]).to.deep.equal(told);
    expect(caller.failures).to.deep.equal([]);
    expect(caller.peer.connection).to.equal(null);
  });

  it('rejects a set-up step that was under way with unavailable', async () => {
    const { peer } = watch();
    const offering = codeOf(peer.offer());
    peer.close();
    expect(await offering).to.equal('unavailable');
  });
});

describe('a page that has used up its connections', () => {
  const Native = window.RTCPeerConnection;
  let refusals = 0;
  let made = 0;

  beforeEach(() => {
    made = 0;
    window.RTCPeerConnection = new Proxy(Native, {
      construct(target, [configuration]: [RTCConfiguration]) {
        made++;
        if (refusals-- > 0) throw new DOMException('Cannot create so many PeerConnections', 'UnknownError');
        return new target(configuration);
      },
    });
  });
  afterEach(() => {
    window.RTCPeerConnection = Native;
    closeAll();
  });

  it('is not this one after 520 connections that were closed (Chromium allows 500 at a time)', async () => {
    refusals = 0;
    for (let n = 0; n < 520; n++) {
      const { peer } = watch();
      await peer.offer();
      closeAll();
    }
  });

  it('makes room and tries again', async () => {
    refusals = 1;
    expect(await watch().peer.offer()).to.include('m=video');
    expect(made).to.equal(2);
  });

  it('says too-many-connections when that did not help', async () => {
    refusals = Infinity;
    expect(await codeOf(watch().peer.offer())).to.equal('too-many-connections');
    expect(made).to.equal(11);
  });

  it('does not connect when it was closed while making room', async () => {
    refusals = 1;
    const { peer } = watch();
    const offering = codeOf(peer.offer());
    await until(() => made === 1);
    peer.close();
    expect(await offering).to.equal('unavailable');
    expect(peer.connection).to.equal(null);
  });
});
