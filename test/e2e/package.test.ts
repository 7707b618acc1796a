import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import commonjs from '@rollup/plugin-commonjs';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { rollup, type Plugin } from 'rollup';
import { expectLiveCall } from './rig/peer.js';
import { uniqueRoom, useRig } from './rig/rig.js';

// The package as a stranger gets it: packed, unpacked into a folder of one's own, beside the dependencies that it names and nothing else; imported on a server, and
// bundled into a page that calls.

const root = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);
/** Its types are those of its CommonJS twin. */
const plainModules = commonjs as unknown as () => Plugin;
const stage = useRig();
afterEach(() => stage().closePeers());

describe('The package, unpacked elsewhere', () => {
  let folder: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rtc-elements-package-'));
    const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], { cwd: root });
    const [packed] = JSON.parse(stdout) as { filename: string }[];
    const modules = join(folder, 'node_modules');
    mkdirSync(join(modules, 'rtc-elements'), { recursive: true });
    await run('tar', ['xzf', join(folder, packed!.filename), '-C', join(modules, 'rtc-elements'), '--strip-components=1']);
    const { dependencies } = JSON.parse(readFileSync(join(modules, 'rtc-elements/package.json'), 'utf8')) as { dependencies: Record<string, string> };
    for (const name of Object.keys(dependencies)) {
      mkdirSync(dirname(join(modules, name)), { recursive: true });
      symlinkSync(join(root, 'node_modules', name), join(modules, name));
    }
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('is imported where there is no page, as for rendering on a server', async () => {
    const code = `import 'rtc-elements'; import { createSession } from 'rtc-elements/session'; console.log(createSession({ room: 'a' }).getSnapshot().roomState, typeof document);`;
    assert.equal((await run(process.execPath, ['--input-type=module', '--eval', code], { cwd: folder })).stdout.trim(), 'idle undefined');
  });

  it('starts its server, and says how', async () => {
    const command = join(folder, 'node_modules/rtc-elements/dist/server/main.js');
    const { stdout } = await run(process.execPath, [command, '--help'], { cwd: folder });
    assert.match(stdout, /rtc-elements-server token/);
  });

  it('is bundled into a page of one’s own, which calls and takes calls; nothing that it needs is shaken out', async () => {
    writeFileSync(join(folder, 'main.js'), `import 'rtc-elements';\ndocument.querySelector('rtc-room').nickname = new URLSearchParams(location.search).get('name');\n`);
    const bundle = await rollup({ input: join(folder, 'main.js'), plugins: [nodeResolve({ browser: true }), plainModules()], onwarn: () => {} });
    const { output } = await bundle.generate({ format: 'esm' });
    await bundle.close();
    for (const part of output) if (part.type === 'chunk') stage().site.put(`/bundled/${part.fileName}`, part.code);
    const room = uniqueRoom();
    const address = stage().site.put('/bundled/index.html', `<!doctype html><html lang="en"><title>Mine</title>
      <rtc-room server="${stage().server.url}" room="${room}"></rtc-room><script type="module" src="main.js"></script></html>`);
    const [ana, ben] = await Promise.all(['Ana', 'Ben'].map(async (name) => {
      const peer = await stage().page(await stage().browser(), name);
      await peer.page.goto(`${address}?name=${name}`);
      await peer.waitForRoom('joined');
      return peer;
    }));
    assert.ok(ana && ben);
    await ana.call('Ben');
    await ben.accept();
    await expectLiveCall(ana, ben);
    assert.deepEqual([...ana.problems, ...ben.problems], []);
  });
});
