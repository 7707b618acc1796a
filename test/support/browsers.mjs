// @ts-check
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';

// Where this machine's browsers are, and with which switches they do real calls without a camera, a person or the internet.

/** @typedef {'chromium' | 'firefox'} BrowserName */

/** @type {Record<BrowserName, {variable: string, commands: string[], places: string[], package: string}>} */
const KNOWN = {
  chromium: {
    variable: 'CHROME_PATH',
    commands: ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome', 'microsoft-edge-stable', 'microsoft-edge', 'msedge'],
    places: [
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
      '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
      '/snap/bin/chromium',
      ...windowsPlaces('Google/Chrome/Application/chrome.exe', 'Microsoft/Edge/Application/msedge.exe'),
    ],
    package: 'chromium',
  },
  firefox: {
    variable: 'FIREFOX_PATH',
    commands: ['firefox-esr', 'firefox'],
    places: ['/Applications/Firefox.app/Contents/MacOS/firefox', '/snap/bin/firefox', ...windowsPlaces('Mozilla Firefox/firefox.exe')],
    package: 'firefox-esr',
  },
};

/** @param {string[]} programs */
function windowsPlaces(...programs) {
  const roots = [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA];
  return roots.flatMap((root) => (root ? programs.map((program) => join(root, program)) : []));
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * The browser's path, or null. A path in the environment that does not lead to a program is an error: whoever set it meant something by it.
 * @param {BrowserName} name
 * @returns {string | null}
 */
export function findBrowser(name) {
  const { variable, commands, places } = KNOWN[name];
  const given = process.env[variable];
  if (given) {
    if (!isExecutable(given)) throw new Error(`${variable}=${given} is not a program`);
    return given;
  }
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const candidates = [...commands.flatMap((command) => folders.map((folder) => join(folder, command + suffix))), ...places];
  return candidates.find(isExecutable) ?? null;
}

const mayInstall = () => process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/etc/debian_version');

/**
 * Finds the named browsers; on Debian as root installs the missing ones.
 * @param {BrowserName[]} names
 * @param {(line: string) => void} say
 * @returns {Partial<Record<BrowserName, string>>}
 */
export function findOrInstallBrowsers(names, say) {
  const missing = names.filter((name) => findBrowser(name) === null);
  if (missing.length > 0 && mayInstall()) {
    const packages = missing.map((name) => KNOWN[name].package);
    say(`installing ${packages.join(' and ')} with apt-get …`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    for (const args of [['update'], ['install', '-y', '--no-install-recommends', ...packages]]) {
      const run = spawnSync('apt-get', args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
      if (run.status !== 0) say(`apt-get ${args.join(' ')} failed:\n${run.stdout ?? ''}${run.stderr ?? ''}`);
    }
  }
  return Object.fromEntries(names.flatMap((name) => {
    const path = findBrowser(name);
    return path ? [[name, path]] : [];
  }));
}

/** @param {BrowserName} name */
export function howToInstall(name) {
  const { variable, package: debianPackage } = KNOWN[name];
  return `No ${name === 'chromium' ? 'Chrome, Chromium or Edge' : 'Firefox'} found: install one (Debian: apt-get install ${debianPackage}) or set ${variable} to its path.`;
}

/** Fake camera and microphone, no prompts, nothing said to anyone outside this machine. */
export const CHROMIUM_FLAGS = [
  '--no-sandbox', '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

/** @type {Record<string, string | number | boolean>} */
export const FIREFOX_PREFS = {
  'media.navigator.streams.fake': true,
  'media.navigator.permission.disabled': true,
  'media.peerconnection.ice.loopback': true,
  'media.autoplay.default': 0,
};

/**
 * What puppeteer needs to start this browser. `flags` come on top of ours, or with `instead` in place of them (Chromium only).
 * @param {BrowserName} name
 * @param {{ flags?: string[], instead?: boolean }} [options]
 * @returns {import('puppeteer-core').LaunchOptions}
 */
export function launchOptions(name, { flags = [], instead = false } = {}) {
  const executablePath = findBrowser(name);
  if (!executablePath) throw new Error(howToInstall(name));
  // No question to a page takes longer; the default, three minutes, outlasts the step it is asked in.
  const common = { executablePath, headless: true, protocolTimeout: 45_000 };
  return name === 'chromium'
    ? { ...common, args: instead ? flags : [...CHROMIUM_FLAGS, ...flags] }
    : { ...common, browser: 'firefox', extraPrefsFirefox: FIREFOX_PREFS };
}
