import type { ErrorCode } from '../protocol/codes.js';
import { describeError } from './error-texts.js';

/**
 * The one error of this package: a code from a closed list, a sentence for people, what may have caused it and what to do.
 * Promises of the public surface reject with nothing else.
 */
export class RtcError extends Error {
  override readonly name = 'RtcError';
  readonly code: ErrorCode;
  /** What may have caused it, most likely first; English sentences for people. */
  readonly causes: readonly string[];
  /** What to do about it; English sentences for people. */
  readonly remedies: readonly string[];
  /** The room or the call cannot go on. */
  readonly fatal: boolean;

  constructor(code: ErrorCode, options: { message?: string; cause?: unknown; fatal?: boolean } = {}) {
    const text = describeError(code);
    super(options.message ?? text.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.causes = text.causes;
    this.remedies = text.remedies;
    this.fatal = options.fatal ?? false;
  }
}

/** Anything thrown, as an RtcError: one passes through, the rest becomes `code` with the original as its cause. */
export function toRtcError(error: unknown, code: ErrorCode): RtcError {
  return error instanceof RtcError ? error : new RtcError(code, { cause: error });
}
