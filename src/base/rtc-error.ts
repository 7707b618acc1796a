import type { ErrorCode } from '../protocol/codes.js';
import { ERROR_TEXTS } from '../protocol/error-texts.js';

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

  constructor(code: ErrorCode, { message, cause, fatal = false }: { message?: string; cause?: unknown; fatal?: boolean } = {}) {
    const [sentence, causes, remedies] = ERROR_TEXTS[code].split('|').map((part) => (part ? part.split(';;') : []));
    super(message ?? sentence![0], cause === undefined ? undefined : { cause });
    this.code = code;
    this.causes = causes!;
    this.remedies = remedies!;
    this.fatal = fatal;
  }
}

/** Anything thrown, as an RtcError: one passes through, the rest becomes `code` with the original as its cause. */
export function toRtcError(error: unknown, code: ErrorCode): RtcError {
  return error instanceof RtcError ? error : new RtcError(code, { cause: error });
}
