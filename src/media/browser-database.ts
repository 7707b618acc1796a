// What this browser keeps for the page's origin: IndexedDB, because it takes certificates and is shared by tabs. Forbidden or broken storage rejects; whoever asks does without.

const STORES = ['identity', 'verified'] as const;

export const asked = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** One transaction; it lasts as long as `work` waits for nothing but its store. */
export async function inStore<T>(name: (typeof STORES)[number], mode: IDBTransactionMode, work: (store: IDBObjectStore) => Promise<T>): Promise<T> {
  const opening = indexedDB.open('rtc-elements', 1);
  opening.onupgradeneeded = () => STORES.forEach((each) => opening.result.createObjectStore(each));
  const database = await asked(opening);
  try {
    return await work(database.transaction(name, mode).objectStore(name));
  } finally {
    database.close();
  }
}
