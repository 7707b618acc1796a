import process from 'node:process';
import { defaultReporter } from '@web/test-runner';
import { puppeteerLauncher } from '@web/test-runner-puppeteer';
import { esbuildPlugin } from '@web/dev-server-esbuild';
import { fileURLToPath } from 'node:url';
import { launchOptions } from './test/support/browsers.mjs';
import { signalingPlugin } from './test/support/signaling-plugin.mjs';
import { countReporter } from './test/support/test-count.mjs';

// One browser a run, Chromium unless WTR_BROWSER=firefox. One file: `npx wtr test/browser/elements/rtc-room.test.ts`.

const browser = process.env.WTR_BROWSER === 'firefox' ? 'firefox' : 'chromium';

export default {
  files: ['test/browser/**/*.test.ts'],
  nodeResolve: { browser: true, exportConditions: ['browser'] },
  browsers: [puppeteerLauncher({ launchOptions: launchOptions(browser) })],
  // Two pages at once hold the two cores of a small machine; in Firefox a page in the background gets its timers and frames late.
  concurrency: browser === 'chromium' ? 2 : 1,
  plugins: [
    esbuildPlugin({ ts: true, tsconfig: fileURLToPath(new URL('src/tsconfig.base.json', import.meta.url)) }),
    signalingPlugin(),
  ],
  reporters: [defaultReporter({ reportTestResults: true, reportTestProgress: process.stdout.isTTY === true }), countReporter()],
  testFramework: { config: { ui: 'bdd', timeout: 20_000 } },
  testsStartTimeout: 60_000,
  testsFinishTimeout: 300_000,
};
