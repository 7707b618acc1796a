import { randomInt } from 'node:crypto';

// `MODEL_SEED=123` runs that seed alone (name the test with --test-name-pattern), `MODEL_FIRST=5000` starts the count elsewhere, `MODEL_FIRST=random` anywhere.

const only = process.env['MODEL_SEED'];
const first = process.env['MODEL_FIRST'] === 'random' ? randomInt(2 ** 30) : Number(process.env['MODEL_FIRST'] ?? 1);

/** One seed was asked for: whoever can tell more about it does. */
export const isReplay = only !== undefined;

function failure(seed: number, error: unknown): Error {
  const message = error instanceof Error ? error.message : String(error);
  return new Error(`seed ${seed}: ${message}\nAlone: MODEL_SEED=${seed} with this test's name as --test-name-pattern`, { cause: error });
}

const seedsOf = (count: number): number[] => (only === undefined ? Array.from({ length: count }, (_, index) => first + index) : [Number(only)]);

/** All at the same time: where most of the time is spent waiting. */
export async function forSeedsTogether(count: number, run: (seed: number) => Promise<void>): Promise<void> {
  await Promise.all(seedsOf(count).map((seed) => run(seed).catch((error: unknown) => Promise.reject(failure(seed, error)))));
}

/** Runs once for each seed; the first that fails ends it and is named, with the command that runs it alone. Resolves with how many ran. */
export async function forSeeds(count: number, run: (seed: number) => Promise<void>): Promise<number> {
  const seeds = seedsOf(count);
  for (const seed of seeds) {
    try {
      await run(seed);
    } catch (error) {
      throw failure(seed, error);
    }
  }
  return seeds.length;
}
