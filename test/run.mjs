// @ts-check
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { findOrInstallBrowsers, howToInstall } from './support/browsers.mjs';
import { findOrInstallFaultTools, howToInstallFaultTools } from './support/fault-tools.mjs';

// `npm test`: everything, in order, each step with its name and time; the first failure stops. `npm test -- --only node,e2e` runs some.
// The last line is `N passed, N failed`.

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);
const inCI = process.env.CI === 'true';
const scratch = mkdtempSync(join(tmpdir(), 'rtc-elements-test-'));
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));

/** @typedef {{ passed: number, failed: number }} Count */

/** @param {string} folder */
function testFilesIn(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.test.ts')).sort().map((file) => join(folder, file));
}

const isFault = (/** @type {string} */ file) => file.includes(join('e2e', 'faults'));

/** @type {import('node:child_process').ChildProcess | undefined} */
let running;

/**
 * Ends a step with everything it has started: it runs in a process group of its own (Windows has none).
 * @param {import('node:child_process').ChildProcess} child @param {NodeJS.Signals} signal
 */
function end(child, signal) {
  try {
    if (child.pid && process.platform !== 'win32') process.kill(-child.pid, signal);
    else child.kill(signal);
  } catch {
    // Already gone.
  }
}

/**
 * Runs a program to its end, showing its output when it fails (always in CI).
 * @param {string[]} command @param {Record<string, string>} [env] @param {number} [minutes]
 * @returns {Promise<{ code: number, output: string }>}
 */
function run([program = '', ...args], env = {}, minutes = 10) {
  return new Promise((resolve, reject) => {
    let output = '';
    const child = spawn(program, args, { env: { ...process.env, FORCE_COLOR: '0', XDG_STATE_HOME: scratch, ...env }, stdio: ['ignore', 'pipe', 'pipe'], detached: process.platform !== 'win32' });
    running = child;
    const tooLong = setTimeout(() => {
      output += `\nstopped: not done after ${minutes} minutes\n`;
      end(child, 'SIGTERM');
      setTimeout(() => end(child, 'SIGKILL'), 5_000).unref();
    }, minutes * 60_000);
    const read = (/** @type {Buffer} */ chunk) => {
      output += chunk.toString();
      if (inCI) process.stdout.write(chunk);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(tooLong);
      running = undefined;
      resolve({ code: code ?? 1, output });
    });
  });
}

/** @param {string} output of node's test runner @returns {Count} */
function countNodeTests(output) {
  const number = (/** @type {string} */ word) => Number(new RegExp(`^(?:#|ℹ) ${word} (\\d+)$`, 'm').exec(output)?.[1] ?? 0);
  // Nothing is skipped: a skipped, cancelled or postponed test has not shown what its name says.
  return { passed: number('pass'), failed: number('fail') + number('cancelled') + number('skipped') + number('todo') };
}

const bin = (/** @type {string} */ name) => join('node_modules', '.bin', name);

/** @param {string[]} files @param {{ concurrency?: number, minutes?: number }} [options] */
async function nodeTests(files, { concurrency = 2, minutes = 10 } = {}) {
  if (files.length === 0) return { code: 1, output: 'no test file found', count: { passed: 0, failed: 0 } };
  const command = [process.execPath, '--import', 'tsx', '--test', '--test-reporter=spec', `--test-concurrency=${concurrency}`, ...files];
  const { code, output } = await run(command, {}, minutes);
  return { code, output, count: countNodeTests(output) };
}

/**
 * Real faults in real time, on a machine that may be doing something else: a file that fails is run once more, alone, and said so. What fails then is a failure; what
 * passes is named all the same, since a test that needs it often is a bug of the product.
 * @param {string[]} files @param {{ concurrency?: number, minutes?: number }} [options]
 */
async function nodeTestsTwice(files, options) {
  const first = await nodeTests(files, options);
  // Nothing to look at again where the step itself was stopped, or where what failed is more than an accident.
  const failed = [...new Set([...first.output.matchAll(/^test at (\S+\.test\.ts):/gm)].map(([, file = '']) => file))].filter((file) => files.includes(file));
  if (first.code === 0 || failed.length === 0 || failed.length > 3 || first.output.includes('stopped: not done after')) return first;
  const again = await nodeTests(failed, options);
  const output = `${first.output}\nlooked at again: ${failed.join(', ')}\n${again.output}`;
  if (again.code !== 0) return { ...again, output };
  console.log(`passed only when run alone: ${failed.join(', ')}`);
  return { code: 0, output, count: { passed: first.count.passed + first.count.failed, failed: 0 } };
}

/** @param {'chromium' | 'firefox'} browser */
async function browserTests(browser) {
  const countFile = join(scratch, `${browser}.json`);
  const { code, output } = await run([bin('wtr')], { WTR_BROWSER: browser, WTR_COUNT_FILE: countFile });
  /** @type {Count} */
  const count = existsSync(countFile) ? JSON.parse(readFileSync(countFile, 'utf8')) : { passed: 0, failed: 0 };
  return { code, output, count };
}

