import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isUsableDescription } from '../../../src/media/description-check.js';

const SHA256 = Array(32).fill('AB').join(':');
const lines = (...more: string[]): string =>
  ['v=0', 'o=- 1 2 IN IP4 127.0.0.1', 's=-', 't=0 0', 'm=audio 9 UDP/TLS/RTP/SAVPF 111', `a=fingerprint:sha-256 ${SHA256}`, ...more, ''].join('\r\n');

describe('a remote description', () => {
  it('is usable with audio, video and data under one SHA-256 fingerprint', () => {
    assert.equal(isUsableDescription(lines('m=video 9 UDP/TLS/RTP/SAVPF 96', 'm=application 9 UDP/DTLS/SCTP webrtc-datachannel')), true);
    assert.equal(isUsableDescription(lines().replaceAll('\r\n', '\n')), true);
    assert.equal(isUsableDescription(lines('m=application 0 TCP/DTLS/SCTP webrtc-datachannel')), true);
    assert.equal(isUsableDescription(lines().replace(/sha-256 .*/, `SHA-512 ${Array(64).fill('0f').join(':')}`)), true);
  });

  it('is refused when it is no SDP, empty or has no media section', () => {
    const fingerprint = `a=fingerprint:sha-256 ${SHA256}`;
    for (const sdp of ['', 'garbage', '{"type":"offer"}', `\nv=0\nm=audio 9 x 1\n${fingerprint}`, `v=0\r\n${fingerprint}\r\n`]) {
      assert.equal(isUsableDescription(sdp), false, sdp);
    }
  });

  it('is refused above 32 KiB', () => {
    const short = lines();
    const padding = `a=x:${'y'.repeat(32 * 1024 - short.length - 6)}`;
    assert.equal(isUsableDescription(lines(padding)), true);
    assert.equal(isUsableDescription(lines(`${padding}y`)), false);
  });

  it('is refused with a section of anything else, or more than 8', () => {
    assert.equal(isUsableDescription(lines('m=text 9 RTP/AVP 98')), false);
    assert.equal(isUsableDescription(lines('m=image 0 UDPTL t38')), false);
    assert.equal(isUsableDescription(lines('M=text 9 RTP/AVP 98')), false);
    assert.equal(isUsableDescription(lines(...Array(7).fill('m=video 9 UDP/TLS/RTP/SAVPF 96'))), true);
    assert.equal(isUsableDescription(lines(...Array(8).fill('m=video 9 UDP/TLS/RTP/SAVPF 96'))), false);
  });

  it('is refused without a fingerprint, with a weak or malformed one anywhere, or with SDES keys', () => {
    const bare = lines().replace(/a=fingerprint.*\r\n/, '');
    assert.equal(isUsableDescription(bare), false);
    assert.equal(isUsableDescription(`${bare}a=fingerprint:sha-1 ${Array(20).fill('AB').join(':')}\r\n`), false);
    assert.equal(isUsableDescription(lines(`a=fingerprint:md5 ${SHA256}`)), false);
    assert.equal(isUsableDescription(lines('a=fingerprint:sha-256 AB:CD')), false);
    assert.equal(isUsableDescription(lines('a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x')), false);
  });

  it('is refused over any transport but DTLS', () => {
    for (const profile of ['RTP/AVP', 'RTP/AVPF', 'RTP/SAVP', 'RTP/SAVPF', 'UDP/TLS/RTP/SAVP', 'UDP/TLS/RTP/SAVPFX', 'TCP/TLS/RTP/SAVPF', 'UDP/DTLS/SCTP', '']) {
      assert.equal(isUsableDescription(lines(`m=video 9 ${profile} 96`)), false, profile);
    }
    for (const profile of ['UDP/TLS/RTP/SAVPF', 'UDP/SCTP', 'TCP/TLS/SCTP', 'DTLS/SCTPX']) {
      assert.equal(isUsableDescription(lines(`m=application 9 ${profile} webrtc-datachannel`)), false, profile);
    }
  });

  it('is refused with two fingerprints that differ, and not with one that is said again', () => {
    assert.equal(isUsableDescription(lines(`a=fingerprint:sha-256 ${SHA256}`)), true);
    assert.equal(isUsableDescription(lines(`a=fingerprint:SHA-256 ${SHA256.toLowerCase()}`)), true);
    assert.equal(isUsableDescription(lines(`a=fingerprint:sha-256 ${SHA256.replace('AB', 'AC')}`)), false);
    assert.equal(isUsableDescription(lines(`a=fingerprint:sha-512 ${Array(64).fill('0f').join(':')}`)), false);
  });

  it('may have attributes and lines that nobody has heard of', () => {
    assert.equal(isUsableDescription(lines('a=quantum-key:7', 'a=cryptographic-agility', 'a=fingerprints-follow', 'x=new')), true);
  });

  it('takes no long time over hostile input', () => {
    const hostile = `v=0\n${'a=fingerprint:sha-256 '.repeat(1400)}`;
    const begin = performance.now();
    for (let n = 0; n < 100; n++) isUsableDescription(hostile);
    assert.ok(performance.now() - begin < 1000);
  });
});
