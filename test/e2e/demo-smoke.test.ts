import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { afterEach, describe, it } from 'node:test';
import { useRig } from './rig/rig.js';

const stage = useRig();
afterEach(() => stage().closePeers());

const demo = new URL('../../demo/', import.meta.url);
const pages = readdirSync(demo).filter((file) => file.endsWith('.html'));

describe('The demo', () => {
  it('has its pages', () => {
    assert.ok(pages.includes('index.html') && pages.includes('local.html') && pages.includes('csp.html'), pages.join(' '));
  });

  for (const file of pages) {
    it(`page ${file} loads with every element defined and nothing to complain about`, async () => {
      const peer = await stage().page(await stage().browser(), file);
      const response = await peer.page.goto(`${stage().server.url}/${file}`, { waitUntil: 'networkidle2' });
      assert.equal(response?.status(), 200);
      const usesElements = /<rtc-|createSession/.test(readFileSync(new URL(file, demo), 'utf8'));
      if (usesElements) await peer.until('the elements to be defined', () => document.querySelectorAll(':not(:defined)').length === 0);
      assert.deepEqual(peer.problems, []);
    });
  }
});
