import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { after, before, describe, it } from 'node:test';
import { findBrowser } from '../../support/browsers.mjs';
import { readmeBlock } from '../../support/readme-block.js';
import { expectLiveCall, type Peer } from '../rig/peer.js';
import { startRecordingProxy, type RecordingProxy } from '../rig/recording-proxy.js';
import { Rig, uniqueRoom, type BrowserKind } from '../rig/rig.js';
import { Lan } from './network-lan.js';
import { startRelay, type Relay } from './network-relay.js';

// Calls through a real coturn with the configuration of the README and nothing else, as an operator sets it up (TURN_URLS, TURN_SECRET); everything that the
// pages say to the server is read on the way.

let lan: Lan;
let relay: Relay;
let rig: Rig;
let proxy: RecordingProxy;

before(async () => {
  lan = new Lan();
  // Of a private network here, as behind a NAT: see the README.
  relay = await startRelay(lan.address, { configuration: `${readmeBlock('ini', 'denied-peer-ip')}\nallowed-peer-ip=${lan.address}\n` });
  rig = await Rig.start({ TURN_URLS: relay.url, TURN_SECRET: relay.secret, TURN_TTL_S: '600', LOG_LEVEL: 'trace' });
  proxy = await startRecordingProxy(rig.server.port);
});
after(async () => {
  await proxy?.close();
  await rig?.close();
  await relay?.close();
  lan?.close();
});

interface Told {
  readonly candidates: string[];
  readonly connectionLines: string[];
}

/** Every candidate, and every address of a session description, in what was said. */
function toldIn(texts: readonly string[]): Told {
  const plain = texts.map((text) => text.replaceAll('\\r\\n', '\n'));
  return {
    candidates: plain.flatMap((text) => text.match(/candidate:[^"\n]+ typ [^"\n]+/g) ?? []),
    connectionLines: plain.flatMap((text) => text.match(/^(?:c=|a=rtcp:).*$/gm) ?? []),
  };
}

/** Addresses of this machine that are not the relay's. */
const ownAddresses = (): string[] =>
  Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address)).filter((address) => address !== lan.address && !/^(?:127\.|::1$)/.test(address));

function expectRelayAlone(from: number, step: string): number {
  const said = proxy.said.slice(from);
  const { candidates, connectionLines } = toldIn(said);
  assert.ok(candidates.length > 0, `${step}: there are candidates to look at`);
  for (const candidate of candidates) {
    assert.match(candidate, / typ relay /, step);
    // By the RFC that is where the relay saw the browser. Chromium says zero, Firefox the candidate's own address once more.
    assert.match(candidate, / (\S+) (\d+) typ relay raddr (?:(?:0\.0\.0\.0|::) rport (?:0|9)|\1 rport \2)\b/, step);
  }
  for (const line of connectionLines) assert.match(line, new RegExp(`IN IP4 (?:0\\.0\\.0\\.0|${lan.address})`), step);
  const text = said.join('\n');
  assert.doesNotMatch(text, /\.local\b/, step);
  for (const address of ownAddresses()) assert.ok(!text.includes(address), `${step}: ${address} was told`);
  return candidates.length;
}

async function selectedPair(peer: Peer): Promise<readonly unknown[]> {
  return peer.page.evaluate(async () => {
    const report = await globalThis.rig.view().peerConnection?.getStats();
    const types: unknown[] = [];
    const entries = new Map<string, Record<string, unknown>>();
    report?.forEach((entry: Record<string, unknown>) => entries.set(String(entry['id']), entry));
    for (const pair of entries.values()) {
      if (pair['type'] !== 'candidate-pair' || pair['state'] !== 'succeeded' || !pair['nominated']) continue;
      types.push(entries.get(String(pair['localCandidateId']))?.['candidateType']);
    }
    return types;
  });
}

