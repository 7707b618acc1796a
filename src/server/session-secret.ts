import { hkdfSync, randomBytes } from 'node:crypto';
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
 * What tickets are signed with (the first), and what they may have been signed with: as set, else derived from the keys of the tokens, which every server of one
 * address shares and which are rotated as those are.
 */
export function sessionSecrets(settings: Settings, log: ServerLogger): readonly string[] {
  if (settings.sessionSecret !== undefined) return [settings.sessionSecret];
  return settings.authSecret?.map(derived) ?? [keptSecret(settings, log)];
}

/** Tells nothing of the secret it comes from (HKDF, RFC 5869): who learns the one cannot make the other. */
function derived(secret: string): string {
  return Buffer.from(hkdfSync('sha256', secret, '', 'rtc-elements session secret', 32)).toString('base64url');
}

/**
 * Made once and kept in a file that only this user can read, so that calls and members outlive a restart. Where no file can be written they do not, and the
 * log says so.
 */
function keptSecret({ stateDir = defaultStateDir() }: Settings, log: ServerLogger): string {
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
