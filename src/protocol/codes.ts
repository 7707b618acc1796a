import { ERROR_TEXTS } from './error-texts.js';

// The closed vocabularies both sides share, and the public value types built from them. Names are fixed by the public contract.

/** What went wrong, for somebody to mend; each with its text in error-texts.ts. An outcome of a call (busy, rejected …) is never an error: see {@link EndReason}. */
export type ErrorCode = keyof typeof ERROR_TEXTS;
export const ERROR_CODES = Object.keys(ERROR_TEXTS) as readonly ErrorCode[];

/** Why a call ended, as seen from one side (the other side may see another word: `hangup` here is `remote-hangup` there). */
export const END_REASONS = [
  'hangup', 'remote-hangup', 'rejected', 'busy', 'no-answer', 'cancelled', 'missed', 'answered-elsewhere', 'peer-left', 'peer-lost',
  'media-failed', 'connect-failed', 'connection-lost', 'kicked', 'server', 'protocol-error',
] as const;
export type EndReason = (typeof END_REASONS)[number];

/** Why a call was missed: it rang and nobody took it, or the caller gave up; or it did not even ring. */
export type MissedCause = 'no-answer' | 'cancelled' | 'busy' | 'do-not-disturb';

/** `joining` until the server's welcome, `reconnecting` while the connection to it is lost, `failed` with an error that needs a person. */
export type RoomState = 'idle' | 'joining' | 'joined' | 'reconnecting' | 'failed';

/** The phases of a call, from one side. */
export type CallState = 'idle' | 'outgoing' | 'incoming' | 'connecting' | 'active' | 'reconnecting' | 'ended';

export type CallDirection = 'incoming' | 'outgoing';

/** Which media a call was invited with (voice: `{audio: true, video: false}`). */
export interface CallMedia {
  readonly audio: boolean;
  readonly video: boolean;
}

/** One membership of a room. `id` survives a reload and a reconnection; identity fields come from a token's claims only. */
export interface Member {
  readonly id: string;
  readonly userId: string | null;
  readonly nickname: string;
  readonly role: string | null;
  readonly data: Readonly<Record<string, string>>;
  readonly avatarUrl: string | null;
  /** False while its connection is lost and its grace time runs. */
  readonly online: boolean;
  /** Ringing or in a call. */
  readonly busy: boolean;
  readonly authenticated: boolean;
  /** When it joined, epoch milliseconds by the server's clock. */
  readonly since: number;
}

/** A call as a page author sees it. All `…At` are epoch milliseconds by the server's clock. */
export interface CallInfo {
  readonly callId: string;
  readonly state: CallState;
  readonly peer: Member;
  readonly direction: CallDirection;
  readonly media: CallMedia;
  /** The other device has confirmed that it rings. */
  readonly ringing: boolean;
  readonly createdAt: number;
  readonly connectedAt?: number;
  readonly endedAt?: number;
  readonly reason?: EndReason;
}

/** A call that is over. */
export interface LoggedCall extends CallInfo {
  /** Of one that was missed: why. */
  readonly cause?: MissedCause;
}
