import { toRtcError } from './rtc-error.js';

/**
 * A late chunk, tried under another fragment when it cannot be loaded: Firefox remembers a failed `import()` and never fetches that URL again in the page's life.
 * The URL is the one the browser names in its error (Chromium and Firefox do; where it does not, the error stands), if `load` names it too: else it is that of
 * something the chunk imports, which is no stand-in for it. Not in a page whose import map pins what is loaded: it knows nothing of the other address, and what was
 * refused would get in.
 */
export async function importAgain<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const [url, name] = /https?:\S*\/([^\s?#]+)\S*/.exec(String(error)) ?? [];
    if (!name || !String(load).includes(name) || [...document.scripts].some(({ type, text }) => type === 'importmap' && text.includes('integrity'))) throw error;
    const file = (await import(/* @vite-ignore */ /* webpackIgnore: true */ `${url}#${Date.now()}`)) as T & Record<string, object>;
    // Where a bundler has put several modules into one file, each is one export of it, under a name that only `load` knows: what any of them exports.
    return Object.assign({}, file, ...Object.values(file)) as T;
  }
}

/** Code that only comes when it is asked for, or does not: `server-unreachable`. */
export const importLate = <T>(load: () => Promise<T>): Promise<T> =>
  importAgain(load).catch((error: unknown) => {
    throw toRtcError(error, 'server-unreachable');
  });
