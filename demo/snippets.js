// The code that is shown on pages: each block gets a button that copies it. No part of the product.

/** Where the browser keeps the clipboard closed (pages without HTTPS) the code is selected instead. */
async function copy(pre, button) {
  try {
    await navigator.clipboard.writeText(pre.textContent);
    button.textContent = 'Copied';
  } catch {
    getSelection().selectAllChildren(pre);
    button.textContent = 'Selected: press Ctrl+C or ⌘C';
  }
  setTimeout(() => (button.textContent = 'Copy'), 2000);
}

for (const pre of document.querySelectorAll('pre')) {
  const frame = document.createElement('div');
  const button = Object.assign(document.createElement('button'), { type: 'button', className: 'small', textContent: 'Copy' });
  frame.className = 'copyable';
  button.setAttribute('aria-live', 'polite');
  button.addEventListener('click', () => copy(pre, button));
  pre.replaceWith(frame);
  frame.append(pre, button);
}

/** The signaling server and the script are in the folder of this module; as plain files (`npm run site`) there is no signaling server, and rooms are between tabs. */
const folder = new URL('.', import.meta.url).href.replace(/\/$/, '');
const { server } = document.documentElement.dataset;

/** What stands for the server in a piece of code becomes this one, so that what is copied from here works. */
export function withServer(code) {
  const here = code.replaceAll('http://localhost:3000', folder);
  if (!server) return here;
  return here.replace(/<rtc-room (?![^>]*server=)/g, `<rtc-room server="${server}" `).replace('createSession({ ', `createSession({ server: '${server}', `);
}
