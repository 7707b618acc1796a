import { importAgain } from '../base/import-again.js';
import type { CheckOptions, CheckStep } from '../session/public.js';

/**
 * Whether calls will work here: microphone, camera, loudspeaker (plays a short tone), call server, direct connection, relayed connection. Each step is said when it begins and
 * when it has passed or failed, with what to do about it. Never rejects. Devices chosen in this browser are the ones that are checked, and released at once.
 * Start it by a click: browsers play no tone before. The server is asked as a member of a room is, of a room of its own unless `room` names one (which a token may ask
 * for): for ICE servers, which it tells members only. Takes a few seconds; where a network swallows everything, twenty seconds.
 *
 *     for await (const { step, state, message, remedies } of checkCall({ server })) show(step, state, message, remedies[0]);
 */
export async function* checkCall(options: CheckOptions = {}): AsyncGenerator<CheckStep, void, void> {
  const { runChecks } = await importAgain(() => import('../session/check-steps.js'));
  for await (const step of runChecks(options)) yield explainCheck(step, options.lang ?? document.documentElement.lang);
}

/** The same step in another language (a BCP 47 tag), for a page whose language changes after it was checked. Never rejects: without its words a language is English. */
export function explainCheck(step: CheckStep, lang: string): Promise<CheckStep> {
  return importAgain(() => import('./languages/explain-check.js')).then(({ explainStep }) => explainStep(step, lang), () => step);
}
