import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import type { FlightDump } from '../../src/session/flight-recorder.js';
import { playAgain, type Replay } from './replay.js';

// A dump becomes a fixture: `node --import tsx test/support/make-replay.ts <name> "<what went wrong, in a sentence>" < dump.json`. Mend the code first: the fixture says
// what it does from now on. `--again` writes all of them anew, from the same events, after a change that is meant; read the difference before you commit it.

/** One entry a line: a difference between two versions of it can be read. */
export function replayText(story: string, { entries, ...head }: FlightDump): string {
  const lines = entries.map((entry) => `      ${JSON.stringify(entry)}`).join(',\n');
  const facts = Object.entries(head).map(([key, value]) => `    ${JSON.stringify(key)}: ${JSON.stringify(value)},\n`).join('');
  return `{\n  "story": ${JSON.stringify(story)},\n  "dump": {\n${facts}    "entries": [\n${lines}\n    ]\n  }\n}\n`;
}

const folder = new URL('../fixtures/replays/', import.meta.url);
const [name, story] = process.argv.slice(2);
if (process.argv[1]?.endsWith('make-replay.ts')) {
  if (name === '--again') {
    for (const file of readdirSync(folder)) {
      const replay = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Replay;
      writeFileSync(new URL(file, folder), replayText(replay.story, playAgain(replay.dump)));
    }
  } else if (name && story && /^[a-z0-9-]+$/.test(name)) {
    writeFileSync(new URL(`${name}.json`, folder), replayText(story, JSON.parse(readFileSync(0, 'utf8')) as FlightDump));
  } else throw new Error('node --import tsx test/support/make-replay.ts <name> "<story>" < dump.json, or --again');
}
