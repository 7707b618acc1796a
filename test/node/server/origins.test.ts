import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createOriginPolicy } from '../../../src/server/origins.js';
import { parseSettings, type SettingsInput } from '../../../src/server/settings.js';
import { requestWith } from './raw-request.js';

type Case = readonly [title: string, settings: SettingsInput, headers: Readonly<Record<string, string>>, allowed: boolean];

const CASES: readonly Case[] = [
  ['no origin: a program', {}, {}, true],
  ['its own origin', {}, { Origin: 'http://calls.example' }, true],
  ['its own host with another scheme', {}, { Origin: 'https://calls.example' }, false],
  ['its own host with another port', {}, { Origin: 'http://calls.example:81' }, false],
  ['its own host with its own port', {}, { Host: 'calls.example:3000', Origin: 'http://calls.example:3000' }, true],
  ['its own default port written out', {}, { Host: 'calls.example:80', Origin: 'http://calls.example' }, true],
  ['another site', {}, { Origin: 'https://evil.example' }, false],
  ['a site that begins with its name', {}, { Origin: 'http://calls.example.evil.example' }, false],
  ['a site that ends with its name', {}, { Origin: 'http://evilcalls.example' }, false],
  ['an opaque origin', {}, { Origin: 'null' }, false],
  ['an empty origin', {}, { Origin: '' }, false],
  ['localhost on any port', {}, { Origin: 'http://localhost:8080' }, true],
  ['localhost over https', {}, { Origin: 'https://localhost' }, true],
  ['a name under localhost', {}, { Origin: 'http://shop.localhost:5173' }, true],
  ['127.0.0.1', {}, { Origin: 'http://127.0.0.1:5500' }, true],
  ['[::1]', {}, { Origin: 'http://[::1]:5500' }, true],
  ['a site that ends with localhost', {}, { Origin: 'http://evil-localhost' }, false],
  ['a site that begins with localhost', {}, { Origin: 'http://localhost.evil.example' }, false],
  ['a site that begins with 127.0.0.1', {}, { Origin: 'http://127.0.0.1.evil.example' }, false],
  ['the public origin, path or not', { publicUrl: 'https://meet.example/calls/' }, { Origin: 'https://meet.example' }, true],
  ['the public origin over http', { publicUrl: 'https://meet.example' }, { Origin: 'http://meet.example' }, false],
  ['a listed origin', { allowedOrigins: 'https://shop.example' }, { Origin: 'https://shop.example' }, true],
  ['a listed origin in other letters', { allowedOrigins: 'https://SHOP.example/' }, { Origin: 'https://shop.example' }, true],
  ['a subdomain of a listed origin', { allowedOrigins: 'https://shop.example' }, { Origin: 'https://www.shop.example' }, false],
  ['a list replaces the default: own origin', { allowedOrigins: 'https://shop.example' }, { Origin: 'http://calls.example' }, false],
  ['a list replaces the default: localhost', { allowedOrigins: 'https://shop.example' }, { Origin: 'http://localhost:3000' }, false],
  ['anybody', { allowedOrigins: '*' }, { Origin: 'https://evil.example' }, true],
  ['an opaque origin that is listed', { allowedOrigins: ['null'] }, { Origin: 'null' }, true],
  ['a forwarded scheme nobody trusts', {}, { Origin: 'https://calls.example', 'X-Forwarded-Proto': 'https' }, false],
  ['a forwarded scheme of a trusted proxy', { trustProxy: 1 }, { Origin: 'https://calls.example', 'X-Forwarded-Proto': 'https' }, true],
  [
    'a forwarded host of a trusted proxy',
    { trustProxy: 1 },
    { Origin: 'https://meet.example', 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'meet.example' },
    true,
  ],
  [
    'what stood in the list before the trusted proxy',
    { trustProxy: 1 },
    { Origin: 'https://evil.example', 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'evil.example, meet.example' },
    false,
  ],
  [
    'the outer of two trusted proxies',
    { trustProxy: 2 },
    { Origin: 'https://meet.example', 'X-Forwarded-Proto': 'https, http', 'X-Forwarded-Host': 'meet.example, inner' },
    true,
  ],
  ['a proxy whose address is listed', { trustProxy: '10.0.0.0/8, 127.0.0.0/8' }, { Origin: 'https://calls.example', 'X-Forwarded-Proto': 'https' }, true],
  ['a proxy whose address is not listed', { trustProxy: '10.0.0.0/8' }, { Origin: 'https://calls.example', 'X-Forwarded-Proto': 'https' }, false],
  ['a forwarded scheme that is none', { trustProxy: 1 }, { Origin: 'http://calls.example', 'X-Forwarded-Proto': 'javascript' }, false],
];

describe('the origin policy', () => {
  for (const [title, settings, headers, allowed] of CASES) {
    it(`${allowed ? 'accepts' : 'refuses'} ${title} (${JSON.stringify(settings)})`, async () => {
      assert.equal(createOriginPolicy(parseSettings(settings))(await requestWith(headers)), allowed);
    });
  }
});
