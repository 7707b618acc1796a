import { importAgain } from '../base/import-again.js';

export type JoinedViews = typeof import('./joined-views.js');

let views: Promise<JoinedViews> | undefined;

/** What list and call view show, fetched when a room is joined, and never later: answering a call must wait for nothing. Nobody is obliged to handle a failure. */
export function loadViews(): Promise<JoinedViews> {
  views ??= importAgain(() => import('./joined-views.js'));
  views.catch(() => (views = undefined));
  return views;
}
