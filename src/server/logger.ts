import { pino } from 'pino';
import type { LogLevel } from './settings.js';

// At info: one line per step in the life of a member or a call, with their ids and nothing else. Never, at any level: session descriptions, candidates,
// addresses of people, tokens, secrets, nicknames, names of rooms (whoever knows one may enter).

/** What the server needs of a logger; pino and most others fit. */
export interface ServerLogger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export function createLogger(level: LogLevel, format: 'json' | 'pretty'): ServerLogger {
  // The transport is a worker that loads pino-pretty only when it is asked for.
  const transport = { target: 'pino-pretty', options: { ignore: 'pid,hostname', translateTime: 'HH:MM:ss' } };
  return pino({ level, base: undefined, ...(format === 'pretty' ? { transport } : {}) });
}

/** What may be said of something thrown: its kind and where it came from. Its message may quote what a user sent. */
export function describeFailure(error: unknown): { error: string; at?: string } {
  if (!(error instanceof Error)) return { error: typeof error };
  const at = error.stack
    ?.split('\n')
    .find((line) => /^\s+at /.test(line))
    ?.trim();
  return { error: error.name, ...(at ? { at } : {}) };
}
