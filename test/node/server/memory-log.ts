import type { ServerLogger } from '../../../src/server/logger.js';

type Level = keyof ServerLogger;

/** Keeps what was logged. */
export class MemoryLog implements ServerLogger {
  readonly lines: { readonly level: Level; readonly fields: object; readonly message: string }[] = [];

  get text(): string {
    return JSON.stringify(this.lines);
  }

  debug(fields: object, message: string): void {
    this.lines.push({ level: 'debug', fields, message });
  }

  info(fields: object, message: string): void {
    this.lines.push({ level: 'info', fields, message });
  }

  warn(fields: object, message: string): void {
    this.lines.push({ level: 'warn', fields, message });
  }

  error(fields: object, message: string): void {
    this.lines.push({ level: 'error', fields, message });
  }
}
