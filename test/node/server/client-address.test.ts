import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { clientAddress } from '../../../src/server/client-address.js';
import { ownOrigin } from '../../../src/server/own-origin.js';
import { parseSettings, type SettingsInput } from '../../../src/server/settings.js';
import { requestWith } from './raw-request.js';

type Case = readonly [title: string, trustProxy: SettingsInput['trustProxy'], forwardedFor: readonly string[], expected: string];

const CASES: readonly Case[] = [
  ['the connection itself', 0, [], '127.0.0.1'],
  ['the connection, whatever it claims, where nobody is trusted', 0, ['203.0.113.9'], '127.0.0.1'],
  ['whom the proxy names', 1, ['203.0.113.9'], '203.0.113.9'],
  ['whom the proxy names, not what the visitor invented before', 1, ['198.51.100.1, 203.0.113.9'], '203.0.113.9'],
  ['the same where the visitor sent a header of its own', 1, ['198.51.100.1', '203.0.113.9'], '203.0.113.9'],
  ['whom the outer of two proxies names', 2, ['198.51.100.1, 203.0.113.9, 10.0.0.5'], '203.0.113.9'],
  ['the proxy where it names nobody', 1, [], '127.0.0.1'],
  ['the farthest there is where fewer proxies were passed than told', 3, ['203.0.113.9'], '203.0.113.9'],
  ['whom listed proxies name', '127.0.0.0/8, 10.0.0.0/8', ['198.51.100.1, 203.0.113.9, 10.0.0.5'], '203.0.113.9'],
  ['the connection where it is no listed proxy', '10.0.0.0/8', ['203.0.113.9'], '127.0.0.1'],
  ['a visitor from inside the listed network', '127.0.0.0/8', ['127.0.0.7'], '127.0.0.7'],
  ['the nearest address before something that is none', '127.0.0.0/8, 10.0.0.0/8', ['203.0.113.9, <script>, 10.0.0.5'], '10.0.0.5'],
  ['the proxy where what it names is none', 1, ['unknown'], '127.0.0.1'],
  ['an IPv6 address', 1, ['2001:DB8::7'], '2001:db8::7'],
  ['an IPv6 address with a port', 1, ['[2001:db8::7]:4711'], '2001:db8::7'],
  ['an IPv4 address with a port', 1, ['203.0.113.9:4711'], '203.0.113.9'],
  ['an IPv4 address mapped into IPv6', 1, ['::ffff:203.0.113.9'], '203.0.113.9'],
];

describe('the address of a client', () => {
  for (const [title, trustProxy, forwardedFor, expected] of CASES) {
    it(`is ${title}`, async () => {
      const request = await requestWith({ 'X-Forwarded-For': forwardedFor });
      assert.equal(clientAddress(request, parseSettings({ trustProxy })), expected);
    });
  }

  it('is nothing once the connection is gone', async () => {
    const request = await requestWith({ 'X-Forwarded-For': '203.0.113.9' });
    request.socket.destroy();
    await once(request.socket, 'close');
    assert.equal(clientAddress(request, parseSettings({ trustProxy: 1 })), '');
  });
});

describe('the own origin behind listed proxies', () => {
  it('is what the outermost of them wrote, not what stood there before', async () => {
    const { trustProxy } = parseSettings({ trustProxy: '127.0.0.0/8' });
    const request = await requestWith({ 'X-Forwarded-For': '203.0.113.9', 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'evil.example, meet.example' });
    assert.equal(ownOrigin(request, trustProxy), 'https://meet.example');
  });
});
