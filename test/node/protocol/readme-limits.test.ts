import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { MAX_RING_TIMEOUT_MS, MAX_ROOM_MEMBERS, MIN_RING_TIMEOUT_MS, RESUME_GRACE_IN_CALL_MS, RESUME_GRACE_MS, RING_TIMEOUT_MS } from '../../../src/protocol/hub-limits.js';
import { CONNECT_TIMEOUT_MS, MAX_BAN_SECONDS, MAX_BLOCKED, MAX_MESSAGE_BYTES, MAX_TOKEN_LENGTH, RETURN_WINDOW_MS } from '../../../src/protocol/limits.js';
import { MAX_NICKNAME_LENGTH, MAX_ROOM_NAME_LENGTH } from '../../../src/protocol/name-limits.js';

const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
const rows = readme.split(/^## Limits$/m)[1]!.split(/^## /m)[0]!.split('\n').filter((line) => line.startsWith('| '));

describe('The limits in the README', () => {
  const s = (ms: number) => `${Math.ceil(ms / 1000)} s`;
  const cases: [row: string, says: readonly string[]][] = [
    ['people in a room', [MAX_ROOM_MEMBERS.toLocaleString('en')]],
    ['a nickname', [`${MAX_NICKNAME_LENGTH}, ${MAX_ROOM_NAME_LENGTH} characters`]],
    ['a token', [`${MAX_TOKEN_LENGTH / 1024} KiB`]],
    ['a message', [`${MAX_MESSAGE_BYTES / 1024} KiB`]],
    ['ringing', [s(RING_TIMEOUT_MS), `${MIN_RING_TIMEOUT_MS / 1000} to ${MAX_RING_TIMEOUT_MS / 1000}`]],
    ['connecting', [s(CONNECT_TIMEOUT_MS)]],
    ['a member who vanished', [s(RESUME_GRACE_MS), s(RESUME_GRACE_IN_CALL_MS), s(RETURN_WINDOW_MS)]],
    ['blocked members', [String(MAX_BLOCKED)]],
    ['a ban', [`${MAX_BAN_SECONDS / 86_400} days`]],
  ];
  for (const [row, says] of cases) {
    it(`are those of the code: ${row}`, () => {
      const line = rows.find((each) => each.startsWith(`| ${row}`));
      for (const words of says) assert.ok(line?.includes(words), `${line} says ${words}`);
    });
  }
});
