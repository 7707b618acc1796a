import type { CallApi } from './call-api.js';

// Part of the lazy view: how a call ended stays on show while somebody is at it.

const asks = new WeakMap<CallApi, () => boolean>();

/** Somebody is there with the pointer or, by keyboard, the focus. (A finger leaves both behind.) */
function isRead(view: CallApi): boolean {
  return (matchMedia('(hover: hover)').matches && view.matches(':hover')) || [view, view.renderRoot].some((root) => root.querySelector(':focus-visible'));
}

export function holdWhileRead(view: CallApi): void {
  let ask = asks.get(view);
  if (!ask) asks.set(view, (ask = () => isRead(view)));
  view.bound?.holdEnded(ask);
}
