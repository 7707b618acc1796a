import { transition, type Step } from '../../../src/call/call-machine.js';
import { IDLE, type Call, type CallEffect, type CallEvent } from '../../../src/call/call-state.js';
import { toMember } from '../../../src/protocol/member.js';
import type { WireCall } from '../../../src/protocol/messages.js';

export const CALL_ID = 'call-0000000000000001';
export const OTHER_ID = 'call-0000000000000002';
export const BOB = { id: 'bob', nickname: 'Bob', since: 1 };
export const VIDEO = { audio: true, video: true };

/** The hub's view of a call, as the wire carries it. */
export function told(changes: Partial<WireCall> = {}): WireCall {
  return {
    callId: CALL_ID, rev: 1, state: 'ringing', peer: BOB, direction: 'outgoing', media: VIDEO, ringing: false, createdAt: 1_000, expiresAt: 46_000, ...changes,
  };
}

/** Feeds events one after the other; keeps the last step's effects and all of them. */
export class Run {
  call: Call = IDLE;
  last: readonly CallEffect[] = [];
  readonly all: CallEffect[] = [];

  apply(...events: CallEvent[]): this {
    for (const event of events) {
      const step: Step = transition(this.call, event);
      this.call = step.call;
      this.last = step.effects;
      this.all.push(...step.effects);
    }
    return this;
  }

  get phase(): Call['phase'] {
    return this.call.phase;
  }
  get reason(): string | undefined {
    return this.call.phase === 'ended' ? this.call.reason : undefined;
  }
  /** Types of the last step's effects, `send` with what it sends, `start-timer` with its name. */
  get did(): string[] {
    return this.last.map((effect) => (effect.type === 'send' ? `send-${effect.request}` : effect.type === 'start-timer' ? `start-${effect.timer}` : effect.type));
  }
}

export const dial: CallEvent = { type: 'dial', callId: CALL_ID, peer: toMember(BOB), media: VIDEO, at: 1_000 };
export const offerReady: CallEvent = { type: 'offer-ready', callId: CALL_ID, sdp: 'v=0 offer' };
export const incoming: CallEvent = { type: 'call-told', call: told({ direction: 'incoming', offer: 'v=0 offer' }), at: 1_000 };
export const answerReady: CallEvent = { type: 'answer-ready', callId: CALL_ID, sdp: 'v=0 answer' };
export const connected: CallEvent = { type: 'peer-connected', callId: CALL_ID, at: 5_000 };

export const ringingOut = (): Run => new Run().apply(dial, offerReady, { type: 'call-told', call: told(), at: 1_000, asked: CALL_ID });
export const ringingIn = (): Run => new Run().apply(incoming, answerReady);
export const activeCaller = (): Run =>
  ringingOut().apply({ type: 'call-told', call: told({ rev: 2, state: 'connecting', acceptedMedia: VIDEO, answer: 'v=0 answer' }), at: 2_000 }, connected);
