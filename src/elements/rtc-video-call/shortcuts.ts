import { EventRouter } from '../event-router.js';
import type { CallApi } from './call-api.js';

// A shortcut presses the button of its name: what the page hides, or the state does not have, has none.

/** By button. A letter alone works while the focus is in the view; with Alt and Shift all of them do, wherever it is, though not while somebody types. */
const LETTERS = { mic: 'M', camera: 'C', screen: 'S', fullscreen: 'F', accept: 'A', reject: 'D', hangup: 'H' } as const;
export type ShortcutPart = keyof typeof LETTERS;
const PARTS = Object.keys(LETTERS) as ShortcutPart[];
/** What ends or takes a call asks for more than one key. */
const PLAIN: readonly ShortcutPart[] = ['mic', 'camera', 'screen', 'fullscreen'];
const CHORD = 'Alt+Shift+';

const TYPING = 'input:not([type=button], [type=checkbox], [type=radio], [type=range], [type=submit]), textarea, select, [role=textbox], [role=combobox], [role=searchbox]';

/** What has the focus, inside of whatever it stands in. */
function focused(): Element | null {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at;
}

function isTyping(): boolean {
  const at = focused();
  return at !== null && (at.matches(TYPING) || (at as Partial<HTMLElement>).isContentEditable === true);
}

/** The letter on the key: macOS makes other characters of Option, and keyboards of other scripts have it only by its place. */
const letterOf = ({ key, code }: KeyboardEvent): string => (/^[a-z]$/i.test(key) ? key : code.replace('Key', '')).toUpperCase();

/** The button as it can be seen now. */
function buttonFor(view: CallApi, part: ShortcutPart): HTMLButtonElement | undefined {
  return [...view.renderRoot.querySelectorAll<HTMLButtonElement>(`[part~='${part}-button']`)].find((button) => button.getClientRects().length > 0);
}

/** Whom a shortcut has pressed, null where it was none. `isLead`: of several views of a session, the one that answers for all. */
export function pressShortcut(view: CallApi, event: KeyboardEvent, isLead: boolean): ShortcutPart | null {
  const { altKey, shiftKey, ctrlKey, metaKey, defaultPrevented, repeat, isComposing } = event;
  if (areOff(view) || defaultPrevented || repeat || isComposing || ctrlKey || metaKey || altKey !== shiftKey || isTyping()) return null;
  const letter = letterOf(event);
  const part = (altKey ? PARTS : PLAIN).find((each) => LETTERS[each] === letter);
  const button = part && (altKey ? isLead : view.matches(':focus-within')) && buttonFor(view, part);
  if (!button) return null;
  event.preventDefault();
  button.click();
  return part;
}

/** By the view, or by its room. */
const areOff = (view: CallApi): boolean => view.noShortcuts || (view.bound !== null && EventRouter.of(view.bound).room?.hasAttribute('no-shortcuts') === true);

/** Says on the buttons which keys press them: to assistive technology, and to whoever points at one. */
export function labelShortcuts(view: CallApi): void {
  const off = areOff(view);
  for (const part of PARTS) {
    const letter = LETTERS[part];
    const keys = [...(PLAIN.includes(part) ? [letter] : []), CHORD + letter];
    const hint = ` (${keys[0]})`;
    for (const button of view.renderRoot.querySelectorAll<HTMLButtonElement>(`[part~='${part}-button']`)) {
      const { title } = button;
      const plain = title.endsWith(hint) ? title.slice(0, -hint.length) : title;
      // The template writes it anew with every change of the words, and only then.
      const next = off ? plain : (plain || button.textContent.trim()) + hint;
      if (next !== title) button.title = next;
      if (off) button.removeAttribute('aria-keyshortcuts');
      else button.setAttribute('aria-keyshortcuts', keys.join(' '));
    }
  }
}
