import { parseArgs } from 'node:util';
import { benchCalls } from './calls.js';
import { benchMemberList } from './member-list.js';
import { benchServer } from './server-load.js';

// `npm run bench`: prints ratios of medians; never passes or fails on time. `npm run bench -- calls --rounds 11` runs one part for longer.

const PARTS: Readonly<Record<string, { run: (rounds: number) => Promise<void>; rounds: number }>> = {
  calls: { run: benchCalls, rounds: 9 },
  server: { run: benchServer, rounds: 3 },
  list: { run: benchMemberList, rounds: 9 },
};

const { values, positionals } = parseArgs({ options: { rounds: { type: 'string' } }, allowPositionals: true });
for (const name of positionals.length > 0 ? positionals : Object.keys(PARTS)) {
  const part = PARTS[name];
  if (!part) throw new Error(`${name}: not among ${Object.keys(PARTS).join(', ')}`);
  console.log(`\n== ${name} ==`);
  await part.run(values.rounds ? Number(values.rounds) : part.rounds);
}