async function relayedCall(browser: BrowserKind): Promise<[Peer, Peer, string]> {
  const room = uniqueRoom();
  const options = { room, server: proxy.url, attributes: 'ice-transport-policy="relay"' };
  // One of each kind: Firefox draws no frames of a window behind another.
  const [ana, ben] = await Promise.all([rig.open({ ...options, browser, nickname: 'Ana' }), rig.open({ ...options, nickname: 'Ben' })]);
  await ana.call('Ben');
  await ben.accept();
  await expectLiveCall(ana, ben);
  return [ana, ben, await ana.page.evaluate(() => globalThis.rig.room().currentCall?.callId ?? '')];
}

for (const browser of (['chromium', 'firefox'] as const).filter(findBrowser)) {
  describe(`A call with ice-transport-policy="relay" in ${browser}`, { timeout: 90_000 }, () => {
    it('tells no address but the relay’s: in set-up, at an ICE restart, after a reload that makes the connection anew', async (t) => {
      const from = proxy.said.length;
      const [ana, ben, callId] = await relayedCall(browser);
      for (const peer of [ana, ben]) assert.deepEqual([...new Set(await selectedPair(peer))], ['relay']);
      const inSetUp = expectRelayAlone(from, 'set-up');

      const beforeRestart = proxy.said.length;
      await ana.page.evaluate(() => (globalThis.rig.view() as unknown as { restartIce(): Promise<void> }).restartIce());
      await ana.until('the restart to be done', async (sent) => {
        const sdp = globalThis.rig.view().peerConnection?.currentLocalDescription?.sdp ?? '';
        return !sdp.includes(sent ?? '') && globalThis.rig.view().peerConnection?.signalingState === 'stable';
      }, [/ice-ufrag:\S+/.exec(proxy.said.slice(from).join('\n').replaceAll('\\r\\n', '\n'))?.[0] ?? '?']);
      await expectLiveCall(ana, ben);
      const atRestart = expectRelayAlone(beforeRestart, 'ICE restart');

      const beforeReload = proxy.said.length;
      await ben.page.reload();
      await ben.waitForCall('active', 20_000);
      await expectLiveCall(ana, ben);
      assert.equal(await ben.page.evaluate(() => globalThis.rig.room().currentCall?.callId), callId, 'the same call');
      const afterReload = expectRelayAlone(beforeReload, 'connection made anew');
      t.diagnostic(`${browser}: ${inSetUp}, ${atRestart} and ${afterReload} candidates on the wire, all of the relay`);

      const users = new Set([...relay.log().matchAll(/user <(\d+:[^>]+)>: incoming packet ALLOCATE processed, success/g)].map(([, user = '']) => user.split(':')[1]));
      const members = await ana.page.evaluate(() => globalThis.rig.room().members.map(({ id }) => id));
      for (const member of members) assert.ok(users.has(member), 'each by credentials of its own');
      await rig.closePeers();
    });
  });
}

describe('A call without it', { timeout: 60_000 }, () => {
  it('tells others too: what is read here is what is said', async () => {
    const from = proxy.said.length;
    const [ana, ben] = await rig.openTogether(['Ana', 'Ben'], { server: proxy.url });
    await ana?.call('Ben');
    await ben?.accept();
    await ana?.waitForCall('active');
    assert.ok(toldIn(proxy.said.slice(from)).candidates.some((candidate) => candidate.includes(' typ host ')));
    await rig.closePeers();
  });
});

describe('The secret of the relay', () => {
  it('is in nothing that the server has said, sent or logged', async () => {
    const heard = proxy.heard.join('\n');
    assert.match(heard, /"credential":"/, 'credentials were handed out');
    for (const path of ['/', '/rtc-elements.js', '/metrics', '/healthz']) assert.ok(!(await (await fetch(rig.server.url + path)).text()).includes(relay.secret), path);
    assert.ok(!heard.includes(relay.secret));
    assert.ok(!rig.server.log().includes(relay.secret));
    const [credential = ''] = /(?<="credential":")[^"]+/.exec(heard) ?? [];
    assert.ok(!rig.server.log().includes(credential), 'nor are credentials logged');
  });
});
