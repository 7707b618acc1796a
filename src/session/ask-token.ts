import { RtcError } from '../base/rtc-error.js';
import type { TokenProvider } from './session-api.js';

/** The page's token; null: it has none. Where its provider fails: `unauthorized`, with what the page threw, or gave in place of a string, as its cause. */
export async function askToken({ token, tokenProvider }: { readonly token?: string | null | undefined; readonly tokenProvider?: TokenProvider | null | undefined }, request: Parameters<TokenProvider>[0], fatal: boolean): Promise<string | null> {
  try {
    const given: unknown = (await tokenProvider?.(request)) ?? token ?? null;
    if (given === null || typeof given === 'string') return given;
    throw given;
  } catch (cause) {
    throw cause instanceof RtcError ? cause : new RtcError('unauthorized', { cause, fatal });
  }
}
