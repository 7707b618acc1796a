import { randomInt } from 'node:crypto';

// `MODEL_SEED=123` runs that seed alone (name the test with --test-name-pattern), `MODEL_FIRST=5000` starts the count elsewhere, `MODEL_FIRST=random` anywhere.

const only = process.env['MODEL_SEED'];
const first = process.env['MODEL_FIRST'] === 'random' ? randomInt(2 ** 30) : Number(process.env['MODEL_FIRST'] ?? 1);

/** One seed was asked for: whoever can tell more about it does. */
export const isReplay = only !== undefined;

/** Runs once for each seed; the first that fails ends it and is named, with the command that runs it alone. Resolves with how many ran. */
export async function forSeeds(count: number, run: (seed: number) => Promise<void>): Promise<number> {
  const seeds = only === undefined ? Array.from({ length: count }, (_, index) => first + index) : [Number(only)];
  for (const seed of seeds) {
    try {
      await run(seed);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new Error(`seed ${seed}: ${message}\nAlone: MODEL_SEED=${seed} with this test's name as --test-name-pattern`, { cause: error });
    }
  }
  return seeds.length;
}
