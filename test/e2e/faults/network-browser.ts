import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer, { type Browser } from 'puppeteer-core';
import { launchOptions } from '../../support/browsers.mjs';
import { faultTool } from '../../support/fault-tools.mjs';
import type { Host } from './network-lan.js';

/** A browser whose whole process tree can be frozen, thawed and killed. */
export interface FaultyBrowser {
  readonly browser: Browser;
  /** As a machine that hangs or sleeps: its connections stay open, and it says nothing. */
  freeze(): void;
  thaw(): void;
  kill(): void;
  close(): Promise<void>;
}

/**
 * Chromium, inside the host's namespace if one is given. It is spoken to over a pipe: a namespace has a loopback of its own, where nobody out here would find
 * its debugging port. `origins`: pages from here may use the camera although they come over plain http.
 */
export async function startBrowser(host: Host | null, origins: readonly string[] = []): Promise<FaultyBrowser> {
  const options = launchOptions('chromium', { flags: origins.length > 0 ? [`--unsafely-treat-insecure-origin-as-secure=${origins.join(',')}`] : [] });
  const folder = mkdtempSync(join(tmpdir(), 'rtc-elements-browser-'));
  let executablePath = options.executablePath ?? '';
  if (host) {
    const wrapper = join(folder, 'chromium');
    writeFileSync(wrapper, `#!/bin/sh\nexec ${faultTool('ip')} netns exec ${host.namespace} '${executablePath}' "$@"\n`);
    chmodSync(wrapper, 0o755);
    executablePath = wrapper;
  }
  const browser = await puppeteer.launch({
    ...options,
    executablePath,
    pipe: true,
    userDataDir: join(folder, 'profile'),
    // People's browsers have one.
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  });
  const leader = browser.process()?.pid ?? 0;
  const signal = (name: NodeJS.Signals): void => {
    try {
      // puppeteer starts it as the leader of a process group of its own.
      if (leader > 1) process.kill(-leader, name);
    } catch {
      // Gone already.
    }
  };
  const onExit = (): void => {
    signal('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', onExit);
  let dead = false;
  return {
    browser,
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    kill() {
      dead = true;
      signal('SIGKILL');
    },
    async close() {
      process.off('exit', onExit);
      signal('SIGCONT');
      // One that hangs must not hold up the end of the test.
      if (!dead) await Promise.race([browser.close().catch(() => {}), new Promise((resolve) => setTimeout(resolve, 3_000).unref())]);
      signal('SIGKILL');
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}
