/**
 * Loads a chunk that may be needed now or in a minute. A failed `import()` is remembered by the browser (Firefox for the page's life), so the next try
 * asks for the same address with another query; both Chromium and Firefox name the address in the error.
 */
export async function importRetrying<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const url = /https?:\/\/\S+\.js/.exec(String(error))?.[0];
    if (!url) throw error;
    return (await import(/* @vite-ignore */ `${url}?again=${Date.now()}`)) as T;
  }
}
