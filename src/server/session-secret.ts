import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describeFailure, type ServerLogger } from './logger.js';
import type { Settings } from './settings.js';

const FILE = 'session-secret';

/** Where programs keep state of their own (https://specifications.freedesktop.org/basedir-spec/latest/). */
function defaultStateDir(): string {
  return join(process.env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state'), 'rtc-elements');
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}

/**
 * What tickets are signed with: as set, else made once and kept in a file that only this user can read, so that calls and members outlive a restart. Where no
 * file can be written they do not, and the log says so.
 */
export function sessionSecret({ sessionSecret: given, stateDir = defaultStateDir() }: Settings, log: ServerLogger): string {
  if (given !== undefined) return given;
  const path = join(stateDir, FILE);
  const made = randomBytes(32).toString('base64url');
  try {
    mkdirSync(stateDir, { recursive: true, mode: 0o700 });
    const draft = `${path}.${process.pid}.${made.slice(0, 8)}`;
    writeFileSync(draft, made, { mode: 0o600 });
    try {
      // Whole or not at all, and of several servers that start at once only the first.
      linkSync(draft, path);
    } finally {
      rmSync(draft, { force: true });
    }
    return made;
  } catch (error) {
    const kept = read(path);
    if (kept.length >= 16) return kept;
    log.warn(describeFailure(error), 'no secret can be kept: calls and members will not outlive a restart (set SESSION_SECRET or STATE_DIR)');
    return made;
  }
}
