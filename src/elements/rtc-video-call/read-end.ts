import type { CallApi } from './call-api.js';

// Part of the lazy view: how a call ended stays on show while somebody is at it.

interface Reader {
  /** What was last used here; a finger leaves its hover behind. */
  pointerType?: string;
  readonly isRead: () => boolean;
}
const readers = new WeakMap<CallApi, Reader>();

/** After every drawing. */
export function holdWhileRead(view: CallApi): void {
  const reader = readers.get(view) ?? watch(view);
  if (view.state === 'ended') view.bound?.holdEnded(reader.isRead);
}

/** Somebody is there with the pointer or, by keyboard, the focus. */
function watch(view: CallApi): Reader {
  const points = () => (reader.pointerType ? reader.pointerType !== 'touch' : matchMedia('(hover: hover)').matches);
  const isFocused = () => [view, view.renderRoot].some((root) => root.querySelector(':focus-visible') !== null);
  const reader: Reader = { isRead: () => (view.matches(':hover') && points()) || isFocused() };
  for (const type of ['pointermove', 'pointerdown'] as const) view.addEventListener(type, ({ pointerType }) => (reader.pointerType = pointerType), { capture: true, passive: true });
  readers.set(view, reader);
  return reader;
}
