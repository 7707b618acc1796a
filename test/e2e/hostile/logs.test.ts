import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { newId, SocketClient, type ClientOptions } from '../../node/server/socket-client.js';
import { startSignalingProcess } from '../../support/signaling-process.mjs';
import { createToken } from '../../../src/token.js';
import { framing, requests, type Known } from './packets.js';
import { hello, RawLink } from './raw-client.js';

// A whole call with all that must not be written down, hostile packets with the same in them, every way to be refused: and then nothing of it is in what the
// server has written or shows, at the level that says most.

const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000);
const media = { audio: true, video: true };

/** By what it is; each can be told from everything else in a log. */
const SECRET = {
  nickname: 'Zwetschgenmus',
  otherNickname: 'Quittengelee',
  refusedNickname: 'Rhabarber\u202ekuchen',
  room: 'Hinterzimmer-7f3a',
  authSecret: 'the-key-of-all-tokens-9b1c77f0e2d4',
  turnSecret: 'the-secret-of-the-relays-4e1a',
  sessionSecret: 'the secret that signs, 8d1f',
  metricsToken: 'metrics-token-55c1',
  userId: 'user-of-the-application-66',
  address: '203.0.113.77',
  mappedAddress: '2001:db8:77::c0de',
  password: 'IcePwdIcePwdIcePwdIcePwd',
  ufrag: 'UfRaGx',
  fingerprint: Array(32).fill('5E').join(':'),
  cname: 'cname-of-a-person-31',
  turnName: '1789:turn-user-77',
} as const;
const token = await createToken({ room: SECRET.room, sub: SECRET.userId, name: SECRET.nickname }, SECRET.authSecret);

const candidate = `candidate:1 1 udp 2113937151 ${SECRET.address} 54400 typ srflx raddr ${SECRET.mappedAddress} rport 9 ufrag ${SECRET.ufrag}`;
const sdp = (which: string): string =>
  [
    'v=0', `o=- 1 1 IN IP4 ${SECRET.address}`, `s=${which}-session-line`, 't=0 0', 'm=audio 9 UDP/TLS/RTP/SAVPF 111', `a=ice-ufrag:${SECRET.ufrag}`, `a=ice-pwd:${SECRET.password}`,
    `a=fingerprint:sha-256 ${SECRET.fingerprint}`, `a=ssrc:1 cname:${SECRET.cname}`, `a=${candidate}`, '',
  ].join('\r\n');

async function wholeCall(connect: (options?: ClientOptions) => Promise<SocketClient>, keep: (...secrets: (string | undefined)[]) => void): Promise<Known & { hangUp(): Promise<unknown> }> {
  const [ana, bob] = [await connect(), await connect()];
  const welcome = await ana.join(SECRET.room, SECRET.nickname, token);
  const other = await bob.join(SECRET.room, SECRET.otherNickname);
  for (const { secret, ticket, sessionId, epoch, iceServers } of [welcome, other]) keep(secret, ticket, sessionId, epoch, ...iceServers.flatMap(({ username, credential }) => [username, credential]));
  const callId = newId();
  await bob.ask('invite', { callId, to: welcome.memberId, media, offer: sdp('offer') });
  await bob.ask('signal', { callId, n: 0, candidates: [{ candidate, sdpMid: '0', usernameFragment: SECRET.ufrag }] });
  await ana.event('call', ({ call }) => call.state === 'ringing');
  await ana.ask('ringing', { callId });
  const accepted = await ana.ask('accept', { callId, media, answer: sdp('answer') });
  assert.ok(accepted.ok);
  keep(accepted.call.ticket);
  await ana.ask('signal', { callId, n: 0, description: { type: 'offer', sdp: sdp('restart') }, candidates: [{ candidate }] });
  await bob.ask('connected', { callId });
  // A reload, a thief, a link that breaks in the call.
  const { sessionId, secret, epoch, ticket } = welcome;
  const resume = { sessionId, secret, epoch, lastSeq: 0, ...(ticket !== undefined && { ticket }) };
  const thief = await connect();
  await thief.ask('hello', { versions: [1], room: SECRET.room, nickname: SECRET.nickname, resume: { ...resume, secret: 'x'.repeat(40) } });
  const back = await connect();
  const again = await back.ask('hello', { versions: [1], room: SECRET.room, nickname: SECRET.nickname, token: token, resume, callTicket: accepted.call.ticket ?? '' });
  assert.ok(again.ok);
  keep(again.secret, again.ticket);
  bob.socket.io.engine.close();
  await back.event('peer-away');
  // Refused in every way there is.
  for (const [room, nickname] of [[SECRET.room, SECRET.refusedNickname], [`${SECRET.room}\u0000`, SECRET.nickname]] as const) {
    assert.equal((await (await connect()).ask('hello', { versions: [1], room, nickname })).ok, false);
  }
  await back.emit({ v: 1, id: newId(), t: 'signal', callId, n: SECRET.address, description: { type: sdp('wrong'), sdp: 5 } });
  await assert.rejects(connect({ origin: 'https://elsewhere.example' }));
  const hangUp = () => back.ask('hangup', { callId, reason: 'hangup' });
  return { room: SECRET.room, callId, memberId: welcome.memberId, sessionId, ticket: accepted.call.ticket ?? '', hangUp };
}

