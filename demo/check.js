import { checkCall } from './rtc-elements-check.js';
import { byId, create } from './demo.js';

const NAMES = { microphone: 'Microphone', camera: 'Camera', speaker: 'Loudspeaker', server: 'Call server', direct: 'Direct connection', relay: 'Relayed connection' };
const STATES = { running: ['…', 'busy'], passed: ['✓ Passed', 'good'], failed: ['✗ Failed', 'bad'] };

/** One row for each step, drawn anew when it is over. */
function draw({ step, state, message, remedies }) {
  const [word, mood] = STATES[state];
  const row = create('li', {}, create('h3', {}, NAMES[step]), create('span', { class: 'state', 'data-mood': mood }, word));
  row.dataset.step = step;
  row.dataset.state = state;
  if (message) row.append(create('p', {}, message));
  if (remedies[0]) row.append(create('p', { class: 'remedy' }, remedies.join(' ')));
  const before = byId('checks').querySelector(`[data-step="${step}"]`);
  if (before) before.replaceWith(row);
  else byId('checks').append(row);
}

byId('start').addEventListener('click', async ({ currentTarget: button }) => {
  button.disabled = true;
  byId('checks').replaceChildren();
  byId('verdict').textContent = 'Checking…';
  const failed = [];
  for await (const step of checkCall({ server: new URLSearchParams(location.search).get('server') ?? undefined })) {
    draw(step);
    if (step.state === 'failed') failed.push(NAMES[step.step]);
  }
  byId('verdict').textContent = failed.length === 0 ? 'Everything works: calls can be made from here.' : `To be mended: ${failed.join(', ')}.`;
  button.disabled = false;
  button.textContent = 'Check again';
});
