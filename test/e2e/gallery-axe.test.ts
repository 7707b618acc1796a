import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, describe, it } from 'node:test';
import type { AxeResults, RunOptions } from 'axe-core';
import { Gallery, type Look } from './rig/gallery.js';
import { useRig } from './rig/rig.js';

// What axe can find (WCAG 2.2 AA and best practice), it finds in no state of the gallery; contrast in every theme of the demo too.

const stage = useRig();
let gallery: Gallery;

/** One line for each element that breaks a rule. */
async function findings(state: string, look: Look, options: RunOptions): Promise<string[]> {
  await gallery.show(state, look);
  return gallery.page.evaluate(async (name, rules) => {
    const { axe } = globalThis as unknown as { axe: { run(root: Element, options: RunOptions): Promise<AxeResults> } };
    const { violations } = await axe.run(document.querySelector('#alone')!, rules);
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${name}: ${id} at ${target.join(' ')}: ${failureSummary?.replace(/\s+/g, ' ')}`));
  }, state, options);
}

/** An element is a part of somebody's page: its headings and landmarks are judged by the page it stands in. */
const EVERYTHING: RunOptions = { resultTypes: ['violations'], rules: { region: { enabled: false }, 'page-has-heading-one': { enabled: false }, 'landmark-one-main': { enabled: false } } };
const CONTRAST: RunOptions = { resultTypes: ['violations'], runOnly: ['color-contrast'] };
const WIDE = { width: 700, height: 420 };
const wordsOnly = (name: string) => /^ended-(?!busy-outgoing)|^failed-(?!room-full)/.test(name);

describe('Accessibility', () => {
  before(async () => {
    gallery = await Gallery.open(stage());
    await gallery.page.evaluate(await readFile(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8'));
  });

  const looks: [what: string, look: Look, options: RunOptions, all: boolean][] = [
    ['light', { ...WIDE, theme: 'light' }, EVERYTHING, true],
    ['dark', { ...WIDE, theme: 'dark' }, EVERYTHING, false],
    ['right to left, narrow', { width: 320, height: 568, theme: 'light', dir: 'rtl' }, EVERYTHING, false],
    ...(['clinic', 'arcade', 'salon'] as const).map((look): [string, Look, RunOptions, boolean] => [`the theme “${look}”`, { ...WIDE, look }, CONTRAST, false]),
  ];
  for (const [what, look, options, all] of looks) {
    it(`axe finds nothing: ${what}`, async () => {
      const found: string[] = [];
      // Where only words differ, they are looked at once.
      for (const { name } of gallery.states) if (all || !wordsOnly(name)) found.push(...(await findings(name, look, options)));
      assert.deepEqual(found, []);
    });
  }
});