for (const format of ['json', 'pretty']) {
  describe(`At LOG_LEVEL=trace, as ${format} (FUZZ_SEED=${SEED})`, () => {
    it('nothing that is private is in the output of the server or in /metrics', async () => {
      const server = await startSignalingProcess({
        LOG_LEVEL: 'trace', LOG_FORMAT: format, SESSION_SECRET: SECRET.sessionSecret, METRICS_TOKEN: SECRET.metricsToken, ALLOWED_ORIGINS: 'https://known.example',
        MAX_INVITES_PER_MINUTE: '6', STUN_URLS: 'stun:stun.example.com:3478', AUTH_SECRET: SECRET.authSecret, AUTH_MODE: 'optional',
        TURN_URLS: 'turn:turn.example.com:3478', TURN_SECRET: SECRET.turnSecret,
      });
      const given: string[] = [];
      const clients: SocketClient[] = [];
      const connect = (options?: ClientOptions): Promise<SocketClient> => {
        const client = new SocketClient(server.url, options);
        clients.push(client);
        return client.connect();
      };
      try {
        const known = await wholeCall(connect, (...secrets) => given.push(...secrets.filter((secret) => secret !== undefined)));
        const secretText = (packet: string): string => packet.replaceAll('v=0', JSON.stringify(sdp('hostile')).slice(1, -1)).replaceAll('Ana', SECRET.nickname);
        for (let links = 0; links < 20; links += 1) {
          const link = await RawLink.open({ port: server.port });
          assert.ok(link);
          await link.ask(hello(SECRET.room, SECRET.nickname, { token: token }), 1);
          for (const packet of fc.sample(requests(known), { seed: SEED + links, numRuns: 40 })) link.send(secretText(packet));
          for (const packet of fc.sample(framing, { seed: SEED + links, numRuns: 4 }).flat()) link.send(packet);
          // Too much of it, in the end.
          for (let sent = 0; sent < 500; sent += 1) link.send(secretText('42["q",{"t":"signal","sdp":"v=0","nickname":"Ana"}]'));
          await link.ask({}, 2);
          link.close();
        }
        await known.hangUp();
        assert.equal((await fetch(`${server.url}/metrics`)).status, 401);
        const metrics = await (await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${SECRET.metricsToken}` } })).text();
        await fetch(`${server.url}/${token}?token=${token}`);
        for (const client of clients) client.close();
        const code = await server.stop();
        assert.equal(code, 0);
        const written = server.log();
        assert.match(written, /call\.ended/, 'the log is there');
        assert.match(metrics, /rtc_requests_total\{type="signal"/);
        const traces = [...Object.values(SECRET), token, token.slice(token.lastIndexOf('.')), ...given, '-session-line', 'candidate:', 'a=ice-', 'IN IP4', sdp('offer').slice(0, 30)];
        for (const text of [written, metrics]) for (const trace of traces) assert.ok(!text.includes(trace), `“${trace}” was written: ${text.split('\n').find((line) => line.includes(trace))?.slice(0, 300)}`);
        // Nor in another spelling.
        assert.ok(!/eyJ|203[.%]|v=0|\\r\\n|Zwetsch|Quitten|Rhabarber|Hinterzimmer/.test(written + metrics));
      } finally {
        for (const client of clients) client.close();
        await server.stop();
      }
    });
  });
}
