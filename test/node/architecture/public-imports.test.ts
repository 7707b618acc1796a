import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { access, readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { VERSION } from '../../../src/elements/version.js';

const root = new URL('../../../', import.meta.url);
const manifest = JSON.parse(await readFile(new URL('package.json', root), 'utf8')) as {
  name: string;
  version: string;
  exports: Record<string, string | Record<string, string>>;
  bin: Record<string, string>;
};

/** Imports a public entry in a fresh Node and says what it exports. A self-reference (`rtc-elements/…`) goes through the package's own `exports`. */
async function exportsUnderNode(specifier: string): Promise<string[]> {
  const code = `import * as entry from ${JSON.stringify(specifier)};\nprocess.stdout.write(JSON.stringify(Object.keys(entry)));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code], { cwd: fileURLToPath(root), timeout: 15_000 });
  return JSON.parse(stdout) as string[];
}

const ENTRIES: [specifier: string, names: string[]][] = [
  [manifest.name, ['RtcRoom', 'RtcMemberList', 'RtcVideoCall', 'createSession']],
  [`${manifest.name}/session`, ['createSession', 'checkCall', 'explainCheck']],
  [`${manifest.name}/token`, ['createToken']],
  [`${manifest.name}/server`, ['createSignalingServer', 'attachSignaling']],
];

describe('The package', () => {
  it('names one version: its own', () => {
    assert.equal(VERSION, manifest.version);
  });

  for (const [specifier, names] of ENTRIES) {
    it(`can be imported under Node as ${specifier}, which exports ${names.join(', ')}`, async () => {
      const found = await exportsUnderNode(specifier);
      for (const name of names) assert.ok(found.includes(name), `${name} is not among ${found.join(', ')}`);
    });
  }

  it('ships every file that its exports and its bin name', async () => {
    const targets = [...Object.values(manifest.exports).flatMap((entry) => (typeof entry === 'string' ? entry : Object.values(entry))), ...Object.values(manifest.bin)];
    // What `npm run docs` makes has tests of its own: node/editor.
    const files = targets.filter((target) => !/\*|custom-elements\.json$|(?:react|vue|svelte)\.d\.ts$/.test(target));
    assert.ok(files.length >= 6);
    await Promise.all(files.map((file) => access(new URL(file, root))));
  });
});
