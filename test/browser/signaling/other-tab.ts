const MODULE = new URL('../../../src/signaling/local-transport.ts', import.meta.url).href;

/**
 * A page of its own for all that matters here: a frame has its own modules, channels and locks, and all of them end when it is removed, as they do when a tab
 * crashes.
 */
export interface OtherTab {
  /** What its transport acknowledged. */
  ask(data: object): Promise<Record<string, unknown>>;
  /** Resolves when its transport goes down. */
  readonly down: Promise<void>;
  /** Closes its transport, as a page does that leaves the room. */
  leave(): void;
  /** The page is gone without a word. */
  die(): void;
}

interface TabWindow extends Window {
  start?: (create: typeof import('../../../src/signaling/local-transport.js').createLocalTransport) => void;
}

/** Opens a tab whose one transport is up in this `local:` room. */
export function openTab(name: string): Promise<OtherTab> {
  return new Promise((resolve, reject) => {
    const frame = document.createElement('iframe');
    frame.onload = () => {
      const tab = frame.contentWindow as TabWindow;
      let wentDown: () => void;
      const down = new Promise<void>((done) => (wentDown = done));
      tab.start = (create) => {
        const transport = create(name, {
          onUp: () =>
            resolve({
              ask: (data) => transport.request(data, 10_000) as Promise<Record<string, unknown>>,
              down,
              leave: () => transport.close(),
              die: () => frame.remove(),
            }),
          onDown: () => wentDown(),
          onEvent() {},
        });
        transport.connect();
      };
      const script = tab.document.createElement('script');
      script.type = 'module';
      script.textContent = `import { createLocalTransport } from ${JSON.stringify(MODULE)}; start(createLocalTransport);`;
      script.onerror = () => reject(new Error('the other tab could not load'));
      tab.document.body.append(script);
    };
    frame.srcdoc = '<!doctype html><body></body>';
    document.body.append(frame);
  });
}
