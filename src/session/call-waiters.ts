import { RtcError } from '../base/rtc-error.js';
import { toCallInfo, type Call } from '../call/call-state.js';
import type { CallInfo } from '../protocol/codes.js';

interface Waiter<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: RtcError) => void;
}

/** The promises of `call()` and `accept()`, answered by what becomes of the call. */
export class CallWaiters {
  readonly #dialling = new Map<string, Waiter<CallInfo>>();
  readonly #accepting = new Map<string, Waiter<void>>();
  /** Why no connection could be made, in the words of the day. */
  readonly #iceError: () => RtcError;

  constructor(iceError: () => RtcError) {
    this.#iceError = iceError;
  }

  /** Resolves when the hub has taken the invitation, whatever comes of it. */
  dialled(callId: string): Promise<CallInfo> {
    return new Promise((resolve, reject) => this.#dialling.set(callId, { resolve, reject }));
  }

  /** Resolves when the call is active. */
  accepted(callId: string): Promise<void> {
    return new Promise((resolve, reject) => this.#accepting.set(callId, { resolve, reject }));
  }

  /** True if somebody was waiting for the invitation. */
  refused(callId: string, error: RtcError): boolean {
    const dialled = this.#dialling.get(callId);
    dialled?.reject(error);
    this.#accepting.get(callId)?.reject(error);
    this.#dialling.delete(callId);
    this.#accepting.delete(callId);
    return dialled !== undefined;
  }

  stepped(call: Call): void {
    const info = toCallInfo(call);
    for (const [callId, waiter] of this.#dialling) {
      const ours = info?.callId === callId;
      if (ours && call.phase === 'outgoing' && call.rev < 0) continue;
      this.#dialling.delete(callId);
      if (info) waiter.resolve(info);
      else waiter.reject(new RtcError('unavailable'));
    }
    for (const [callId, waiter] of this.#accepting) {
      const ours = info?.callId === callId;
      if (ours && call.phase === 'connecting') continue;
      this.#accepting.delete(callId);
      if (ours && call.phase !== 'ended') waiter.resolve();
      else waiter.reject(info?.reason === 'connect-failed' ? this.#iceError() : new RtcError('too-late'));
    }
  }
}
