import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterEach, describe, it } from 'node:test';
import { expectLiveCall, type Peer } from './rig/peer.js';
import { uniqueRoom, useRig } from './rig/rig.js';

const stage = useRig();
afterEach(() => stage().closePeers());

interface Published {
  readonly version: string;
  readonly files: Readonly<Record<string, string>>;
}
const published = async (): Promise<Published> => (await (await fetch(`${stage().server.url}/integrity.json`)).json()) as Published;

/** As the README has it: the entry by its script element, everything behind it by the import map. */
async function pinned(nickname: string, room: string, { version, files }: Published): Promise<Peer> {
  const { url } = stage().server;
  const entry = `${url}/rtc-elements@${version}.js`;
  const integrity = Object.fromEntries(Object.entries(files).map(([file, hash]) => [`${url}/${file}`, hash]));
  const peer = await stage().page(await stage().browser(), nickname);
  await peer.page.goto(stage().site.put(`/${nickname}.html`, `<!doctype html><script type="importmap">${JSON.stringify({ integrity })}</script>
    <script type="module" crossorigin src="${entry}" integrity="${files['rtc-elements.js'] ?? ''}"></script>
    <rtc-room server="${url}" room="${room}" nickname="${nickname}"></rtc-room>`));
  return peer;
}

describe('The published integrity', () => {
  it('is that of every file as it is served, the versioned entry included', async () => {
    const { version, files } = await published();
    assert.equal(version, (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }).version);
    for (const file of [...Object.keys(files), `rtc-elements@${version}.js`]) {
      const bytes = Buffer.from(await (await fetch(`${stage().server.url}/${file}`)).arrayBuffer());
      assert.equal(`sha384-${createHash('sha384').update(bytes).digest('base64')}`, files[file.replace(`@${version}`, '')], file);
    }
  });

  it('lets a page that pins everything make a call', async () => {
    const room = uniqueRoom();
    const hashes = await published();
    const [ana, ben] = await Promise.all([pinned('Ana', room, hashes), pinned('Ben', room, hashes)]);
    await ana.call('Ben');
    await ben.accept();
    await expectLiveCall(ana, ben);
    const { version, files } = hashes;
    const loaded = await ana.page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => name.endsWith('.js')));
    const { url } = stage().server;
    for (const name of loaded) assert.ok(name === `${url}/rtc-elements@${version}.js` || name.replace(`${url}/`, '') in files, `${name} is pinned`);
    assert.deepEqual(ana.problems, []);
  });

  for (const part of ['rtc-elements.js', 'chunks/core-', 'chunks/joined-'] as const) {
    it(`keeps out a ${part}… that is another, under no other address either`, async () => {
      const hashes = await published();
      const other = `sha384-${createHash('sha384').update('another').digest('base64')}`;
      const files = Object.fromEntries(Object.entries(hashes.files).map(([file, hash]) => [file, file.startsWith(part) ? other : hash]));
      const ana = await pinned('Ana', uniqueRoom(), { ...hashes, files });
      while (!ana.problems.some((line) => line.includes('integrity'))) await ana.page.waitForNetworkIdle({ idleTime: 50, timeout: 5_000 });
      // What comes late says so, once nothing more is tried.
      if (part === 'chunks/joined-') await ana.until('the room to say so', () => globalThis.rig.events.some(({ type }) => type === 'rtc-error'));
      assert.notEqual(await ana.page.evaluate(() => (globalThis.rig.find('rtc-room') as HTMLElement & { state?: string }).state), 'joined');
      const again = await ana.page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => name.includes('#')));
      assert.deepEqual(again, []);
    });
  }
});
