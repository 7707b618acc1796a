import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseControl } from '../../../src/media/control-message.js';
import type { SasMessage } from '../../../src/media/peer-port.js';
import { authenticate, sha256, toHex, type SasChannel, type SasPair } from '../../../src/media/verification.js';
import { SAS_EMOJI } from '../../../src/media/verification-emoji.js';
import { fingerprintIn } from '../../../src/media/verification-fingerprints.js';
import { randomId } from '../../../src/base/random-id.js';

const CALL = 'call-1';
const fingerprint = async (): Promise<string> => toHex(await sha256(crypto.getRandomValues(new Uint8Array(32)))).join(':').toUpperCase();
const shown = (pairs: readonly SasPair[]): string => pairs.map(([emoji]) => emoji).join('');

/** One end of a channel: what is sent goes to the other end, as text, like over the real one. */
class End implements SasChannel {
  readonly said: SasMessage[] = [];
  readonly #queue: SasMessage[] = [];
  #taker: ((message: SasMessage) => void) | null = null;
  other: End | null = null;

  send = (message: SasMessage): void => {
    this.said.push(message);
    this.other?.put(parseControl(JSON.stringify(message)) as SasMessage);
  };
  put(message: SasMessage): void {
    if (this.#taker) this.#taker(message);
    else this.#queue.push(message);
    this.#taker = null;
  }
  receive = (): Promise<SasMessage> => {
    const next = this.#queue.shift();
    return next ? Promise.resolve(next) : new Promise((resolve) => (this.#taker = resolve));
  };
}

function line(): [End, End] {
  const [a, b] = [new End(), new End()];
  a.other = b;
  b.other = a;
  return [a, b];
}
const message = (step: SasMessage['step'], value: string): SasMessage => ({ t: 'sas', step, value });
const outcome = (running: Promise<readonly SasPair[]>): Promise<string | null> => running.then(shown, () => null);

describe('the emoji of a call', () => {
  it('are the same seven on both sides, and others in each call', async () => {
    const seen = new Set<string>();
    for (let round = 0; round < 200; round++) {
      const [caller, callee, [a, b]] = [await fingerprint(), await fingerprint(), line()];
      const [left, right] = await Promise.all([
        authenticate({ commits: true, callId: CALL, own: caller, theirs: callee }, a),
        authenticate({ commits: false, callId: CALL, own: callee, theirs: caller }, b),
      ]);
      assert.equal(left.length, 7);
      assert.equal(shown(left), shown(right));
      seen.add(shown(left));
    }
    assert.equal(seen.size, 200);
  });

  it('are the same where both sides have one certificate: two tabs of one browser', async () => {
    const [own, [a, b]] = [await fingerprint(), line()];
    const side = { callId: CALL, own, theirs: own };
    const [left, right] = await Promise.all([authenticate({ ...side, commits: true }, a), authenticate({ ...side, commits: false }, b)]);
    assert.equal(shown(left), shown(right));
  });

  it('come from a list of 64 that no two are alike in, each with a name', () => {
    assert.equal(SAS_EMOJI.length, 64);
    assert.equal(new Set(SAS_EMOJI.map(([emoji]) => emoji)).size, 64);
    assert.equal(new Set(SAS_EMOJI.map(([, word]) => word)).size, 64);
  });

  it('depend on every bit that is shown: all 64 come up, evenly', async () => {
    const counts = new Map<string, number>();
    for (let round = 0; round < 300; round++) {
      const [caller, callee, [a, b]] = [await fingerprint(), await fingerprint(), line()];
      const both = [authenticate({ commits: true, callId: CALL, own: caller, theirs: callee }, a), authenticate({ commits: false, callId: CALL, own: callee, theirs: caller }, b)];
      for (const [emoji] of (await Promise.all(both))[0]!) counts.set(emoji, (counts.get(emoji) ?? 0) + 1);
    }
    assert.equal(counts.size, 64);
    // 2,100 draws: 33 on average; less than 8 or more than 75 comes up once in some 10,000 runs.
    for (const [emoji, count] of counts) assert.ok(count > 7 && count < 76, `${emoji} ${count}`);
  });

  it('are of this call: another id gives others', async () => {
    const [caller, callee, [a, b]] = [await fingerprint(), await fingerprint(), line()];
    const left = outcome(authenticate({ commits: true, callId: CALL, own: caller, theirs: callee }, a));
    const right = outcome(authenticate({ commits: false, callId: 'call-2', own: callee, theirs: caller }, b));
    assert.notEqual(await left, null);
    assert.equal(await right, null);
  });
});

// Somebody in the middle has a certificate for each half: ana ─ (toAna) mallory (toBen) ─ ben. All it can do is in what it passes on, and when.
interface Middle {
  /** `ana` and `ben` are Mallory's ends of the two halves. */
  readonly ana: End;
  readonly ben: End;
  /** Mallory's certificates and those of the two. */
  readonly toAna: string;
  readonly toBen: string;
  readonly ofAna: string;
  readonly ofBen: string;
}

const commitmentTo = async (nonce: string, ...parts: string[]): Promise<string> =>
  toHex(await sha256(new TextEncoder().encode(JSON.stringify(['rtc-sas-1 commit', nonce, ...parts])))).join('');

const ATTACKS: Readonly<Record<string, (middle: Middle) => Promise<unknown>>> = {
  'passes everything on as it is': async ({ ana, ben }) => {
    ben.send(await ana.receive());
    ana.send(await ben.receive());
    ben.send(await ana.receive());
  },
  'plays both parts honestly': ({ ana, ben, toAna, toBen, ofAna, ofBen }) => Promise.all([
    authenticate({ commits: false, callId: CALL, own: toAna, theirs: ofAna }, ana),
    authenticate({ commits: true, callId: CALL, own: toBen, theirs: ofBen }, ben),
  ]),
  'passes the nonces on under a commitment of its own': async ({ ana, ben, toBen, ofBen }) => {
    await ana.receive();
    // It has to name a nonce before Ana's is known.
    const guess = randomId(32);
    ben.send(message('commit', await commitmentTo(guess, toBen, ofBen, CALL)));
    ana.send(await ben.receive());
    await ana.receive();
    ben.send(message('reveal', guess));
  },
  'learns Ana’s nonce first, then searches for one of its own that fits': async ({ ana, ben, toAna, toBen, ofAna, ofBen }) => {
    await ana.receive();
    const toShow = randomId(32);
    ana.send(message('nonce', toShow));
    const { value: anas } = await ana.receive();
    const parts = [ofAna, toAna, CALL];
    const code = async (...all: string[]): Promise<string> => toHex((await sha256(new TextEncoder().encode(JSON.stringify(['rtc-sas-1 code', ...all])))).subarray(0, 6)).join('');
    const wanted = await code(anas, toShow, ...parts);
    // Ben's nonce is needed for each try, and he says it only to a commitment: whatever is found before is found for another one.
    let best = randomId(32);
    for (let tries = 0; tries < 20; tries++) {
      const candidate = randomId(32);
      if ((await code(candidate, randomId(32), toBen, ofBen, CALL)) === wanted) best = candidate;
    }
    ben.send(message('commit', await commitmentTo(best, toBen, ofBen, CALL)));
    await ben.receive();
    ben.send(message('reveal', best));
  },
  'reveals another nonce than it has committed to': async ({ ana, ben, toBen, ofBen }) => {
    await ana.receive();
    ben.send(message('commit', await commitmentTo(randomId(32), toBen, ofBen, CALL)));
    ana.send(await ben.receive());
    ben.send(await ana.receive());
  },
};

describe('somebody in the middle', () => {
  const names = Object.keys(ATTACKS);
  it('is seen 1,000 times of 1,000: the two never read the same', async () => {
    const results = { other: 0, none: 0 };
    for (let round = 0; round < 1000; round++) {
      const [toAna, toBen, ofAna, ofBen] = [await fingerprint(), await fingerprint(), await fingerprint(), await fingerprint()];
      const [ana, left] = line();
      const [ben, right] = line();
      const both = [outcome(authenticate({ commits: true, callId: CALL, own: ofAna, theirs: toAna }, ana)), outcome(authenticate({ commits: false, callId: CALL, own: ofBen, theirs: toBen }, ben))];
      const name = names[round % names.length]!;
      await ATTACKS[name]!({ ana: left, ben: right, toAna, toBen, ofAna, ofBen });
      const [anas, bens] = await Promise.all(both);
      assert.ok(anas === null || anas !== bens, `${name} came through`);
      results[anas === null || bens === null ? 'none' : 'other']++;
    }
    assert.deepEqual(results, { other: 600, none: 400 });
  });
});

describe('what the emoji depend on', () => {
  // A search in advance needs something to search in: where one side's nonce did not count, the other side could choose its own to fit.
  it('is the caller’s nonce, whatever the callee says', async () => {
    const [own, theirs] = [await fingerprint(), await fingerprint()];
    const nonce = randomId(32);
    const seen = new Set<string>();
    for (let round = 0; round < 20; round++) {
      const [caller, other] = line();
      const running = authenticate({ commits: true, callId: CALL, own, theirs }, caller);
      await other.receive();
      other.send(message('nonce', nonce));
      seen.add(shown(await running));
    }
    assert.equal(seen.size, 20);
  });

  it('is the callee’s nonce, whatever the caller has committed to', async () => {
    const [own, theirs] = [await fingerprint(), await fingerprint()];
    const nonce = randomId(32);
    const seen = new Set<string>();
    for (let round = 0; round < 20; round++) {
      const [callee, other] = line();
      const running = authenticate({ commits: false, callId: CALL, own, theirs }, callee);
      other.send(message('commit', await commitmentTo(nonce, theirs, own, CALL)));
      await other.receive();
      other.send(message('reveal', nonce));
      seen.add(shown(await running));
    }
    assert.equal(seen.size, 20);
  });
});

describe('who does not take part as agreed', () => {
  const nonce = randomId(32);
  const wrong: Readonly<Record<string, readonly SasMessage[]>> = {
    'commits twice': [message('commit', 'a'.repeat(64)), message('commit', 'a'.repeat(64))],
    'reveals without a commitment': [message('reveal', nonce)],
    'speaks the other part': [message('nonce', nonce)],
    'breaks its commitment': [message('commit', 'a'.repeat(64)), message('reveal', nonce)],
  };
  for (const [what, messages] of Object.entries(wrong)) {
    it(`gets nothing to compare: ${what}`, async () => {
      const [own, theirs, [a, b]] = [await fingerprint(), await fingerprint(), line()];
      const running = authenticate({ commits: false, callId: CALL, own, theirs }, b);
      for (const each of messages) a.send(each);
      await assert.rejects(running);
    });
  }

  it('gets nothing to compare: answers a commitment with one', async () => {
    const [own, theirs, [a, b]] = [await fingerprint(), await fingerprint(), line()];
    const running = authenticate({ commits: true, callId: CALL, own, theirs }, a);
    b.send(await b.receive());
    await assert.rejects(running);
    // The nonce was not given away for nothing.
    assert.deepEqual(a.said.map(({ step }) => step), ['commit']);
  });
});

describe('the fingerprint of a description', () => {
  const prints = async () => [(await fingerprint()), (await fingerprint())] as const;
  it('is the one SHA-256 it names, however often and in which case', async () => {
    const [one] = await prints();
    assert.equal(fingerprintIn(`v=0\r\na=fingerprint:sha-256 ${one.toLowerCase()}\r\nm=audio 9\r\na=fingerprint:SHA-256 ${one}\r\n`), one);
  });
  it('is none where there are several, or none', async () => {
    const [one, two] = await prints();
    assert.equal(fingerprintIn(`v=0\r\na=fingerprint:sha-256 ${one}\r\nm=audio 9\r\na=fingerprint:sha-256 ${two}\r\n`), null);
    assert.equal(fingerprintIn('v=0\r\na=fingerprint:sha-1 AA:BB\r\n'), null);
    assert.equal(fingerprintIn(undefined), null);
  });
});
