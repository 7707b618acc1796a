import { html, type ReactiveController, type TemplateResult } from 'lit';
import type { SessionSnapshot } from '../../session/public.js';
import { say } from '../view-strings.js';
import type { CallApi } from './call-api.js';
import type { CallScene } from './call-scene.js';
import { ASKING_MS } from './call-time.js';
import { stageStrings } from './stage-strings.js';

type Kind = 'camera' | 'microphone';

/** What is being asked for. */
const startingOf = ({ camera, microphone }: SessionSnapshot): Kind[] =>
  (['camera', 'microphone'] as const).filter((kind) => ({ camera, microphone })[kind].state === 'starting');

/** Whether the browser asks the person; yes where it does not tell (Firefox before 132). */
const isPrompt = async (kind: Kind): Promise<boolean> =>
  navigator.permissions.query({ name: kind as PermissionName }).then(({ state }) => state === 'prompt', () => true);

/** Says that the browser's own question is open, which some overlook beside a page that says "Calling…". Of one call view. */
export class AskingDevices implements ReactiveController {
  readonly #view: CallApi;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #starting = '';
  #asks: readonly Kind[] = [];

  constructor(view: CallApi) {
    this.#view = view;
    view.addController(this);
    // Its code is fetched because the wait is over (call-face.ts).
    this.#wait(0);
  }

  hostUpdated(): void {
    if (startingOf(this.#view.snapshot).join() !== this.#starting) this.#wait(ASKING_MS);
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer);
    this.#starting = '';
    this.#asks = [];
  }

  banner({ snapshot, view }: CallScene): TemplateResult | null {
    const [first, second] = startingOf(snapshot).filter((kind) => this.#asks.includes(kind));
    return first ? html`<p>${say(view.words, second ? 'asks-both' : `asks-${first}`, '', stageStrings)}</p>` : null;
  }

  #wait(delayMs: number): void {
    this.hostDisconnected();
    const kinds = startingOf(this.#view.snapshot);
    this.#starting = kinds.join();
    if (kinds.length > 0) this.#timer = setTimeout(() => void this.#look(kinds), delayMs);
  }

  async #look(kinds: readonly Kind[]): Promise<void> {
    const prompts = await Promise.all(kinds.map(isPrompt));
    if (kinds.join() !== this.#starting) return;
    this.#asks = kinds.filter((_, at) => prompts[at]);
    this.#view.requestUpdate();
  }
}
