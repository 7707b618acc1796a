import { byId, randomRoom } from './demo.js';

// One room for the two of this page load, on the server that the script came from.
byId('desk').room = byId('shop').room = randomRoom('layout');

const STATE_WORDS = { joining: 'Opening…', joined: 'Open', reconnecting: 'Connection lost, trying again…', failed: 'Closed' };
byId('desk').addEventListener('rtc-room-state', ({ detail }) => {
  byId('desk-state').textContent = STATE_WORDS[detail.state] ?? '';
});

/** The rule that makes the look, read from the style sheet, so that what is shown is what is used. */
function cssOfLook(look) {
  const selector = `[data-look="${look}"]`;
  const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]);
  const rule = rules.find(({ selectorText }) => selectorText === selector);
  return rule ? rule.cssText.replace(/([{;]) /g, '$1\n  ').replace(/\s*}$/, '\n}') : '/* Nothing set: the colours follow the page, light or dark. */';
}

const THEMES = { plain: 'auto', night: 'dark', paper: 'light' };

function wear(look) {
  byId('desk-frame').dataset.look = look;
  for (const element of document.querySelectorAll('#desk, [for="desk"]')) element.setAttribute('theme', THEMES[look]);
  byId('look-code').textContent = cssOfLook(look);
}
byId('looks').addEventListener('change', ({ target }) => wear(target.value));
wear(byId('looks').querySelector(':checked').value);
