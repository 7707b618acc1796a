import { expect } from '@open-wc/testing';
import { isUsableDescription } from '../../../src/media/description-check.js';

// What this very browser writes must pass, whatever it is asked for, and each tampering with it must not.

const connections: RTCPeerConnection[] = [];
afterEach(() => {
  for (const connection of connections.splice(0)) connection.close();
});

function connection(configuration?: RTCConfiguration): RTCPeerConnection {
  const made = new RTCPeerConnection(configuration);
  connections.push(made);
  return made;
}

/** Offer and answer, and then those of an ICE restart, with the candidates in them. */
async function descriptions(prepare: (caller: RTCPeerConnection, callee: RTCPeerConnection) => void, configuration?: RTCConfiguration): Promise<string[]> {
  const [caller, callee] = [connection(configuration), connection(configuration)];
  prepare(caller, callee);
  const gathered = (one: RTCPeerConnection): Promise<string> => new Promise((resolve) => {
    const look = (): void => {
      if (one.iceGatheringState === 'complete') resolve(one.localDescription?.sdp ?? '');
    };
    one.addEventListener('icegatheringstatechange', look);
    look();
  });
  const found: string[] = [];
  for (const iceRestart of [false, true]) {
    const offer = await caller.createOffer({ iceRestart });
    await caller.setLocalDescription(offer);
    await callee.setRemoteDescription(offer);
    const answer = await callee.createAnswer();
    await callee.setLocalDescription(answer);
    await caller.setRemoteDescription(answer);
    found.push(offer.sdp ?? '', answer.sdp ?? '', await gathered(caller), await gathered(callee));
  }
  return found;
}

const asOurs = (caller: RTCPeerConnection): void => {
  caller.addTransceiver('audio');
  caller.addTransceiver('video');
  caller.createDataChannel('x', { negotiated: true, id: 0 });
};

describe('descriptions of this browser', () => {
  for (const [what, prepare, configuration] of [
    ['as this package asks for them', asOurs, { bundlePolicy: 'max-bundle' }],
    ['unbundled where the browser can', asOurs, { bundlePolicy: 'max-compat' }],
    ['of sound alone', (caller) => void caller.addTransceiver('audio'), undefined],
    ['of data alone', (caller) => void caller.createDataChannel('x'), undefined],
    ['with a section that is refused', (caller, callee) => {
      asOurs(caller);
      callee.addEventListener('track', ({ transceiver }) => transceiver.receiver.track.kind === 'video' && transceiver.stop());
    }, undefined],
    ['with simulcast', (caller) => void caller.addTransceiver('video', { sendEncodings: [{ rid: 'a' }, { rid: 'b', scaleResolutionDownBy: 2 }] }), undefined],
    ['of one direction each', (caller) => {
      caller.addTransceiver('audio', { direction: 'sendonly' });
      caller.addTransceiver('video', { direction: 'recvonly' });
      caller.addTransceiver('video', { direction: 'inactive' });
    }, undefined],
    ['with eight sections', (caller) => {
      for (let count = 0; count < 7; count += 1) caller.addTransceiver(count % 2 ? 'audio' : 'video');
      caller.createDataChannel('x');
    }, undefined],
  ] as [string, (caller: RTCPeerConnection, callee: RTCPeerConnection) => void, RTCConfiguration | undefined][]) {
    it(`pass: ${what}`, async () => {
      for (const sdp of await descriptions(prepare, configuration)) expect(isUsableDescription(sdp), sdp).to.equal(true);
    });
  }

  it('fail after any tampering', async () => {
    const found = await descriptions(asOurs);
    const other = 'sha-256 ' + Array(32).fill('00').join(':');
    const first = (sdp: string, pattern: RegExp, text: string): string => sdp.replace(pattern, text);
    const tamperings: Record<string, (sdp: string) => string> = {
      'a text section more': (sdp) => `${sdp}m=text 9 UDP/TLS/RTP/SAVPF 98\r\n`,
      'a section of something else': (sdp) => first(sdp, /^m=video/m, 'm=image'),
      'sound in the open': (sdp) => first(sdp, /^m=audio (\d+) UDP\/TLS\/RTP\/SAVPF/m, 'm=audio $1 RTP/AVPF'),
      'sound with keys in the description': (sdp) => first(sdp, /^m=audio (\d+) UDP\/TLS\/RTP\/SAVPF/m, 'm=audio $1 RTP/SAVPF'),
      'data without DTLS': (sdp) => first(sdp, /UDP\/DTLS\/SCTP/, 'UDP/SCTP'),
      'keys in the open': (sdp) => `${sdp}a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz\r\n`,
      'a second fingerprint': (sdp) => `${sdp}a=fingerprint:${other}\r\n`,
      'a second fingerprint before the first': (sdp) => first(sdp, /^t=/m, `a=fingerprint:${other}\r\nt=`),
      'no fingerprint': (sdp) => sdp.replace(/^a=fingerprint:.*\r\n/gm, ''),
      'a weak fingerprint': (sdp) => sdp.replace(/^a=fingerprint:.*$/gm, `a=fingerprint:sha-1 ${Array(20).fill('AB').join(':')}`),
      'half a fingerprint': (sdp) => sdp.replace(/^(a=fingerprint:sha-256 .{20}).*$/gm, '$1'),
      'nine sections': (sdp) => sdp + 'm=video 9 UDP/TLS/RTP/SAVPF 96\r\n'.repeat(6),
      'more than 32 KiB': (sdp) => `${sdp}a=x:${'y'.repeat(32 * 1024)}\r\n`,
      'something before it': (sdp) => `\r\n${sdp}`,
    };
    for (const sdp of found) {
      for (const [what, tamper] of Object.entries(tamperings)) {
        const tampered = tamper(sdp);
        expect(tampered, what).not.to.equal(sdp);
        expect(isUsableDescription(tampered), `${what}\n${tampered}`).to.equal(false);
      }
      expect(isUsableDescription(`${sdp}a=of-the-next-browser:1\r\n`)).to.equal(true);
    }
  });
});
