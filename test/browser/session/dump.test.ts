import { expect } from '@open-wc/testing';
import type { RtcSession } from '../../../src/session/session-api.js';
import { playAgain } from '../../support/replay.js';
import { until } from '../../support/until.js';
import { connect, open, serverUrl } from './sessions.js';

// The flight recorder of a real call: real descriptions, candidates and tickets go through the session, and none of it may be in what it tells.

describe('dump()', () => {
  it('tells of a whole call without a word of its descriptions, candidates, names, tickets, token and server, and can be played again', async () => {
    const room = `marker-room-${Math.random()}`;
    const iceServers = [{ urls: 'turn:127.0.0.1:3478', username: 'marker-user', credential: 'marker-credential' }];
    const enter = (name: string): RtcSession => open({ room, storageKey: name, nickname: `Marker ${name}`, token: 'marker-token', iceServers });
    const [ana, ben] = [enter('Ana'), enter('Ben')];
    const secrets = new Set<string>([new URL(serverUrl()).host]);
    await ana.join();
    await ben.join();
    await connect(ana, ben);
    await ana.simulate('drop-signaling');
    await until(ana, () => ana.getSnapshot().roomState === 'reconnecting');
    await until(ana, () => ana.getSnapshot().roomState === 'joined');
    for (const session of [ana, ben]) {
      const { localDescription, remoteDescription } = session.peerConnection!;
      for (const description of [localDescription, remoteDescription]) {
        for (const word of (description?.sdp ?? '').split(/[\s:=]+/)) if (word.length > 7 && /\d|[A-Z]/.test(word)) secrets.add(word);
      }
      for (const { id } of session.getSnapshot().members) secrets.add(id);
      secrets.add(session.getSnapshot().currentCall!.callId);
    }
    for (let index = 0; index < sessionStorage.length; index++) {
      for (const [word] of (sessionStorage.getItem(sessionStorage.key(index)!) ?? '').matchAll(/[\w.-]{12,}/g)) if (/\d/.test(word)) secrets.add(word);
    }
    ana.hangup();
    await until(ben, () => ben.getSnapshot().callState === 'ended');
    expect(secrets.size).to.be.above(30);
    for (const session of [ana, ben]) {
      const dump = await session.dump();
      const text = JSON.stringify(dump);
      for (const secret of secrets) expect(text.includes(secret), secret).to.equal(false);
      expect(text).not.to.match(/marker|\d+\.\d+\.\d+\.\d+|\.local|[A-Za-z0-9_-]{20,}(?<!server-unreachable)"/i);
      expect(dump.entries.flatMap(({ call }) => (call ? [call['phase']] : []))).to.include.members(['connecting', 'active', 'ended']);
      expect(playAgain(dump).entries).to.deep.equal(dump.entries);
    }
  }).timeout(30_000);
});
