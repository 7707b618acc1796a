import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseServer } from '../../../src/signaling/server-url.js';

const PAGE = 'https://page.example/shop/index.html?x=1#top';
const remote = (origin: string, path: string): object => ({ kind: 'remote', origin, path });

describe('the server attribute', () => {
  for (const [server, origin, path] of [
    ['https://calls.example', 'https://calls.example', '/rtc-signaling/'],
    ['https://calls.example/', 'https://calls.example', '/rtc-signaling/'],
    ['https://calls.example:8443/calls', 'https://calls.example:8443', '/calls/rtc-signaling/'],
    ['https://calls.example/calls/', 'https://calls.example', '/calls/rtc-signaling/'],
    ['  http://localhost:3000  ', 'http://localhost:3000', '/rtc-signaling/'],
    ['ws://localhost:3000', 'http://localhost:3000', '/rtc-signaling/'],
    ['wss://calls.example/a/b', 'https://calls.example', '/a/b/rtc-signaling/'],
    ['https://user:secret@calls.example/calls?key=1#part', 'https://calls.example', '/calls/rtc-signaling/'],
    ['HTTPS://CALLS.EXAMPLE:443', 'https://calls.example', '/rtc-signaling/'],
    ['/calls', 'https://page.example', '/calls/rtc-signaling/'],
    ['calls', 'https://page.example', '/shop/calls/rtc-signaling/'],
    ['..', 'https://page.example', '/rtc-signaling/'],
    ['//calls.example', 'https://calls.example', '/rtc-signaling/'],
    ['http://[::1]:3000', 'http://[::1]:3000', '/rtc-signaling/'],
  ] as const) {
    it(`reads ${server.trim()} as ${origin}${path}`, () => assert.deepEqual(parseServer(server, PAGE), remote(origin, path)));
  }

  it('left out or empty is the folder that the base is in', () => {
    assert.deepEqual(parseServer(undefined, 'https://calls.example'), remote('https://calls.example', '/rtc-signaling/'));
    assert.deepEqual(parseServer(' ', 'https://calls.example/calls/'), remote('https://calls.example', '/calls/rtc-signaling/'));
    assert.deepEqual(parseServer(undefined, 'https://calls.example/calls/rtc-elements.js'), remote('https://calls.example', '/calls/rtc-signaling/'));
  });

  it('reads local: with or without a name as no server at all', () => {
    assert.deepEqual(parseServer('local:', 'about:blank'), { kind: 'local', name: '' });
    assert.deepEqual(parseServer('LOCAL:demo', PAGE), { kind: 'local', name: 'demo' });
  });

  for (const server of [
    'javascript:alert(1)', 'ftp://calls.example', 'blob:https://calls.example/x', 'data:text/html,x', 'file:///etc', 'calls.example:3000', 'https://',
    'http://a b', 'https://x:99999',
  ]) {
    it(`refuses ${server}`, () => assert.equal(parseServer(server, PAGE), null));
  }

  it('refuses a relative one on a page without an address', () => {
    assert.equal(parseServer('/calls', 'about:srcdoc'), null);
    assert.equal(parseServer(undefined, 'file:///home/me/page.html'), null);
  });
});
