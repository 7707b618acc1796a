import { mkdir, readFile, writeFile } from 'node:fs/promises';
import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';

// Reference pictures of many states on few sheets, and what counts as another picture.

/** Of pixels that are neither the same nor the edge of a letter or a curve. A button has 1,500; a machine's own way to draw a line of text some 20. */
export const TOLERATED_PIXELS = 60;
/** Colours are kept this coarse, below what counts as another colour: a third of the bytes. */
const COLOUR_STEP = 17;

export interface Shot {
  readonly state: string;
  readonly width: number;
  readonly height: number;
}
/** What the sheets were drawn by, and what stands on each. */
export interface Index {
  readonly browser: string;
  readonly platform: string;
  readonly sheets: Readonly<Record<string, readonly Shot[]>>;
}

const folder = new URL('../../fixtures/gallery/', import.meta.url);
const failures = new URL('../../../.build/gallery/', import.meta.url);

export async function readIndex(): Promise<Index | null> {
  return readFile(new URL('index.json', folder), 'utf8').then((text) => JSON.parse(text) as Index, () => null);
}

export async function writeIndex(index: Index): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(new URL('index.json', folder), `${JSON.stringify(index, null, 1)}\n`);
}

/** One beneath the other: what repeats, repeats within the reach of the compression. */
function placesOf(shots: readonly Shot[]): { tops: number[]; width: number; height: number } {
  let height = 0;
  const tops = shots.map((shot) => (height += shot.height) - shot.height);
  return { tops, width: Math.max(...shots.map(({ width }) => width)), height };
}

export async function readSheet(name: string, shots: readonly Shot[]): Promise<PNG[]> {
  const sheet = PNG.sync.read(await readFile(new URL(`${name}.png`, folder)));
  const { tops } = placesOf(shots);
  return shots.map(({ width, height }, at) => {
    const shot = new PNG({ width, height });
    PNG.bitblt(sheet, shot, 0, tops[at]!, width, height, 0, 0);
    return shot;
  });
}

export async function writeSheet(name: string, shots: readonly Shot[], pictures: readonly PNG[]): Promise<void> {
  const { tops, width, height } = placesOf(shots);
  const sheet = new PNG({ width, height });
  pictures.forEach((picture, at) => PNG.bitblt(picture, sheet, 0, 0, picture.width, picture.height, 0, tops[at]!));
  sheet.data.forEach((value, at) => (sheet.data[at] = at % 4 === 3 ? 255 : Math.min(255, Math.round(value / COLOUR_STEP) * COLOUR_STEP)));
  await mkdir(folder, { recursive: true });
  await writeFile(new URL(`${name}.png`, folder), PNG.sync.write(sheet, { colorType: 2, inputHasAlpha: true, deflateLevel: 9, deflateStrategy: 0, filterType: 0 }));
}

export const toPicture = (bytes: Uint8Array): PNG => PNG.sync.read(Buffer.from(bytes));

/** How many pixels differ; all of them where the size does. */
export function differingPixels(one: PNG, other: PNG, diff?: PNG): number {
  if (one.width !== other.width || one.height !== other.height) return one.width * one.height;
  return pixelmatch(one.data, other.data, diff?.data, one.width, one.height, { threshold: 0.12 });
}

/** Leaves beside each other what is expected, what is there and where they differ; returns the file's path. */
export async function keepFailure(name: string, expected: PNG, found: PNG): Promise<string> {
  const { width, height } = expected;
  const diff = new PNG({ width, height });
  differingPixels(expected, found, diff);
  const triptych = new PNG({ width: width * 3, height });
  [expected, found, diff].forEach((picture, at) => PNG.bitblt(picture, triptych, 0, 0, Math.min(width, picture.width), Math.min(height, picture.height), at * width, 0));
  await mkdir(failures, { recursive: true });
  await writeFile(new URL(`${name}.png`, failures), PNG.sync.write(triptych));
  return `.build/gallery/${name}.png`;
}
