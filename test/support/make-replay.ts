import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import type { FlightDump } from '../../src/session/flight-recorder.js';

// A dump becomes a fixture: `node --import tsx test/support/make-replay.ts <name> "<what went wrong, in a sentence>" < dump.json`. Mend the code first: the fixture says
// what it does from now on.

/** One entry a line: a difference between two versions of it can be read. */
export function replayText(story: string, { entries, ...head }: FlightDump): string {
  const lines = entries.map((entry) => `      ${JSON.stringify(entry)}`).join(',\n');
  const facts = Object.entries(head).map(([key, value]) => `    ${JSON.stringify(key)}: ${JSON.stringify(value)},\n`).join('');
  return `{\n  "story": ${JSON.stringify(story)},\n  "dump": {\n${facts}    "entries": [\n${lines}\n    ]\n  }\n}\n`;
}

const [name, story] = process.argv.slice(2);
if (process.argv[1]?.endsWith('make-replay.ts')) {
  if (!name || !story || !/^[a-z0-9-]+$/.test(name)) throw new Error('node --import tsx test/support/make-replay.ts <name> "<story>" < dump.json');
  const dump = JSON.parse(readFileSync(0, 'utf8')) as FlightDump;
  writeFileSync(new URL(`../fixtures/replays/${name}.json`, import.meta.url), replayText(story, dump));
}
