// @ts-check
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';

// The programs that real network faults need (namespaces, packet loss, a relay, reverse proxies): found, or on Debian as root installed.

/** @typedef {'ip' | 'bridge' | 'iptables' | 'turnserver' | 'nginx' | 'caddy' | 'openssl'} FaultTool */

/** @type {Record<FaultTool, string>} program → its Debian package */
const PACKAGES = { ip: 'iproute2', bridge: 'iproute2', iptables: 'iptables', turnserver: 'coturn', nginx: 'nginx-light', caddy: 'caddy', openssl: 'openssl' };
const TOOLS = /** @type {FaultTool[]} */ (Object.keys(PACKAGES));
/** Not everybody's PATH has the administrator's folders. */
const FOLDERS = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin', '/usr/bin'].filter(Boolean);

/** @param {FaultTool} tool @returns {string | null} */
function find(tool) {
  return FOLDERS.map((folder) => join(folder, tool)).find((path) => existsSync(path)) ?? null;
}

/** @param {FaultTool} tool its path; throws, saying what to install, where it is not there */
export function faultTool(tool) {
  const path = find(tool);
  if (!path) throw new Error(`${tool} is missing. ${howToInstallFaultTools()}`);
  return path;
}

/** @param {FaultTool[]} missing */
function packagesOf(missing) {
  return [...new Set(missing.map((tool) => PACKAGES[tool]))].join(' ');
}

export function howToInstallFaultTools() {
  return `Network faults are tested on Linux as root (namespaces) and need: apt-get install ${packagesOf(TOOLS)}`;
}

/**
 * Whether real network faults can be made here; on Debian as root what is missing is installed first.
 * @param {(line: string) => void} say
 */
export function findOrInstallFaultTools(say) {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const missing = TOOLS.filter((tool) => find(tool) === null);
  if (missing.length > 0 && existsSync('/etc/debian_version')) {
    const packages = packagesOf(missing);
    say(`installing ${packages.split(' ').join(' and ')} with apt-get …`);
    // A package that starts a service at once would put a relay or a web server on this machine's address.
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
    for (const args of [['update'], ['install', '-y', '--no-install-recommends', ...packages.split(' ')]]) {
      const run = spawnSync('apt-get', args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
      if (run.status !== 0) say(`apt-get ${args.join(' ')} failed:\n${run.stdout ?? ''}${run.stderr ?? ''}`);
    }
  }
  if (TOOLS.some((tool) => find(tool) === null)) return false;
  // A container may withhold what root has elsewhere.
  const name = `rtcprobe${process.pid}`;
  const made = spawnSync(faultTool('ip'), ['netns', 'add', name], { encoding: 'utf8' });
  if (made.status !== 0) say(`this machine allows no network namespaces: ${made.stderr.trim()}`);
  else spawnSync(faultTool('ip'), ['netns', 'del', name]);
  return made.status === 0;
}
