import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createToken } from '../../../src/token.js';
import { People, inRoom, sees } from './people.js';
import { newId, SocketClient } from './socket-client.js';

// What lets somebody in again must not lie about: not in an address (proxies log those), not in our log, however much it tells. (A duplicated tab has the same storage
// and becomes a second connection: test/browser/session/tab-memory.test.ts, test/e2e/reload.test.ts.)

const KEY = 'the-key-of-the-tokens-0123456789abcdef';
const tokenOf = (sub: string, moderator = false): Promise<string> => createToken({ room: 'ward-7-of-the-clinic', sub, name: `Name of ${sub}`, moderator }, KEY);
const room = 'ward-7-of-the-clinic';

describe('A session’s secret', () => {
  let people: People;
  before(async () => {
    people = await People.start({ authSecret: KEY });
  });
  after(() => people.close());

  it('has 256 bits, is another at each return, and is of no use once the next one has arrived', async () => {
    const token = await tokenOf('ana');
    const connect = () => new SocketClient(people.url).connect();
    const hello = async (client: SocketClient, resume?: object) => {
      const reply = await client.ask('hello', { versions: [1], room, token, ...(resume && { resume: resume as never }) });
      assert.ok(reply.ok);
      return reply;
    };
    const seen = new Set<string>();
    const first = await connect();
    const welcome = await hello(first);
    let { secret } = welcome;
    const { sessionId, epoch, memberId } = welcome;
    for (let round = 0; round < 5; round++) {
      assert.match(secret, /^[\w-]{43}$/, '256 bits in base64url');
      assert.ok(!seen.has(secret));
      seen.add(secret);
      const link = await connect();
      const back = await hello(link, { sessionId, epoch, secret, lastSeq: 0 });
      assert.deepEqual([back.sessionId, back.memberId], [sessionId, memberId]);
      ({ secret } = back);
      assert.ok((await link.ask('sync', { rev: 0 })).ok, 'it has arrived');
    }
    for (const used of seen) {
      const thief = await connect();
      const stranger = await hello(thief, { sessionId, epoch, secret: used, lastSeq: 0 });
      assert.notEqual(stranger.sessionId, sessionId);
      await thief.ask('leave', {});
    }
  });
});

describe('Tokens, secrets, tickets and what people are called', () => {
  it('are in no address and in no line of the log, whatever happens', async () => {
    const people = await People.start({ authSecret: KEY, logLevel: 'trace' });
    try {
      const tokens = { ana: await tokenOf('ana'), bob: await tokenOf('bob'), mod: await tokenOf('mod', true), bad: await createToken({ room, sub: 'eve' }, 'a-key-that-somebody-made-up-0123456789') };
      const raw = await new SocketClient(people.url, { transport: 'polling' }).connect();
      const welcome = await raw.join(room, 'Nick of Bob', tokens.bob);
      const ana = await people.join({ room, token: tokens.ana });
      const mod = await people.join({ room, token: tokens.mod });
      await people.enter({ room, token: tokens.bad }).session.join().catch(() => {});
      const twisted = `${tokens.ana.slice(0, -6)}xxxxxx`;
      await people.enter({ room, token: twisted }).session.join().catch(() => {});
      const broken = await createToken({ room, sub: 's'.repeat(256), data: { desk: 'the-private-desk' } }, KEY);
      await people.join({ room, token: broken, nickname: 'Nick of Eve' });
      await sees(mod, ana);
      const callId = newId();
      await raw.ask('invite', { callId, to: ana.id, media: { audio: true, video: true }, offer: 'v=0 the-offer a=ice-pwd:the-password 192.0.2.1' });
      await raw.ask('signal', { callId, n: 0, candidates: [{ candidate: 'candidate:1 1 udp 1 192.0.2.7 5000 typ host', sdpMid: '0' }] });
      const left = inRoom(ana, 'reconnecting');
      await ana.session.simulate('drop-signaling');
      await left;
      await inRoom(ana, 'joined');
      await mod.session.kick(ana.id);
      await inRoom(ana, 'failed');
      await raw.emit({ v: 1, id: newId(), t: 'hello', room, token: tokens.bob, resume: 'nonsense' });
      const told = `${people.urls.join('\n')}\n${people.log.text}`;
      assert.ok(people.urls.length > 5 && people.log.lines.length > 5);
      const private_ = [...Object.values(tokens), twisted, broken, KEY, welcome.secret, welcome.sessionId, welcome.ticket!, 'Name of', 'Nick of', room, 'the-private-desk', 'the-offer', 'the-password', '192.0.2.'];
      for (const each of private_) assert.ok(!told.includes(each), `${each} in\n${told}`);
      // Nor in parts: the claims of a token are but encoded.
      for (const token of Object.values(tokens)) for (const part of token.split('.').slice(1)) assert.ok(!told.includes(part));
    } finally {
      await people.close();
    }
  });
});
