import { expect } from '@open-wc/testing';
import { openCanvasMedia, openMicrophone, type CanvasMedia } from './canvas-media.js';
import { closeAll, connect, connected, frames, inbound, mediaSections, pair, until, watch } from './two-peers.js';

describe('setting up a connection', () => {
  const opened: CanvasMedia[] = [];
  const media = (): CanvasMedia => {
    const one = openCanvasMedia();
    opened.push(one);
    return one;
  };
  const devices: MediaStreamTrack[] = [];
  const microphone = async (): Promise<MediaStreamTrack> => {
    const track = await openMicrophone();
    devices.push(track);
    return track;
  };
  afterEach(() => {
    closeAll();
    for (const track of devices.splice(0)) track.stop();
    for (const one of opened.splice(0)) one.stop();
  });

  it('moves pictures and sound both ways', async () => {
    const { caller, callee } = pair();
    for (const { peer } of [caller, callee]) {
      void peer.setTrack('audio', await microphone());
      void peer.setTrack('video', media().video);
    }
    await connect({ caller, callee });
    await connected(caller, callee);
    for (const { peer } of [caller, callee]) {
      expect(peer.remoteStream.getTracks().map(({ kind }) => kind).sort()).to.deep.equal(['audio', 'video']);
      await frames(peer.remoteStream, 5);
      await until(async () => (await inbound(peer, 'audio', 'packetsReceived')) > 10);
    }
    expect(caller.failures.concat(callee.failures)).to.deep.equal([]);
    expect(caller.states.at(-1)).to.equal('connected');
    expect(caller.streams[0]).to.equal(caller.peer.remoteStream);
  });

  it('lets the callee gather nothing and say nothing before it accepts', async () => {
    const { caller, callee } = pair();
    const { audio, video } = media();
    void callee.peer.setTrack('audio', audio);
    void callee.peer.setTrack('video', video);
    await callee.peer.prepareAnswer(await caller.peer.offer());
    await until(() => caller.candidates.flat().some(({ candidate }) => candidate === ''));
    const connection = callee.peer.connection!;
    expect(callee.candidates).to.deep.equal([]);
    expect(callee.streams).to.deep.equal([]);
    expect(connection.signalingState).to.equal('have-remote-offer');
    expect(connection.localDescription).to.equal(null);
    expect(connection.iceGatheringState).to.equal('new');
    expect(connection.iceConnectionState).to.equal('new');
    let pairs = 0;
    (await connection.getStats()).forEach(({ type }: { type: string }) => (pairs += type === 'candidate-pair' || type === 'local-candidate' ? 1 : 0));
    expect(pairs).to.equal(0);
  });

  it('sends the prepared answer and applies the same one', async () => {
    const { caller, callee } = pair();
    const answer = await callee.peer.prepareAnswer(await caller.peer.offer());
    await Promise.all([callee.peer.commitAnswer(), caller.peer.acceptAnswer(answer)]);
    const ufrag = (sdp: string | undefined): string | undefined => /^a=ice-ufrag:(.*)$/m.exec(sdp ?? '')?.[1]?.trim();
    expect(ufrag(callee.peer.connection?.localDescription?.sdp)).to.equal(ufrag(answer));
    expect(answer).to.include('a=setup:active');
    expect(mediaSections(answer)).to.equal(3);
    await connected(caller, callee);
  });

  it('groups sound and picture under one stream id on both sides, for lip sync', async () => {
    const { caller, callee } = pair();
    const offer = await caller.peer.offer();
    const answer = await callee.peer.prepareAnswer(offer);
    for (const sdp of [offer, answer]) {
      const ids = [...sdp.matchAll(/^a=msid:(\S+)/gm)].map(([, id]) => id);
      expect(ids).to.have.length(2);
      expect(ids[0]).to.equal(ids[1]).and.not.equal('-');
    }
  });

  it('upgrades from receive-only by replacing tracks, with no renegotiation', async () => {
    const { caller, callee } = pair();
    await connect({ caller, callee });
    await connected(caller, callee);
    for (const { peer } of [caller, callee]) {
      await Promise.all([peer.setTrack('audio', await microphone()), peer.setTrack('video', media().video)]);
    }
    for (const { peer } of [caller, callee]) {
      await frames(peer.remoteStream, 3);
      await until(async () => (await inbound(peer, 'audio', 'packetsReceived')) > 5);
      expect(mediaSections(peer.connection?.localDescription?.sdp)).to.equal(3);
      expect(peer.connection?.getTransceivers().map(({ currentDirection }) => currentDirection)).to.deep.equal(['sendrecv', 'sendrecv']);
    }
    expect(caller.descriptions.concat(callee.descriptions)).to.deep.equal([]);
  });

  it('stops sending when the track is set to null', async () => {
    const { caller, callee } = pair();
    void caller.peer.setTrack('video', media().video);
    await connect({ caller, callee });
    await frames(callee.peer.remoteStream, 2);
    await caller.peer.setTrack('video', null);
    expect(caller.peer.connection?.getSenders().map(({ track }) => track)).to.deep.equal([null, null]);
    expect(caller.descriptions).to.deep.equal([]);
  });

  it('sends the track that was set last, whether before, while or after the answer is prepared', async () => {
    const { caller, callee } = pair();
    const [first, second, third] = [media(), media(), media()];
    void callee.peer.setTrack('video', first.video);
    const preparing = callee.peer.prepareAnswer(await caller.peer.offer());
    void callee.peer.setTrack('video', second.video);
    const answer = await preparing;
    void callee.peer.setTrack('video', third.video);
    void callee.peer.setTrack('audio', third.audio);
    await Promise.all([callee.peer.commitAnswer(), caller.peer.acceptAnswer(answer)]);
    await until(() => callee.peer.connection?.getSenders()[1]?.track === third.video);
    await frames(caller.peer.remoteStream, 2);
    expect(callee.peer.connection?.getSenders()[0]?.track).to.equal(third.audio);
  });

  it('connects when candidates come before the description they belong to', async () => {
    const caller = watch();
    const callee = watch();
    caller.other = callee;
    const offer = await caller.peer.offer();
    await until(() => caller.candidates.flat().some(({ candidate }) => candidate === ''));
    const answer = await callee.peer.prepareAnswer(offer);
    await callee.peer.commitAnswer();
    await until(() => callee.candidates.flat().some(({ candidate }) => candidate === ''));
    callee.candidates.forEach((batch) => caller.peer.addCandidates(batch));
    await caller.peer.acceptAnswer(answer);
    await connected(caller, callee);
    expect(caller.failures.concat(callee.failures)).to.deep.equal([]);
  });

  it('sends candidates in few batches, none before the description is handed out, and the end of candidates last', async () => {
    const caller = watch();
    let handedOut = false;
    const offering = caller.peer.offer().then(() => {
      expect(caller.candidates).to.deep.equal([]);
      handedOut = true;
    });
    await until(() => caller.candidates.length > 0);
    expect(handedOut).to.equal(true);
    await offering;
    await until(() => caller.candidates.flat().some(({ candidate }) => candidate === ''));
    const all = caller.candidates.flat();
    expect(all.length).to.be.greaterThan(1);
    expect(all.map(({ candidate }) => candidate).indexOf('')).to.equal(all.length - 1);
    expect(caller.candidates.length).to.be.at.most(4);
  });

  it('serves 30 rings that were not accepted with one connection, and then the one that is', async function () {
    this.timeout(60000);
    const callee = watch();
    for (let ring = 0; ring < 30; ring++) {
      const caller = watch();
      caller.other = callee;
      void callee.peer.setTrack('video', media().video);
      const answer = await callee.peer.prepareAnswer(await caller.peer.offer());
      expect(mediaSections(answer)).to.equal(3);
      await callee.peer.rollback();
      expect(callee.peer.connection?.signalingState).to.equal('stable');
      expect(callee.peer.connection?.getTransceivers()).to.deep.equal([]);
      expect(callee.peer.remoteStream.getTracks()).to.deep.equal([]);
      caller.other = null;
      caller.peer.close();
      opened.pop()?.stop();
    }
    const connection = callee.peer.connection;
    const caller = watch();
    caller.other = callee;
    callee.other = caller;
    for (const { peer } of [caller, callee]) {
      const { audio, video } = media();
      void peer.setTrack('video', video);
      void peer.setTrack('audio', audio);
    }
    await connect({ caller, callee });
    await connected(caller, callee);
    await Promise.all([frames(caller.peer.remoteStream, 3), frames(callee.peer.remoteStream, 3)]);
    expect(callee.peer.connection).to.equal(connection);
    expect(mediaSections(connection?.localDescription?.sdp)).to.equal(3);
    await until(() => callee.opened === 1 && caller.opened === 1);
    expect(callee.failures).to.deep.equal([]);
    expect(callee.descriptions).to.deep.equal([]);
  });

  it('rolls back even while the answer is still being prepared', async () => {
    const first = watch();
    const callee = watch();
    const preparing = callee.peer.prepareAnswer(await first.peer.offer());
    await callee.peer.rollback();
    await preparing;
    expect(callee.peer.connection?.signalingState).to.equal('stable');
    const caller = watch();
    caller.other = callee;
    callee.other = caller;
    await connect({ caller, callee });
    await connected(caller, callee);
  });

  it('shows a large picture small at first, so that it comes sooner, and then in full', async () => {
    const { caller, callee } = pair();
    const camera = (await navigator.mediaDevices.getUserMedia({ video: { width: 1280, height: 720 } })).getVideoTracks()[0]!;
    devices.push(camera);
    void caller.peer.setTrack('video', camera);
    await connect({ caller, callee });
    const video = document.createElement('video');
    video.muted = true;
    video.srcObject = callee.peer.remoteStream;
    document.body.append(video);
    await video.play();
    const frameWidth = (): Promise<number> => new Promise((resolve) => video.requestVideoFrameCallback((_, { width }) => resolve(width)));
    const first = await frameWidth();
    let width = first;
    while (width === first) width = await frameWidth();
    expect(width).to.equal(2 * first);
    expect(caller.peer.connection?.getSenders()[1]?.getParameters().encodings[0]?.scaleResolutionDownBy ?? 1).to.equal(1);
    video.srcObject = null;
    video.remove();
  });
});
