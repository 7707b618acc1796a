import { byId, create } from './demo.js';
import { STATES } from './gallery-states.js';
import { stillElement } from './still-session.js';

// `?state=…` draws one state and nothing else; without it the page shows them all, each in a frame of its own, so that every one has a window of its own size.

const root = document.documentElement;
const form = byId('choices');

function wear({ theme, dir, look }) {
  root.style.colorScheme = theme ?? '';
  root.dir = dir ?? 'ltr';
  root.className = look ?? '';
}

/** The element of one state, with its session. */
function elementOf({ make }, theme) {
  const state = make();
  const element = Object.assign(stillElement(state), { theme });
  if (state.opens) void openPart(element, state.opens);
  return element;
}

/** Presses a button as soon as it is there. */
async function openPart(element, part) {
  let button;
  while (!(button = element.shadowRoot?.querySelector(`[part~="${part}"]`))) await new Promise(requestAnimationFrame);
  button.click();
}

function showOne(state, choice) {
  wear(choice);
  document.title = `${state.title} · rtc-elements`;
  byId('gallery').hidden = true;
  byId('alone').hidden = false;
  byId('alone').style.maxWidth = choice.width ? `${Number(choice.width)}px` : '';
  byId('alone').replaceChildren(elementOf(state, choice.theme));
}

function showAll(choice) {
  wear(choice);
  byId('gallery').hidden = false;
  byId('alone').hidden = true;
  byId('alone').replaceChildren();
  const { width, height, ...look } = choice;
  const frameOf = ({ name, title }) => {
    const address = `?${new URLSearchParams({ state: name, ...look })}`;
    return create('figure', {}, create('iframe', { src: address, width, height, title, loading: 'lazy' }), create('figcaption', {}, create('a', { href: address }, title)));
  };
  byId('groups').replaceChildren(...Object.entries(Object.groupBy(STATES, ({ group }) => group)).map(([group, states]) =>
    create('section', { class: 'group' }, create('h2', {}, group), create('div', { class: 'states' }, ...states.map(frameOf)))));
}

function show() {
  const asked = Object.fromEntries(new URLSearchParams(location.search));
  const state = STATES.find(({ name }) => name === asked.state);
  if (state) return showOne(state, asked);
  const usual = { theme: matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light' };
  for (const { name, value } of form.elements) form.elements[name].value = asked[name] ?? usual[name] ?? value;
  showAll({ ...Object.fromEntries(new FormData(form)) });
}

form.addEventListener('change', () => {
  history.replaceState(null, '', `?${new URLSearchParams(new FormData(form))}`);
  show();
});
addEventListener('popstate', show);
show();
