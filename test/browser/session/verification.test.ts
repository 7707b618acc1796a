import { expect } from '@open-wc/testing';
import { createCertificate } from '../../../src/media/peer.js';
import { fingerprintIn, readFingerprints } from '../../../src/media/verification-fingerprints.js';
import type { RtcError } from '../../../src/base/rtc-error.js';
import { randomId } from '../../../src/base/random-id.js';
import { openCanvasMedia, type CanvasMedia } from '../media/canvas-media.js';
import { frames, inbound, until } from '../media/two-peers.js';
import { closePeers, emojiOf, end, link, side, stateOf, type End, type Person, type Side } from './verified-sides.js';

// Real connections, real certificates, the browser's own storage.

const DAY_MS = 24 * 60 * 60 * 1000;
let server = '';
let media: CanvasMedia | null = null;
beforeEach(() => {
  server = `https://${randomId()}.example/`;
});
afterEach(() => {
  closePeers();
  media?.stop();
  media = null;
});

const isOpen = (...ends: End[]) => until(() => ends.every((each) => each.isOpen));

interface Called {
  readonly ana: Side;
  readonly ben: Side;
  readonly anasEnd: End;
  readonly bensEnd: End;
}

/** Ana calls Ben, and both sides have verified their connection as far as it goes. */
async function called(certificates: readonly [RTCCertificate?, RTCCertificate?] = [], ben: Person = { nickname: 'Ben' }): Promise<Called> {
  const callId = randomId();
  const [anasEnd, bensEnd] = [end(certificates[0]), end(certificates[1])];
  const [ana, bens] = [side(server, callId, 'outgoing', ben), side(server, callId, 'incoming', { nickname: 'Ana' })];
  ana.use(anasEnd);
  bens.use(bensEnd);
  await link(anasEnd, bensEnd);
  await isOpen(anasEnd, bensEnd);
  ana.watch();
  bens.watch();
  await until(() => emojiOf(ana) !== '' && emojiOf(bens) !== '');
  return { ana, ben: bens, anasEnd, bensEnd };
}
/** The same call goes over another connection. */
async function renew({ ana, ben }: Called, certificates: readonly [RTCCertificate?, RTCCertificate?]): Promise<void> {
  closePeers();
  const [anasEnd, bensEnd] = [end(certificates[0]), end(certificates[1])];
  const before = ana.told.length;
  ana.use(anasEnd);
  ben.use(bensEnd);
  await link(anasEnd, bensEnd);
  await until(() => ana.told.length > before && emojiOf(ana) !== '' && emojiOf(ana) === emojiOf(ben));
}
const certificate = () => createCertificate(DAY_MS);

