import type { CDPSession, Page } from 'puppeteer-core';
import type { Rig } from './rig.js';

// The demo's gallery of states, one state at a time, in a page that stays: the elements are made anew, the bundle is not.

/** Pixels are the same on every machine that has the font: no colour profile, no hinting and no subpixels of its own. */
const STEADY = ['--force-device-scale-factor=1', '--force-color-profile=srgb', '--font-render-hinting=none', '--disable-lcd-text', '--disable-font-subpixel-positioning', '--hide-scrollbars'];
/** What fontconfig, which Debian's Chromium needs, brings along. */
export const FONT = 'DejaVu Sans';

export interface Look {
  readonly width: number;
  readonly height: number;
  readonly theme?: 'light' | 'dark';
  readonly dir?: 'ltr' | 'rtl';
  /** One of the demo's themes. */
  readonly look?: string;
  /** As the system's own colours paint it (Windows: contrast themes). */
  readonly forced?: boolean;
}

export interface StateName {
  readonly name: string;
  readonly group: string;
}

declare global {
  interface Element {
    readonly updateComplete?: Promise<unknown>;
  }
}

export class Gallery {
  readonly page: Page;
  readonly states: readonly StateName[];
  #devtools: CDPSession | undefined;
  #forced = false;

  private constructor(page: Page, states: readonly StateName[]) {
    this.page = page;
    this.states = states;
  }

  static async open(rig: Rig): Promise<Gallery> {
    const { page } = await rig.page(await rig.browser('chromium', { flags: STEADY }), 'gallery');
    await page.goto(`${rig.server.url}/states.html?state=idle`);
    const states = await page.evaluate(async () => {
      const { STATES } = (await import(new URL('gallery-states.js', location.href).href)) as { STATES: StateName[] };
      return STATES.map(({ name, group }) => ({ name, group }));
    });
    return new Gallery(page, states);
  }

  /** Whether the page writes in the font it is told to. */
  hasFont(): Promise<boolean> {
    return this.page.evaluate((font) => {
      const brush = document.createElement('canvas').getContext('2d')!;
      const widthIn = (family: string) => {
        brush.font = `40px ${family}`;
        return brush.measureText('Hamburgefonstiv 0123').width;
      };
      return widthIn(`"${font}", monospace`) !== widthIn('monospace') && widthIn(`"${font}", serif`) !== widthIn('serif');
    }, FONT);
  }

  /** Resolves when everything that belongs to it is drawn: what is fetched late, and the pictures. */
  async show(state: string, { width, height, forced = false, ...choice }: Look): Promise<void> {
    const { page } = this;
    if (forced !== this.#forced) {
      // Which puppeteer has no name for.
      this.#devtools ??= await page.createCDPSession();
      await this.#devtools.send('Emulation.setEmulatedMedia', { features: [{ name: 'forced-colors', value: forced ? 'active' : 'none' }] });
      this.#forced = forced;
    }
    const size = page.viewport();
    if (size?.width !== width || size.height !== height) await page.setViewport({ width, height });
    await page.evaluate(async (query, font) => {
      document.documentElement.style.setProperty('--rtc-font', `16px/1.4 "${font}"`);
      history.replaceState(null, '', `?${query}`);
      dispatchEvent(new PopStateEvent('popstate'));
      const element = document.querySelector('#alone')!.firstElementChild!;
      const frame = () => new Promise(requestAnimationFrame);
      const inside = (root: ParentNode): Element[] => [...root.querySelectorAll('*')].flatMap((each) => [each, ...(each.shadowRoot ? inside(each.shadowRoot) : [])]);
      const { getSnapshot } = (element as unknown as { session: { getSnapshot(): { quality: { level: string }; autoAcceptAt: number | null; microphone: { state: string }; camera: { state: string }; noticeScope: string | null; callState: string; currentCall: { connectedAt?: number } | null; missedCalls: readonly unknown[] } } }).session;
      const { quality, autoAcceptAt, microphone, camera, noticeScope, callState, currentCall, missedCalls } = getSnapshot();
      const asks = [microphone, camera].some((device) => device.state === 'starting');
      const late = quality.level !== 'unknown' ? '[part="quality"]' : autoAcceptAt ? '[part="countdown"]' : asks ? '.banner > p' : noticeScope === 'call' ? '[part~="notice-button"]'
        : callState === 'ended' && currentCall?.connectedAt ? '[part="duration"]' : missedCalls.length ? '.missed' : null;
      const drawn = () => {
        const all = [element, ...inside(element.shadowRoot!)];
        const asked = new URLSearchParams(location.search).get('state');
        return all.every((each) => !(each instanceof HTMLVideoElement) || !each.srcObject || each.readyState >= 2)
          && all.every((each) => !('face' in each) || each.shadowRoot!.childElementCount > 0)
          && (!late || all.some((each) => each.matches(late)))
          && (!asked?.endsWith('-open') || all.some((each) => each.matches('dialog[open], .settings')));
      };
      await frame();
      for (let at = 0; !drawn() && at < 600; at += 1) await frame();
      for (const each of [element, ...inside(element.shadowRoot!)]) await each.updateComplete;
      // Symbols for which a machine may have no font.
      for (const each of inside(element.shadowRoot!)) if (each.matches('dialog li span')) (each as HTMLElement).style.visibility = 'hidden';
      await frame();
      await frame();
    }, new URLSearchParams({ state, ...choice } as Record<string, string>).toString(), FONT);
  }
}
