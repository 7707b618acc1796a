import { byId } from './demo.js';
import { STATES } from './gallery-states.js';
import { stillElement } from './still-session.js';

// The states come from the gallery; the themes are in themes.css, and nowhere else.

function show(name) {
  const { make } = STATES.find((state) => state.name === name);
  for (const stand of document.querySelectorAll('.stand')) stand.replaceChildren(stillElement(make()));
}

byId('states').addEventListener('change', ({ target }) => show(target.value));
show(byId('states').querySelector(':checked').value);
byId('code').textContent = await (await fetch('themes.css')).text();
