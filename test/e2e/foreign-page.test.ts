import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { connect, type Peer } from './rig/peer.js';
import { uniqueRoom, useRig } from './rig/rig.js';

const stage = useRig();
afterEach(() => stage().closePeers());

async function visit(html: string, nickname: string): Promise<Peer> {
  const peer = await stage().page(await stage().browser(), nickname);
  await peer.page.goto(stage().site.put(`/${nickname}.html`, html));
  return peer;
}

describe('A plain HTML file from another web server', () => {
  it('makes a call with one script tag and one element, asking for nicknames', async () => {
    const { url } = stage().server;
    const html = `<!doctype html><script type="module" src="${url}/rtc-elements.js"></script>\n<rtc-room server="${url}" room="${uniqueRoom()}"></rtc-room>`;
    const [ana, ben] = await Promise.all([visit(html, 'Ana'), visit(html, 'Ben')]);
    assert.notEqual(new URL(ana.page.url()).origin, url);
    await Promise.all([ana.enter(), ben.enter()]);
    await connect(ana, ben);
    // What comes late into a call has come.
    await Promise.all([ana, ben].map((peer) => peer.waitForPart('verification-button')));
    assert.deepEqual([...ana.problems, ...ben.problems], []);
  });

  it('keeps the nickname field where it is first seen, while camera and microphone, allowed earlier, show themselves', async () => {
    for (const width of [900, 360]) {
      const ana = await stage().page(await stage().browser(), 'Ana', `
        globalThis.places = new Set();
        (function look() {
          const field = globalThis.rig?.part('nickname-input')?.getBoundingClientRect();
          if (field) places.add([field.x, field.y, field.width].map(Math.round).join());
          requestAnimationFrame(look);
        })();`);
      await ana.page.setViewport({ width, height: 700 });
      const { url } = stage().server;
      await ana.page.goto(stage().site.put('/still.html', `<!doctype html><script type="module" src="${url}/rtc-elements.js"></script><rtc-room server="${url}" room="lobby"></rtc-room>`));
      await ana.page.bringToFront();
      await ana.until('the own picture to move', () => (rig.find('video') as HTMLVideoElement | null)?.currentTime! > 0.3);
      const places = await ana.page.evaluate(() => [...(globalThis as unknown as { places: Set<string> }).places]);
      assert.equal(places.length, 1, `${width} px wide: ${places.join(' then ')}`);
    }
  });

  it('may leave out the server: the script knows where it came from', async () => {
    const html = `<!doctype html><script type="module" src="${stage().server.url}/rtc-elements.js"></script><rtc-room room="${uniqueRoom()}" nickname="Ana"></rtc-room>`;
    const ana = await visit(html, 'Ana');
    await ana.waitForRoom('joined');
  });

  it('may load the script twice', async () => {
    const { url } = stage().server;
    const script = `<script type="module" src="${url}/rtc-elements.js"></script><script type="module" src="${url}/rtc-elements.js?again"></script>`;
    const ana = await visit(`<!doctype html>${script}<rtc-room room="${uniqueRoom()}" nickname="Ana" server="${url}"></rtc-room>`, 'Ana');
    await ana.waitForRoom('joined');
    assert.deepEqual(ana.problems, []);
  });

  it('may arrange list and view anywhere in the page with for', async () => {
    const { url } = stage().server;
    const html = `<!doctype html><script type="module" src="${url}/rtc-elements.js"></script>
      <header><rtc-member-list for="r"></rtc-member-list></header><main><rtc-video-call for="r"></rtc-video-call></main>
      <rtc-room id="r" server="${url}" room="${uniqueRoom()}" nickname="NAME"><p>mine</p></rtc-room>`;
    const [ana, ben] = await Promise.all([visit(html.replace('NAME', 'Ana'), 'Ana'), visit(html.replace('NAME', 'Ben'), 'Ben')]);
    await connect(ana, ben);
    const active = (await ana.events('rtc-call-state')).filter(({ detail }) => detail['state'] === 'active');
    assert.equal(active.length, 1, 'heard once at the document');
  });
});
