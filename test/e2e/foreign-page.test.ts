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
    assert.deepEqual([...ana.problems, ...ben.problems], []);
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
