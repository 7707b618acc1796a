// @ts-check
import { writeFileSync } from 'node:fs';
import process from 'node:process';

/** @param {import('@web/test-runner').TestSuiteResult} suite @returns {import('@web/test-runner').TestResult[]} */
const testsOf = (suite) => [...suite.tests, ...suite.suites.flatMap(testsOf)];

/**
 * Writes how many tests passed and failed to the file named by WTR_COUNT_FILE, for `test/run.mjs`. A file that does not load, or holds no test, is a failure.
 * @returns {import('@web/test-runner').Reporter}
 */
export function countReporter() {
  return {
    onTestRunFinished({ sessions }) {
      let passed = 0;
      let failed = 0;
      for (const session of sessions) {
        const tests = session.testResults ? testsOf(session.testResults) : [];
        const ran = tests.filter((test) => !test.skipped);
        const broken = ran.filter((test) => !test.passed).length;
        passed += ran.length - broken;
        failed += broken;
        if (broken === 0 && (!session.passed || ran.length < tests.length || tests.length === 0)) {
          failed += 1;
          process.stderr.write(`${session.testFile}: ${tests.length === 0 ? 'no test ran' : 'failed, or has skipped tests'}\n`);
        }
      }
      if (process.env.WTR_COUNT_FILE) writeFileSync(process.env.WTR_COUNT_FILE, JSON.stringify({ passed, failed }));
      if (failed > 0) process.exitCode = 1;
    },
  };
}
