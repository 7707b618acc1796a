import assert from 'node:assert/strict';
import process from 'node:process';
import { before, describe, it } from 'node:test';
import type { PNG } from 'pngjs';
import { FONT, Gallery, type Look, type StateName } from './rig/gallery.js';
import { useRig } from './rig/rig.js';
import { differingPixels, keepFailure, readIndex, readSheet, toPicture, TOLERATED_PIXELS, writeIndex, writeSheet, type Index, type Shot } from './rig/sheets.js';

// Every state of the demo's gallery looks as it did. `UPDATE=1 node --import tsx --test test/e2e/gallery.test.ts` draws the references anew: look at them before they are committed.

const RENEW = 'If it is meant so, look at the states in the demo (states.html), then renew the references: UPDATE=1 node --import tsx --test test/e2e/gallery.test.ts';
/** A picture or a word may still be on its way: as long as this it is looked again. */
const PATIENCE_MS = 3_000;
const WIDE = { width: 480, height: 320 };

interface Sheet {
  readonly name: string;
  readonly look: Omit<Look, 'width' | 'height'>;
  readonly sizes: readonly { width: number; height: number }[];
  /** Which states; what differs by its words alone stands on the first sheet only. */
  shows(state: StateName): boolean;
}
const saysMore = ({ name, group }: StateName) => (group !== 'Over' && !name.startsWith('failed-')) || ['ended-busy-outgoing', 'failed-unsupported-browser'].includes(name);
/** Where one who was called reads the same as one who called, it is looked at once. */
const readsAnew = ({ name }: StateName) => !/^ended-(?!rejected|no-answer|cancelled).*-incoming$/.test(name);
const ASYMMETRIC = ['form', 'members', 'room-call', 'permission-refused', 'incoming-video', 'incoming-long-name', 'active', 'long-name', 'peer-camera-off', 'video-paused', 'camera-in-use', 'poor', 'recorded', 'unverified', 'verification-open', 'settings-open', 'missed', 'identity-changed', 'ended-busy-outgoing'];
const LAYOUTS = ['form', 'members', 'room-call', 'ringing', 'incoming-video', 'active', 'voice', 'ended-no-answer-outgoing'];
const FORCED = ['members', 'idle', 'missed', 'asking-devices', 'permission-refused', 'incoming-video', 'active', 'recorded', 'screen-shared', 'identity-changed', 'peer-camera-off', 'ended-busy-outgoing'];
const SHEETS: readonly Sheet[] = [
  { name: 'light', look: { theme: 'light' }, sizes: [WIDE], shows: readsAnew },
  // A call is drawn on a dark stage in either theme.
  { name: 'dark', look: { theme: 'dark' }, sizes: [WIDE], shows: (state) => ['Entering', 'The room', 'Calling'].includes(state.group) && saysMore(state) },
  { name: 'narrow', look: { theme: 'light' }, sizes: [{ width: 320, height: 480 }], shows: saysMore },
  { name: 'rtl', look: { theme: 'light', dir: 'rtl' }, sizes: [WIDE], shows: ({ name }) => ASYMMETRIC.includes(name) },
  // No colour of ours is left: what has an edge, and which button stands out.
  { name: 'forced', look: { forced: true }, sizes: [WIDE], shows: ({ name }) => FORCED.includes(name) },
  { name: 'layouts', look: { theme: 'light' }, sizes: [{ width: 280, height: 420 }, { width: 740, height: 340 }, { width: 960, height: 600 }], shows: ({ name }) => LAYOUTS.includes(name) },
];

const stage = useRig();
const updates = process.env['UPDATE'] === '1';
let gallery: Gallery;
let index: Index | null;
let browser = '';

const shoot = async (): Promise<PNG> => toPicture(await gallery.page.screenshot({ optimizeForSpeed: true }));
const shotsOf = ({ sizes, shows }: Sheet): Shot[] => sizes.flatMap((size) => gallery.states.filter(shows).map(({ name }) => ({ state: name, ...size })));
const show = ({ look }: Sheet, { state, width, height }: Shot): Promise<void> => gallery.show(state, { width, height, ...look });