describe('a verified call', () => {
  it('reads both certificates as DTLS uses them, each side’s the other’s', async () => {
    const [anas, bens] = [await certificate(), await certificate()];
    const { anasEnd, bensEnd } = await called([anas, bens]);
    const [left, right] = [await readFingerprints(anasEnd.peer.connection!), await readFingerprints(bensEnd.peer.connection!)];
    expect(left).to.deep.equal({ own: right!.theirs, theirs: right!.own });
    expect([left!.own, left!.theirs]).to.deep.equal([anas, bens].map((each) => each.getFingerprints().find(({ algorithm }) => algorithm === 'sha-256')!.value!.toUpperCase()));
    // A browser that does not show the certificate has compared it with the description.
    Object.defineProperty(anasEnd.peer.connection!.sctp!.transport, 'getRemoteCertificates', { value: undefined });
    expect(await readFingerprints(anasEnd.peer.connection!)).to.deep.equal(left);
  });

  it('waits for the answer to be applied, before which the channel may be open already', async () => {
    const [caller, callee] = [end(), end()];
    caller.other = callee;
    callee.other = caller;
    const offer = await caller.peer.offer();
    const reading = readFingerprints(caller.peer.connection!);
    const answer = await callee.peer.prepareAnswer(offer);
    await Promise.all([callee.peer.commitAnswer(), caller.peer.acceptAnswer(answer)]);
    expect(await reading).to.deep.equal({ own: fingerprintIn(offer), theirs: fingerprintIn(answer) });
  });

  it('shows both the same seven emoji with their names, and says so once', async () => {
    const { ana, ben } = await called();
    expect(emojiOf(ana)).to.equal(emojiOf(ben));
    for (const { store, told } of [ana, ben]) {
      expect(store.snapshot.verification.emoji).to.have.length(7);
      expect(store.snapshot.verification.words).to.have.length(7);
      expect(told).to.deep.equal([store.snapshot.verification]);
      expect(told[0]!.state).to.equal('unverified');
    }
  });

  it('is verified by a word of the person, and in later calls without one', async () => {
    const certificates = [await certificate(), await certificate()] as const;
    const { ana, ben } = await called(certificates);
    await ana.verifier()!.confirm(true);
    expect([stateOf(ana), stateOf(ben)]).to.deep.equal(['verified', 'unverified']);
    expect(ana.told.map(({ state }) => state)).to.deep.equal(['unverified', 'verified']);
    ana.hangUp();
    closePeers();
    const again = await called(certificates);
    expect([stateOf(again.ana), stateOf(again.ben)]).to.deep.equal(['verified', 'unverified']);
    await again.ana.verifier()!.confirm(false);
    expect(stateOf(again.ana)).to.equal('unverified');
    closePeers();
    expect(stateOf((await called(certificates)).ana)).to.equal('unverified');
  });

  it('is not verified for another name from the same browser, where nobody vouches for names', async () => {
    const certificates = [await certificate(), await certificate()] as const;
    await (await called(certificates)).ana.verifier()!.confirm(true);
    closePeers();
    expect(stateOf((await called(certificates, { nickname: 'Eva' })).ana)).to.equal('unverified');
    closePeers();
    // … and another browser under the name is no alarm: anybody may take it.
    expect(stateOf((await called([certificates[0], await certificate()])).ana)).to.equal('unverified');
  });

  it('warns of another identity of somebody whom the server knows and this person had verified, whatever they are called now', async () => {
    const [anas, bens] = [await certificate(), await certificate()];
    await (await called([anas, bens], { nickname: 'Ben', userId: 'u-ben' })).ana.verifier()!.confirm(true);
    closePeers();
    expect(stateOf((await called([anas, bens], { nickname: 'Benjamin', userId: 'u-ben' })).ana)).to.equal('verified');
    closePeers();
    const phone = await certificate();
    const changed = await called([anas, phone], { nickname: 'Ben', userId: 'u-ben' });
    // At once, before there is anything to compare; and still when there is.
    expect(changed.ana.told[0]).to.deep.equal({ emoji: [], words: [], state: 'changed' });
    expect(stateOf(changed.ana)).to.equal('changed');
    await changed.ana.verifier()!.confirm(true);
    expect(stateOf(changed.ana)).to.equal('verified');
    // Both of their devices from now on.
    for (const each of [bens, phone]) {
      closePeers();
      expect(stateOf((await called([anas, each], { nickname: 'Ben', userId: 'u-ben' })).ana)).to.equal('verified');
    }
    closePeers();
    expect(stateOf((await called([anas, bens], { nickname: 'Ben', userId: 'u-other' })).ana)).to.equal('unverified');
  });

  it('is verified anew on a renewed connection: the same identity stays verified, with other emoji', async () => {
    const certificates = [await certificate(), await certificate()] as const;
    const both = await called(certificates);
    await both.ana.verifier()!.confirm(true);
    const before = emojiOf(both.ana);
    await renew(both, certificates);
    expect([stateOf(both.ana), stateOf(both.ben)]).to.deep.equal(['verified', 'unverified']);
    expect(emojiOf(both.ana)).to.not.equal(before);
  });

  it('warns of another identity in the same call, in an open room too', async () => {
    const certificates = [await certificate(), await certificate()] as const;
    const both = await called(certificates);
    await both.ana.verifier()!.confirm(true);
    await renew(both, [certificates[0], await certificate()]);
    expect([stateOf(both.ana), stateOf(both.ben)]).to.deep.equal(['changed', 'unverified']);
  });

  it('hears nothing any more when it is over', async () => {
    const { ana, anasEnd } = await called();
    ana.hangUp();
    expect(ana.verifier()).to.equal(null);
    const told = ana.told.length;
    anasEnd.onControl({ t: 'sas', step: 'commit', value: 'a'.repeat(64) });
    expect(ana.told).to.have.length(told);
  });
});

