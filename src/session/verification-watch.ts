import { RtcError } from '../base/rtc-error.js';
import type { VerificationState } from '../media/call-verification.js';
import type { SasMessage } from '../media/peer-port.js';
import { authenticate, type SasPair } from '../media/verification.js';
import { readFingerprints } from '../media/verification-fingerprints.js';
import { keepVerified, recallVerified, type Pair } from '../media/verification-memory.js';
import type { VerifiedCalls } from './call-parts.js';
import { spanOf } from './call-span.js';
import type { SessionStore } from './session-store.js';
import { NO_VERIFICATION } from './session-snapshot.js';

// Part of the lazy chunk of a call under way: whose certificate is at the other end of each of its connections, whether this person has verified it before, and the emoji to
// compare. That identity is judged before and beside the emoji: a certificate speaks for itself, and who breaks off the exchange cannot silence the alarm by it.

/** More than an honest side ever has under way. */
const INBOX = 4;

/** One connection. */
interface Round {
  readonly inbox: Inbox;
  theirs: string | null;
  emoji: readonly SasPair[];
}

class Inbox {
  readonly #waiting: SasMessage[] = [];
  #taker: ((message: SasMessage) => void) | null = null;

  put(message: SasMessage): void {
    const taker = this.#taker;
    this.#taker = null;
    if (taker) taker(message);
    else if (this.#waiting.length < INBOX) this.#waiting.push(message);
  }

  readonly take = (): Promise<SasMessage> => {
    const next = this.#waiting.shift();
    return next ? Promise.resolve(next) : new Promise((resolve) => (this.#taker = resolve));
  };
}

const addressOf = ({ server }: SessionStore): string => {
  try {
    return new URL(server, document.baseURI).href;
  } catch {
    return server;
  }
};

export function watchVerification(callId: string, store: SessionStore, calls: VerifiedCalls): void {
  const span = spanOf(callId, store, calls);
  if (!span) return;
  const { call: { peer: other, direction }, ended } = span;
  const pair: Pair = {
    server: addressOf(store), ownUserId: store.snapshot.localMember?.userId ?? null, userId: other.authenticated ? other.userId : null, nickname: other.nickname,
  };
  const recalled = recallVerified(pair).catch((): readonly string[] => []);
  /** Of the other, as far as this person has verified them; null until it is recalled. */
  let known: readonly string[] | null = null;
  /** In this call the other was somebody verified. Then another identity is news in an open room too, where otherwise a name is anybody's. */
  let wasVerified = false;
  let told = NO_VERIFICATION;
  let round: Round | null = null;

  function judge({ theirs, emoji }: Round): VerificationState {
    if (theirs !== null && known?.includes(theirs)) return 'verified';
    if (theirs !== null && known?.length && (pair.userId !== null || wasVerified)) return 'changed';
    return emoji.length > 0 ? 'unverified' : 'unavailable';
  }

  function tell(current: Round): void {
    const state = judge(current);
    wasVerified ||= state === 'verified';
    const verification = { emoji: current.emoji.map(([emoji]) => emoji), words: current.emoji.map(([, word]) => word), state };
    const isNews = JSON.stringify(verification) !== JSON.stringify(told);
    // Always shown: the picture of a connection before this one has gone with it.
    store.show({ verification: (told = isNews ? verification : told) });
    if (isNews) store.emit('rtc-verification', told);
  }

  async function begin(): Promise<void> {
    const { peer } = calls;
    const connection = peer?.connection;
    if (!peer || !connection) return;
    const current: Round = (round = { inbox: new Inbox(), theirs: null, emoji: [] });
    const isOver = (): boolean => round !== current || ended.aborted;
    const [found, remembered] = await Promise.all([readFingerprints(connection).catch(() => null), recalled]);
    if (isOver()) return;
    known ??= remembered;
    current.theirs = found?.theirs ?? null;
    tell(current);
    if (!found) return;
    const { inbox } = current;
    // One that was begun before the channel was open begins again with it; only one of them speaks.
    const send = (message: SasMessage): void => (isOver() ? undefined : peer.sendControl(message));
    try {
      current.emoji = await authenticate({ ...found, commits: direction === 'outgoing', callId }, { send, receive: inbox.take });
      if (isOver()) return;
      tell(current);
      // There is nothing more to say: who does is not what this side took them for.
      await inbox.take();
      current.emoji = [];
    } catch {
      // What the exchange could not do: there is nothing to compare.
    }
    if (!isOver()) tell(current);
  }

  calls.verifier = {
    opened: () => void begin(),
    heard: (message) => round?.inbox.put(message),
    async confirm(matches) {
      const current = round;
      const theirs = current?.theirs;
      if (!current || !theirs || current.emoji.length === 0) {
        const error = new RtcError('unavailable');
        store.problem(error);
        throw error;
      }
      const others = (known ?? []).filter((each) => each !== theirs);
      known = matches ? [theirs, ...others] : others;
      tell(current);
      // A browser that keeps nothing knows it for this call.
      await keepVerified(pair, known).catch(() => {});
    },
  };
  ended.addEventListener('abort', () => (calls.verifier = null));
  void begin();
  for (const message of calls.earlySas.splice(0)) calls.verifier.heard(message);
}