/** Two in a row that are the same. */
async function shootStill(): Promise<PNG> {
  let shot = await shoot();
  for (let tries = 0; tries < 10; tries += 1) {
    const next = await shoot();
    if (differingPixels(shot, next) === 0) return next;
    shot = next;
  }
  throw new Error('this state never stands still');
}

/** Null: as expected. */
async function differenceFrom(expected: PNG): Promise<{ pixels: number; found: PNG } | null> {
  for (const startedAt = performance.now(); ; ) {
    const found = await shoot();
    const pixels = differingPixels(expected, found);
    if (pixels <= TOLERATED_PIXELS) return null;
    if (performance.now() - startedAt > PATIENCE_MS) return { pixels, found };
  }
}

const elsewhere = () => (index && (index.browser !== browser || index.platform !== process.platform)
  ? `The references were drawn by Chromium ${index.browser} on ${index.platform}; this is ${browser} on ${process.platform}, which may be all there is to it. ` : '');

describe('The gallery', () => {
  before(async () => {
    gallery = await Gallery.open(stage());
    browser = /\d+/.exec(await gallery.page.browser().version())?.[0] ?? '';
    index = await readIndex();
    assert.ok(await gallery.hasFont(), `The references are written in ${FONT}, which this machine has not: install it (Debian: apt-get install fonts-dejavu-core).`);
  });

  describe('Every state', () => {
    for (const sheet of SHEETS) {
      it(`looks as it did: ${sheet.name}`, async () => {
        const shots = shotsOf(sheet);
        if (updates) {
          const pictures: PNG[] = [];
          for (const shot of shots) {
            await show(sheet, shot);
            pictures.push(await shootStill());
          }
          await writeSheet(sheet.name, shots, pictures);
          index = { browser, platform: process.platform, sheets: { ...index?.sheets, [sheet.name]: shots } };
          return writeIndex(index);
        }
        assert.deepEqual(index?.sheets[sheet.name], shots, `the gallery has other states or sizes than its references. ${RENEW}`);
        const expected = await readSheet(sheet.name, shots);
        const wrong: string[] = [];
        for (const [at, shot] of shots.entries()) {
          await show(sheet, shot);
          const difference = await differenceFrom(expected[at]!);
          if (!difference) continue;
          const file = await keepFailure(`${sheet.name}-${shot.state}-${shot.width}`, expected[at]!, difference.found);
          wrong.push(`${shot.state} at ${shot.width}x${shot.height}: ${difference.pixels} pixels (${file}: expected, found, difference)`);
        }
        assert.deepEqual(wrong, [], `${elsewhere()}${RENEW}`);
      });
    }
  });

  describe('A button', () => {
    const changes: [what: string, change: (button: HTMLElement) => void][] = [
      ['gone', (button) => button.remove()],
      ['elsewhere by 4 px', (button) => (button.style.translate = '4px')],
      ['of another colour', (button) => (button.style.backgroundColor = '#2b6cff')],
    ];
    for (const [what, change] of changes) {
      it(`that is ${what} is seen`, async () => {
        await gallery.show('active', { ...WIDE, theme: 'light' });
        const before = await shootStill();
        await gallery.page.evaluate(`(${change.toString()})(document.querySelector('rtc-video-call').shadowRoot.querySelector('[part~="mic-button"]'))`);
        const pixels = differingPixels(before, await shootStill());
        assert.ok(pixels > 1.5 * TOLERATED_PIXELS, `${pixels} pixels differ, ${TOLERATED_PIXELS} are tolerated`);
      });
    }

    it('that stays as it is is not', async () => {
      await gallery.show('active', { ...WIDE, theme: 'light' });
      const before = await shootStill();
      await gallery.show('idle', { ...WIDE, theme: 'light' });
      await gallery.show('active', { ...WIDE, theme: 'light' });
      assert.equal(await differenceFrom(before), null);
    });
  });
});