describe('who sits in between', () => {
  /** Two connections, each complete; pictures pass through. */
  async function between(relays: boolean): Promise<Called> {
    const callId = randomId();
    const [anasEnd, toAna, toBen, bensEnd] = [end(), end(), end(), end()];
    const [ana, ben] = [side(server, callId, 'outgoing', { nickname: 'Ben' }), side(server, callId, 'incoming', { nickname: 'Ana' })];
    ana.use(anasEnd);
    ben.use(bensEnd);
    media = openCanvasMedia();
    void bensEnd.peer.setTrack('video', media.video);
    toBen.onStream = (stream) => void toAna.peer.setTrack('video', stream.getVideoTracks()[0] ?? null);
    const mallory = [side(server, callId, 'incoming', { nickname: 'Ana' }), side(server, callId, 'outgoing', { nickname: 'Ben' })] as const;
    if (relays) {
      toAna.onControl = (message) => toBen.peer.sendControl(message);
      toBen.onControl = (message) => toAna.peer.sendControl(message);
    } else {
      mallory[0].use(toAna);
      mallory[1].use(toBen);
    }
    await link(anasEnd, toAna);
    await link(toBen, bensEnd);
    await isOpen(anasEnd, toAna, toBen, bensEnd);
    for (const each of [ana, ben, ...(relays ? [] : mallory)]) each.watch();
    await until(() => emojiOf(ana) !== '');
    return { ana, ben, anasEnd, bensEnd };
  }

  it('who passes every word on is seen: one reads other emoji, the other none', async () => {
    for (let round = 0; round < 3; round++) {
      const { ana, ben, anasEnd } = await between(true);
      await frames(anasEnd.peer.remoteStream, 2);
      expect([stateOf(ana), stateOf(ben)]).to.deep.equal(['unverified', 'unavailable']);
      expect(emojiOf(ben)).to.equal('');
      closePeers();
      media?.stop();
      media = null;
    }
  }).timeout(60_000);

  it('who plays both parts is seen: the two read different emoji', async () => {
    for (let round = 0; round < 3; round++) {
      const { ana, ben, anasEnd } = await between(false);
      await frames(anasEnd.peer.remoteStream, 2);
      await until(() => emojiOf(ben) !== '');
      expect(emojiOf(ana)).to.not.equal(emojiOf(ben));
      closePeers();
      media?.stop();
      media = null;
    }
  }).timeout(60_000);

  for (const spoilt of ['offer', 'answer'] as const) {
    it(`who writes another fingerprint into the ${spoilt} gets no connection, and nobody sees a frame`, async () => {
      media = openCanvasMedia();
      const [caller, callee] = [end(), end()];
      for (const { peer } of [caller, callee]) void peer.setTrack('video', media.video);
      const forge = (sdp: string): string => sdp.replace(/(a=fingerprint:sha-256 )(..)/g, (_, line: string, byte: string) => line + (byte === '00' ? '01' : '00'));
      await link(caller, callee, (sdp, of) => (of === spoilt ? forge(sdp) : sdp));
      const cheated = spoilt === 'offer' ? callee : caller;
      await until(() => cheated.states.includes('failed'));
      expect(cheated.states).to.not.include('connected');
      for (const { peer } of [caller, callee]) expect(await inbound(peer, 'video', 'framesDecoded')).to.equal(0);
    }).timeout(40_000);
  }
});

describe('the other side does not take part as agreed', () => {
  const say = (step: 'commit' | 'nonce' | 'reveal', length = 43) => ({ t: 'sas', step, value: 'a'.repeat(length) } as const);

  const confirmed = (ana: Side) => ana.verifier()!.confirm(true).then(() => null, (error: RtcError) => error.code);

  /** Ana's side against an end that says what the test wants. */
  async function against(direction: 'incoming' | 'outgoing', person: Person = { nickname: 'Ben' }, other?: RTCCertificate) {
    const ana = side(server, randomId(), direction, person);
    const [anasEnd, theirs] = [end(), end(other)];
    ana.use(anasEnd);
    const heard: string[] = [];
    theirs.onControl = (message) => void (message.t === 'sas' && heard.push(message.step));
    await (direction === 'outgoing' ? link(anasEnd, theirs) : link(theirs, anasEnd));
    await isOpen(anasEnd, theirs);
    return { ana, theirs, heard };
  }

  it('says nothing: there is nothing to compare, nor to confirm', async () => {
    const { ana, heard } = await against('outgoing');
    ana.watch();
    await until(() => heard.includes('commit'));
    expect([stateOf(ana), ana.told.length]).to.deep.equal(['unavailable', 0]);
    expect(await confirmed(ana)).to.equal('unavailable');
  });

  it('says too much before anybody listens: nothing to compare', async () => {
    const { ana, theirs, heard } = await against('incoming');
    for (let each = 0; each < 50; each++) theirs.peer.sendControl(say('commit', 64));
    ana.watch();
    await until(() => heard.includes('nonce'));
    theirs.peer.sendControl(say('reveal'));
    await until(() => ana.heard.length === 51);
    expect(await confirmed(ana)).to.equal('unavailable');
    expect([stateOf(ana), ana.told.length]).to.deep.equal(['unavailable', 0]);
  });

  it('goes on after the end: what there was to compare is taken back', async () => {
    const { ana, bensEnd } = await called();
    bensEnd.peer.sendControl(say('nonce'));
    await until(() => stateOf(ana) === 'unavailable');
    expect(ana.told.map(({ state, emoji }) => `${state} ${emoji.length}`)).to.deep.equal(['unverified 7', 'unavailable 0']);
    for (let each = 0; each < 20; each++) bensEnd.peer.sendControl(say('commit', 64));
    await until(() => ana.heard.length === 22);
    expect(stateOf(ana)).to.equal('unavailable');
  });

  it('cannot silence the alarm by saying nothing', async () => {
    const ben = { nickname: 'Ben', userId: 'u-ben' };
    await (await called([], ben)).ana.verifier()!.confirm(true);
    closePeers();
    const { ana } = await against('outgoing', ben);
    ana.watch();
    await until(() => stateOf(ana) === 'changed');
    expect(emojiOf(ana)).to.equal('');
  });
});
