import { property } from 'lit/decorators.js';
import { RtcError } from '../../base/rtc-error.js';
import type { CallDirection, CallInfo, CallOptions, CallState, CallTarget, EndReason, RtcSession, SessionSnapshot } from '../../session/public.js';
import { RtcElement } from '../rtc-element.js';
import { SessionConsumer } from '../session-consumer.js';
import { callSeconds } from './call-timer.js';

const missing = (): Promise<never> => Promise.reject(new RtcError('addon-missing'));

/** What a page can read from a call view and ask of it: the session's own, under the same names. Promises reject with `RtcError` only. */
export abstract class CallApi extends RtcElement {
  /** Id of the room to draw, for a view outside of it (same root). */
  @property() for: string | null = null;
  /** The session to draw, instead of a room's. */
  @property({ attribute: false }) session: RtcSession | null = null;

  protected readonly consumer = new SessionConsumer(this, 'call');

  protected get snapshot(): SessionSnapshot | null {
    return this.consumer.snapshot;
  }

  get state(): CallState {
    return this.snapshot?.callState ?? 'idle';
  }
  get direction(): CallDirection | null {
    return this.snapshot?.direction ?? null;
  }
  /** The call that runs, or has just ended; null when idle. */
  get currentCall(): CallInfo | null {
    return this.snapshot?.currentCall ?? null;
  }
  get endReason(): EndReason | null {
    return this.snapshot?.endReason ?? null;
  }
  /** Seconds the call has run, or did run. */
  get duration(): number {
    return this.snapshot ? callSeconds(this.snapshot) : 0;
  }
  get localStream(): MediaStream | null {
    return this.snapshot?.localStream ?? null;
  }
  get remoteStream(): MediaStream | null {
    return this.snapshot?.remoteStream ?? null;
  }
  /** Escape hatch; null without a call. */
  get peerConnection(): RTCPeerConnection | null {
    return this.consumer.session?.peerConnection ?? null;
  }

  /** Calls a member; resolves when the server has taken the invitation. */
  async call(target: CallTarget, options?: CallOptions): Promise<CallInfo> {
    return this.need().call(target, options);
  }
  /** Resolves when the call is active. */
  async accept(options?: CallOptions): Promise<void> {
    return this.need().accept(options);
  }
  reject(): void {
    this.consumer.session?.reject();
  }
  /** Cancels while ringing out, rejects while ringing in; harmless when nothing runs. */
  hangup(): void {
    this.consumer.session?.hangup();
  }
  /** Stops the tone of this call only. */
  silence(): void {
    this.consumer.session?.silence();
  }
  /** Resolves with the new state (true = on). */
  async toggleMicrophone(force?: boolean): Promise<boolean> {
    return this.need().toggleMicrophone(force);
  }
  async toggleCamera(force?: boolean): Promise<boolean> {
    return this.need().toggleCamera(force);
  }
  async toggleScreenShare(force?: boolean): Promise<boolean> {
    return this.need().toggleScreenShare(force);
  }
  async getStats(): Promise<RTCStatsReport | null> {
    return this.need().getStats();
  }
  async restartIce(): Promise<void> {
    return this.need().restartIce();
  }
  /** After `rtc-playback-blocked`, from a click or tap. */
  async resumePlayback(): Promise<void> {
    return this.need().resumePlayback();
  }
  /** Add-on. */
  screenshot(_options?: unknown): Promise<Blob> {
    return missing();
  }
  /** Add-on. */
  startRecording(_options?: unknown): Promise<void> {
    return missing();
  }
  /** Add-on. */
  stopRecording(): Promise<Blob> {
    return missing();
  }
  /** Add-on. */
  sendMessage(_text: string): Promise<void> {
    return missing();
  }
  /** Add-on. */
  sendFile(_file: File): Promise<void> {
    return missing();
  }

  protected need(): RtcSession {
    if (!this.consumer.session) throw new RtcError('not-joined');
    return this.consumer.session;
  }
}
