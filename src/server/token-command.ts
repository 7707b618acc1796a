import { parseArgs } from 'node:util';
import { readConfiguration } from './config.js';
import { createToken } from './create-token.js';

// `rtc-elements-server token …`: one token for trying out. It prints the token and nothing else, so that a shell can take it.

const USAGE = `Usage: AUTH_SECRET=… rtc-elements-server token --room <name> --sub <user id> [options]

  --room <name>          the room it is good for; several times for several
  --sub <user id>        who it is: the same in several tabs is one member
  --name <nickname>      vouched for, shown with a badge
  --role <role>
  --data <key>=<value>   several times for several
  --picture <address>
  --moderator            may send others away
  --expires-in <time>    seconds, or 90s, 30m, 12h, 7d (default 1h)

The secret is AUTH_SECRET, or in the file AUTH_SECRET_FILE.`;

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

function secondsOf(text: string): number {
  const [, count, unit = 's'] = /^(\d{1,9})([smhd]?)$/.exec(text) ?? [];
  if (count === undefined) throw new TypeError(`--expires-in: expected seconds, or a time such as 30m, got ${JSON.stringify(text)}`);
  return Number(count) * (UNITS[unit || 's'] ?? 1);
}

function dataOf(entries: readonly string[]): Record<string, string> {
  return Object.fromEntries(entries.map((entry) => {
    const at = entry.indexOf('=');
    if (at < 1) throw new TypeError(`--data: expected key=value, got ${JSON.stringify(entry)}`);
    return [entry.slice(0, at), entry.slice(at + 1)];
  }));
}

function secretOf(environment: Readonly<Record<string, string | undefined>>): string {
  // Only that one: a token can be made where nothing else of the server is set up.
  const { AUTH_SECRET, AUTH_SECRET_FILE } = environment;
  const configuration = readConfiguration({ AUTH_SECRET, AUTH_SECRET_FILE });
  if (!configuration.ok) throw new TypeError(configuration.problems.join('\n'));
  if (configuration.settings.authSecret === undefined) throw new TypeError('AUTH_SECRET: set it to the one of the server');
  return String(configuration.settings.authSecret);
}

export type CommandResult = { readonly ok: true; readonly out: string } | { readonly ok: false; readonly problem: string };

export async function runTokenCommand(args: readonly string[], environment: Readonly<Record<string, string | undefined>>): Promise<CommandResult> {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        room: { type: 'string', multiple: true },
        sub: { type: 'string' },
        name: { type: 'string' },
        role: { type: 'string' },
        data: { type: 'string', multiple: true },
        picture: { type: 'string' },
        moderator: { type: 'boolean' },
        'expires-in': { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) return { ok: true, out: USAGE };
    const { room = [], sub = '', name, role, data, picture, moderator, 'expires-in': expiresIn = '1h' } = values;
    if (room.length === 0 || sub === '') return { ok: false, problem: USAGE };
    const claims = { room: room.length === 1 ? room[0]! : room, sub, name, role, picture, moderator, data: data && dataOf(data) };
    return { ok: true, out: await createToken(claims, secretOf(environment), { expiresIn: secondsOf(expiresIn) }) };
  } catch (error) {
    if (error instanceof TypeError) return { ok: false, problem: error.message };
    throw error;
  }
}
