import { expect, waitUntil } from '@open-wc/testing';
import { importAgain } from '../../../src/base/import-again.js';

const failed = (file: string): Promise<never> => Promise.reject(new TypeError(`error loading dynamically imported module: ${new URL(file, import.meta.url).href}`));
const urlsAsked = (part: string): string[] => performance.getEntriesByType('resource').flatMap(({ name }) => (name.includes(part) ? [name] : []));

describe('a late chunk', () => {
  it('is imported once where that works', async () => {
    expect((await importAgain(() => import('./late-chunk.js'))).arrived).to.equal(true);
    expect(urlsAsked('late-chunk.ts#')).to.deep.equal([]);
  });

  it('is asked for under another fragment when this browser says that its URL failed', async () => {
    // @ts-expect-error There is none.
    const error: unknown = await importAgain(() => import('./no-such-chunk.js')).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(TypeError);
    await waitUntil(() => urlsAsked('no-such-chunk.js#').length > 0, `asked for: ${urlsAsked('no-such')}`);
  });

  it('arrives the second way', async () => {
    const failing = (): Promise<typeof import('./late-chunk.js')> => failed('./late-chunk.ts');
    expect((await importAgain(failing)).arrived).to.equal(true);
  });

  it('arrives the second way out of a file that holds several', async () => {
    const named = (file: typeof import('./merged-chunk.js')): typeof import('./late-chunk.js') => file.a;
    expect(named(await import('./merged-chunk.js')).arrived).to.equal(true);
    const failing = (): Promise<typeof import('./late-chunk.js')> => failed('./merged-chunk.ts');
    expect((await importAgain(failing)).arrived).to.equal(true);
  });

  it('is not replaced by what it imports, when that is what could not be loaded', async () => {
    const wanted = (): Promise<typeof import('./late-chunk.js')> => Promise.resolve('./late-chunk.ts').then(() => dependency());
    const dependency = (): Promise<never> => failed('./merged-chunk.ts');
    expect(await importAgain(wanted).catch((reason: unknown) => reason)).to.be.instanceOf(TypeError);
  });

  it('keeps the error where no URL is named', async () => {
    const failure = new TypeError('Importing a module script failed.');
    expect(await importAgain(() => Promise.reject(failure)).catch((reason: unknown) => reason)).to.equal(failure);
  });
});
