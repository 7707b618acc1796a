import assert from 'node:assert/strict';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createSignalingServer, type Identity, type SignalingServer } from '../../../src/server/index.js';
import { parseNickname } from '../../../src/protocol/names.js';
import { roomStrings } from '../../../src/elements/strings.js';
import { viewStrings } from '../../../src/elements/view-strings.js';
import { qualityStrings } from '../../../src/elements/rtc-video-call/quality-strings.js';
import { MemoryLog } from '../../node/server/memory-log.js';
import { SocketClient } from '../../node/server/socket-client.js';
import { expectLiveCall, type Peer } from '../rig/peer.js';
import { uniqueRoom, useRig } from '../rig/rig.js';

// Markup, script addresses, tricks of writing direction, long words and names of prototypes, through every field that a person, a peer or a page can fill, under
// the strictest policy that the elements are to live under. Nothing of it may run, be blocked (so: be tried), or push the layout apart.

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' ws:; img-src blob: data:; media-src blob:; require-trusted-types-for 'script'; trusted-types lit-html 'allow-duplicates'";

const MARKUP = [
  '<img src=x onerror=pwned()>', '"><script>pwned()</script>', '<svg/onload=pwned()>', "'-pwned()-'", '${pwned()}', '{{constructor.constructor("pwned()")()}}', '<!--', ']]>',
  '<iframe srcdoc="<script>parent.pwned()</script>">', '</style><script>pwned()</script>', '<a href="javascript:pwned()">', '<math><mtext><style><img onerror=pwned() src>', '?lit$1$',
];
const ADDRESSES = ['javascript:pwned()', 'JaVaScRiPt:pwned()', ' javascript:pwned()', 'vbscript:pwned()', 'data:text/html,<script>pwned()</script>', 'data:image/svg+xml,<svg onload="pwned()"/>', 'blob:x', 'java\nscript:pwned()', '//'];
const LONG = ['W'.repeat(64), 'Ωmega-'.repeat(10), '\u05d0\u05d1\u05d2\u05d3'.repeat(16), '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}'.repeat(10), 'z' + '\u0300'.repeat(40), '﷽'.repeat(3), 'a b '.repeat(16).trim()];
const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
const CORPUS = [...MARKUP, ...ADDRESSES, ...LONG, ...NAMES];
/** What names may not have, but other texts may. */
const HIDDEN = ['\u202egnp.exe', '\u2066left\u2069', 'zero\u200bwidth', 'nul\u0000', 'line\nbreak', '\ud800'];

const identity = (text: string, index: number): Identity => ({
  userId: `${text} ${index}`.slice(0, 200), nickname: parseNickname([...text].slice(0, 60).join('')) ?? `Member ${index}`, role: text.slice(0, 60), data: { [text]: text, note: text }, avatarUrl: ADDRESSES[index % ADDRESSES.length] ?? '',
});

declare global {
  // Set in the pages.
  var pwned: () => void;
  var pwnedTimes: number;
  var controlChannels: RTCDataChannel[];
}

/** In each page before its scripts: counts what runs, and keeps hold of the control channel. */
function lieInWait(): void {
  globalThis.pwnedTimes = 0;
  globalThis.pwned = () => void (globalThis.pwnedTimes += 1);
  globalThis.controlChannels = [];
  const create = RTCPeerConnection.prototype.createDataChannel;
  RTCPeerConnection.prototype.createDataChannel = function (...given) {
    const channel = create.apply(this, given);
    controlChannels.push(channel);
    return channel;
  };
}

const screenshots = process.env.SCREENSHOTS;

