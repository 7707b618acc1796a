import { checkCall, explainCheck } from './rtc-elements-check.js';
import { byId, chooseLanguage, create } from './demo.js';

const STATES = { running: ['…', 'busy'], passed: ['✓ Passed', 'good'], failed: ['✗ Failed', 'bad'] };
/** What each step has come to so far. */
const steps = new Map();

/** One row for each step. */
function draw() {
  byId('checks').replaceChildren(...[...steps.values()].map(({ step, label, state, message, remedies }) => {
    const [word, mood] = STATES[state];
    const row = create('li', { 'data-step': step, 'data-state': state }, create('h3', {}, label), create('span', { class: 'state', 'data-mood': mood }, word));
    if (message) row.append(create('p', {}, message));
    if (remedies[0]) row.append(create('p', { class: 'remedy' }, remedies.join(' ')));
    return row;
  }));
  const failed = [...steps.values()].filter(({ state }) => state === 'failed').map(({ label }) => label);
  byId('verdict').textContent = byId('start').disabled ? 'Checking…' : steps.size === 0 ? '' : failed.length === 0 ? 'Everything works: calls can be made from here.' : `To be mended: ${failed.join(', ')}.`;
}

/** Keeps a step in the language that is chosen by now, and shows it. */
async function show(step) {
  steps.set(step.step, await explainCheck(step, byId('language').value));
  draw();
}

byId('start').addEventListener('click', async ({ currentTarget: button }) => {
  button.disabled = true;
  steps.clear();
  draw();
  for await (const step of checkCall({ server: new URLSearchParams(location.search).get('server') ?? undefined, lang: byId('language').value })) await show(step);
  button.disabled = false;
  button.textContent = 'Check again';
  draw();
});

chooseLanguage(byId('language'), async (lang) => {
  byId('checks').lang = lang;
  for (const step of steps.values()) await show(step);
});
