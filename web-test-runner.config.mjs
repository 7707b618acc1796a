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
  // A window of its own for each: a tab in the background is given no frames, so that what waits for a picture waits for ever.
  browsers: [puppeteerLauncher({ launchOptions: launchOptions(browser), createPage: async ({ browser: running }) => (await running.createBrowserContext()).newPage() })],
  // One page at a time: a page behind another one gets its frames late or never.
  concurrency: 1,
  plugins: [
    esbuildPlugin({ ts: true, tsconfig: fileURLToPath(new URL('src/tsconfig.base.json', import.meta.url)) }),
    signalingPlugin(),
  ],
  reporters: [defaultReporter({ reportTestResults: true, reportTestProgress: process.stdout.isTTY === true }), countReporter()],
  testFramework: { config: { ui: 'bdd', timeout: 20_000 } },
  testsStartTimeout: 60_000,
  testsFinishTimeout: 300_000,
};