describe('The corpus of payloads, under a policy that allows nothing', () => {
  const stage = useRig();
  let server: SignalingServer;
  let url = '';
  const crowd: SocketClient[] = [];
  before(async () => {
    // Who comes says who it is: so every claim can be anything.
    const authorize = (token: string | null): Identity | null => (token === null ? null : (JSON.parse(token) as Identity));
    server = createSignalingServer({ port: 0, host: '127.0.0.1', logger: new MemoryLog(), authorize, sessionSecret: 'a secret of this test, long enough' });
    ({ url } = await server.listen());
    const cdn = fileURLToPath(new URL('../../../dist/cdn/', import.meta.url));
    for (const file of await readdir(cdn, { recursive: true })) if (file.endsWith('.js')) stage().site.put(`/${file}`, await readFile(join(cdn, file), 'utf8'));
    if (screenshots) await mkdir(screenshots, { recursive: true });
  });
  afterEach(async () => {
    for (const one of crowd.splice(0)) one.close();
    await stage().closePeers();
  });
  after(() => server.close());

  async function open(room: string, token: Identity | null, attributes = ''): Promise<Peer> {
    const peer = await stage().page(await stage().browser(), token?.nickname ?? 'nobody', `(${lieInWait.toString()})()`);
    peer.page.on('dialog', (dialog) => {
      peer.problems.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');
    const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Strict</title></head><body>
<script type="module" src="/rtc-elements.js"></script><rtc-room server="${url}" room="${escaped(room)}" ${token ? `token="${escaped(JSON.stringify(token))}"` : ''} ${attributes}></rtc-room></body></html>`;
    await peer.page.goto(stage().site.put(`/${Math.random()}.html`, html, { 'content-security-policy': POLICY }));
    await peer.until('the elements', () => customElements.get('rtc-room') !== undefined);
    return peer;
  }

  async function expectHarmless(...peers: readonly Peer[]): Promise<void> {
    for (const peer of peers) {
      const found = await peer.page.evaluate(() => {
        const all = (root: Document | ShadowRoot): Element[] => [...root.querySelectorAll('*')].flatMap((element) => [element, ...(element.shadowRoot ? all(element.shadowRoot) : [])]);
        const strange = all(document).filter((element) =>
          ['IFRAME', 'A', 'MATH', 'OBJECT', 'EMBED'].includes(element.tagName.toUpperCase()) || (element.tagName === 'SCRIPT' && !element.hasAttribute('src')) ||
          element.getAttributeNames().some((name) => /^on/i.test(name) || (/^(src|href|srcdoc|data|action|formaction|xlink:href)$/i.test(name) && /^\s*(javascript|vbscript|data:text)/i.test(element.getAttribute(name) ?? ''))));
        return { pwned: pwnedTimes, violations: rig.violations, strange: strange.map((element) => element.outerHTML.slice(0, 200)), polluted: 'polluted' in {} };
      });
      assert.deepEqual(found, { pwned: 0, violations: [], strange: [], polluted: false }, peer.nickname);
      assert.deepEqual(peer.problems.filter((problem) => /uncaught|dialog|Security|Trusted/.test(problem)), []);
    }
  }

  /** At 320 px and wide: nothing stands out of the page to the side, no button out of the view. */
  async function expectInPlace(peer: Peer, scene: string): Promise<void> {
    for (const width of [320, 1280]) {
      await peer.page.setViewport({ width, height: 700 });
      await peer.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
      const { over, timer, outside } = await peer.page.evaluate(() => {
        const all = (root: Document | ShadowRoot): Element[] => [...root.querySelectorAll('*')].flatMap((element) => [element, ...(element.shadowRoot ? all(element.shadowRoot) : [])]);
        const buttons = all(document).filter((element) => element instanceof HTMLButtonElement && element.checkVisibility());
        return {
          over: document.documentElement.scrollWidth - document.documentElement.clientWidth,
          timer: Math.round(rig.part('timer')?.getBoundingClientRect().height ?? 0),
          outside: [...buttons, ...[rig.part('timer')].filter((time) => time !== null)].filter((button) => button.getBoundingClientRect().right > innerWidth + 1 || button.getBoundingClientRect().left < -1).map((button) => button.getAttribute('part') ?? button.className),
        };
      });
      if (screenshots) await peer.page.screenshot({ path: join(screenshots, `${scene}-${width}.png`) as `${string}.png` });
      assert.ok(over <= 0, `${scene} at ${width} px is ${over} px too wide`);
      assert.deepEqual(outside, [], `${scene} at ${width} px`);
      assert.ok(timer < 32, `${scene} at ${width} px: the time is on one line`);
    }
  }

  it('as nicknames, claims and pictures of everybody in the list', async () => {
    const room = uniqueRoom();
    const ana = await open(room, { userId: 'ana', nickname: 'Ana' });
    await ana.waitForRoom('joined');
    for (const [index, text] of CORPUS.entries()) {
      const client = await new SocketClient(url).connect();
      crowd.push(client);
      await client.join(room, 'ignored', JSON.stringify(identity(text, index)));
    }
    await ana.until('everybody in the list', (count) => rig.room().members.length === Number(count), [String(CORPUS.length + 1)]);
    for (const hidden of HIDDEN) await assert.rejects((await new SocketClient(url).connect()).join(room, hidden, JSON.stringify({ userId: hidden, nickname: hidden })), /nickname-invalid/);
    await expectInPlace(ana, 'list');
    await expectHarmless(ana);
  });

  for (const [what, text] of [['markup', '<img src=x onerror=pwned()>'], ['a long word', LONG[0] ?? ''], ['writing from the right', LONG[2] ?? '']] as const) {
    it(`${what}: a whole call with somebody who is called so and says so over the control channel`, async () => {
      const room = `${text}${uniqueRoom()}`.slice(0, 120);
      const [ana, mallory] = [await open(room, { userId: 'ana', nickname: 'Ana' }), await open(room, identity(text, 0))];
      await Promise.all([ana, mallory].map((peer) => peer.waitForRoom('joined')));
      await ana.until('the other', () => rig.room().members.length === 2);
      await mallory.call('Ana');
      await ana.waitForPart('incoming');
      await expectInPlace(ana, `incoming-${what}`);
      await ana.accept();
      await expectLiveCall(ana, mallory);
      await expectInPlace(ana, `active-${what}`);
      await mallory.page.evaluate((corpus) => {
        const channel = controlChannels.find(({ readyState }) => readyState === 'open');
        if (!channel) throw new Error('no control channel');
        for (const payload of corpus) {
          const sent: unknown[] = [{ t: payload }, { t: 'bye', reason: payload }, { t: 'media', audio: payload, video: payload, screen: payload }, { t: 'media', audio: true, video: true, screen: false, title: payload, [payload]: payload }];
          for (const message of [payload, ...sent.map((one) => JSON.stringify(one)), `{"t":"media","audio":true,"video":true,"screen":false,"__proto__":{"polluted":true}}`]) channel.send(message);
        }
      }, [...CORPUS, ...HIDDEN.slice(0, 5)]);
      // The last one is right, and comes after all others.
      await mallory.page.evaluate(() => rig.view().toggleCamera(false));
      await ana.until('the camera of the other to be off', () => rig.events.some(({ type, detail }) => type === 'rtc-media' && detail['source'] === 'remote' && detail['kind'] === 'video' && detail['enabled'] === false));
      await expectInPlace(ana, `camera-off-${what}`);
      await mallory.hangUp();
      await ana.waitForEnd('remote-hangup');
      await expectInPlace(ana, `ended-${what}`);
      await expectHarmless(ana, mallory);
    });
  }

  it('as words of the page: every text the elements show is one of them, in every scene of a call', async () => {
    const room = uniqueRoom();
    const keys = Object.keys({ ...roomStrings, ...viewStrings, ...qualityStrings });
    const strings = Object.fromEntries(keys.map((key, index) => [key, `${MARKUP[index % MARKUP.length] ?? ''}${CORPUS[index % CORPUS.length] ?? ''}{name}`]));
    const [ana, ben] = [await open(room, { userId: 'ana', nickname: 'Ana' }), await open(room, { userId: 'ben', nickname: 'Ben' })];
    await ana.page.evaluate((words) => Object.assign(rig.room(), { strings: words }), strings);
    await Promise.all([ana, ben].map((peer) => peer.waitForRoom('joined')));
    await ben.call('Ana');
    await ana.waitForPart('incoming');
    await ana.accept();
    await expectLiveCall(ana, ben);
    await ben.page.evaluate(() => rig.view().toggleMicrophone(false));
    await ben.hangUp();
    await ana.waitForEnd('remote-hangup');
    assert.ok((await ana.page.evaluate(() => rig.text())).includes('pwned'), 'the words are shown');
    await expectHarmless(ana, ben);
  });

  it('as attributes and names: of the room, the person, the ringtone and all the rest', async () => {
    const names = ['room', 'nickname', 'theme', 'media', 'facing-mode', 'controlslist', 'ice-transport-policy', 'ring-timeout', 'ringtone', 'server', 'state'];
    const peer = await open(uniqueRoom(), { userId: 'ana', nickname: 'Ana' });
    await peer.waitForRoom('joined');
    for (const payload of [...CORPUS, ...HIDDEN]) {
      await peer.page.evaluate((all, value) => {
        const room = document.createElement('rtc-room');
        for (const name of all) room.setAttribute(name, value);
        for (const view of ['rtc-video-call', 'rtc-member-list']) {
          const child = document.createElement(view);
          for (const name of [...all, 'for', 'volume', 'priority', 'ended-timeout']) if (name !== 'server' && name !== 'room') child.setAttribute(name, value);
          room.append(child);
        }
        document.body.append(room);
      }, names, payload);
    }
    const form = await open(uniqueRoom(), null);
    for (const payload of [...MARKUP, ...LONG]) await form.page.evaluate((nickname) => void rig.room().join({ nickname }).catch(() => {}), payload);
    // Where the address of a server could be one it is looked for; everything else is refused.
    await peer.until('each of them to have tried', () => [...document.querySelectorAll('rtc-room')].every(({ state }) => state !== 'idle'));
    await expectHarmless(peer, form);
  });

  it('as a ringtone: no address of a script is played', async () => {
    const room = uniqueRoom();
    for (const ringtone of ADDRESSES.filter((address) => /script:|text\/html/i.test(address))) {
      const [ana, ben] = [await open(room, { userId: 'ana', nickname: 'Ana' }, `ringtone="${ringtone.replace(/"/g, '&quot;')}"`), await open(room, { userId: 'ben', nickname: 'Ben' })];
      await Promise.all([ana, ben].map((peer) => peer.waitForRoom('joined')));
      await ben.call('Ana');
      await ana.waitForCall('incoming');
      await ana.page.evaluate(() => rig.view().reject());
      await ana.waitForCall('ended');
      await expectHarmless(ana);
      await stage().closePeers();
    }
  });
});