/** @param {string[]} command @param {number} [minutes] */
async function check(command, minutes) {
  const { code, output } = await run(command, {}, minutes);
  return { code, output, count: { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 } };
}

/** @param {string} script @param {string[]} args */
const tsx = (script, ...args) => [process.execPath, '--import', 'tsx', script, ...args];

let hasFirefox = true;
let hasNetworks = true;

/** @type {{ name: string, title: string, needsFirefox?: boolean, run: () => Promise<{ code: number, output: string, count: Count }> }[]} */
const STEPS = [
  { name: 'build', title: 'build', run: async () => ({ ...(await run(['npm', 'run', '--silent', 'build'])), count: { passed: 0, failed: 0 } }) },
  { name: 'types', title: 'types of the tests', run: () => check([bin('tsc'), '-b', 'test']) },
  { name: 'node', title: 'node tests', run: () => nodeTests(['test/node', 'test/conformance'].flatMap(testFilesIn)) },
  { name: 'chromium', title: 'browser tests in Chromium', run: () => browserTests('chromium') },
  { name: 'firefox', title: 'browser tests in Firefox', needsFirefox: true, run: () => browserTests('firefox') },
  {
    name: 'e2e',
    title: 'end to end',
    run: () => nodeTestsTwice(testFilesIn('test/e2e').filter((file) => !isFault(file) && (hasFirefox || !file.includes('firefox'))), { concurrency: 1, minutes: 20 }),
  },
  { name: 'faults', title: 'real faults, end to end', run: () => nodeTestsTwice(testFilesIn('test/e2e').filter((file) => isFault(file) && (hasNetworks || !file.includes('network-'))), { concurrency: 1, minutes: 30 }) },
  { name: 'size', title: 'size budget', run: () => check(tsx('test/bench/size.ts', '--check')) },
  { name: 'docs', title: 'generated documentation', run: () => check([process.execPath, 'test/support/api-docs.mjs', '--check']) },
  { name: 'soak', title: 'soak (25 calls in a row)', run: () => check(tsx('test/e2e/soak.ts', '--calls', '25')) },
];

/** @param {string[]} args */
function chosenSteps(args) {
  const at = args.indexOf('--only');
  if (at < 0) return STEPS;
  const names = (args[at + 1] ?? '').split(',');
  const unknown = names.filter((name) => !STEPS.some((step) => step.name === name));
  if (unknown.length > 0) throw new Error(`--only takes ${STEPS.map((step) => step.name).join(',')}; not ${unknown.join(',')}`);
  return STEPS.filter((step) => names.includes(step.name));
}

async function main() {
  const steps = chosenSteps(process.argv.slice(2));
  const needsBrowser = steps.some((step) => ['chromium', 'firefox', 'e2e', 'faults', 'size', 'soak'].includes(step.name));
  if (needsBrowser) {
    const found = findOrInstallBrowsers(['chromium', 'firefox'], (line) => console.log(line));
    hasFirefox = found.firefox !== undefined;
    if (!found.chromium || (!hasFirefox && inCI)) {
      console.error(howToInstall(found.chromium ? 'firefox' : 'chromium'));
      return 1;
    }
    if (!hasFirefox) console.log(`NOT TESTED IN FIREFOX. ${howToInstall('firefox')}`);
  }

  if (steps.some((step) => step.name === 'faults')) {
    hasNetworks = findOrInstallFaultTools((line) => console.log(line));
    if (!hasNetworks) {
      console.error(`FAULTS OF THE NETWORK NOT TESTED. ${howToInstallFaultTools()}`);
      if (inCI) return 1;
    }
  }

  const total = { passed: 0, failed: 0 };
  let failed = false;
  for (const step of steps) {
    if (step.needsFirefox && !hasFirefox) continue;
    process.stdout.write(`${step.title} …${inCI ? '\n' : ''}`);
    const startedAt = performance.now();
    const { code, output, count } = await step.run();
    total.passed += count.passed;
    total.failed += count.failed;
    const isCounted = step.name !== 'build';
    failed = code !== 0 || count.failed > 0 || (isCounted && count.passed === 0);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    console.log(`${inCI ? `${step.title}:` : ''} ${failed ? 'FAILED' : 'ok'}${isCounted ? `, ${count.passed} passed` : ''}, ${seconds} s`);
    if (failed) {
      if (!inCI) console.log(output);
      total.failed = Math.max(1, total.failed);
      break;
    }
  }
  console.log(`${total.passed} passed, ${total.failed} failed`);
  return failed ? 1 : 0;
}

for (const [signal, code] of /** @type {const} */ ([['SIGINT', 130], ['SIGTERM', 143]])) {
  process.once(signal, () => {
    const child = running;
    if (!child) process.exit(code);
    end(child, signal);
    child.once('close', () => process.exit(code));
    setTimeout(() => {
      end(child, 'SIGKILL');
      process.exit(code);
    }, 5_000);
  });
}
process.exitCode = await main().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  return 1;
});
