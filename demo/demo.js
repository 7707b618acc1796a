import { DEMOS } from './pages.js';
import { withServer } from './snippets.js';

// What several demo pages need: an event log, a room name that nobody else has, the way to the other demos. No part of the product.

/** Every event the elements send. All bubble: one listener on the document hears them, each once. */
export const EVENT_NAMES = [
  'rtc-room-state', 'rtc-members', 'rtc-call-request', 'rtc-call-incoming', 'rtc-call-state', 'rtc-call-missed', 'rtc-media', 'rtc-devices', 'rtc-quality', 'rtc-verification',
  'rtc-playback-blocked', 'rtc-error',
];

export const byId = (id) => document.getElementById(id);

/** Makes an element; texts become text nodes, so that nothing a user typed is ever markup. */
export function create(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** A room of this page load alone (`crypto.randomUUID` is missing on insecure pages). */
export const randomRoom = (prefix) => `${prefix}-${Array.from(crypto.getRandomValues(new Uint32Array(2)), (part) => part.toString(36)).join('')}`;

/** `?room=` of the address, or a default. */
export const roomOfAddress = (fallback) => new URLSearchParams(location.search).get('room') || fallback;

/** This page's address with another room. */
export function addressWithRoom(room, page = location.pathname) {
  const url = new URL(page, location.href);
  url.search = '';
  url.searchParams.set('room', room);
  return url.href;
}

/** Where sessions of these pages signal: nothing to say but where they are plain files (`npm run site`). */
export const signaling = () => ({ ...(document.documentElement.dataset.server && { server: document.documentElement.dataset.server }) });

/** An event's detail as text: functions by their name, errors by their code. */
export function toText(detail) {
  const shorten = (_key, value) => {
    if (typeof value === 'function') return `${value.name || 'function'}()`;
    if (value instanceof Error) return { name: value.name, code: value.code, message: value.message };
    return value;
  };
  return JSON.stringify(detail, shorten, 1) ?? '';
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 });

/** A list that grows at its end and stays scrolled there, unless the reader has scrolled up. */
export function createLog(list, { limit = 300, time = () => clock.format(new Date()) } = {}) {
  return {
    add(...content) {
      const following = list.scrollHeight - list.scrollTop - list.clientHeight < 24;
      list.append(create('li', {}, create('time', {}, time()), create('span', {}, ...content)));
      while (list.childElementCount > limit) list.firstElementChild.remove();
      if (following) list.scrollTop = list.scrollHeight;
    },
    clear: () => list.replaceChildren(),
  };
}

/** Writes every event that reaches `target` to a list: its time, name, who sent it, and its detail. */
export function logEvents(target, list, nameOf = (element) => `<${element.localName}>`) {
  const log = createLog(list);
  for (const name of EVENT_NAMES) {
    target.addEventListener(name, (event) => {
      log.add(create('strong', {}, name), ` from ${nameOf(event.target)}`);
      list.lastElementChild.append(create('span', { class: 'detail' }, toText(event.detail).replace(/\n\s*/g, ' ')));
      list.scrollTop = list.scrollHeight;
    });
  }
  return log;
}

const LANGUAGES = { en: 'English', ar: 'العربية', de: 'Deutsch', es: 'Español', fr: 'Français', hi: 'हिन्दी', ja: '日本語', pt: 'Português', ru: 'Русский', zh: '简体中文' };

/** A choice of the languages there are; `chosen` hears each. */
export function chooseLanguage(select, chosen) {
  select.append(...Object.entries(LANGUAGES).map(([lang, name]) => create('option', { value: lang, lang }, name)));
  select.addEventListener('change', () => chosen(select.value));
}

/** Shows what went wrong, with the cure, until the next time it is called with nothing. */
export function showProblem(element, problem) {
  element.hidden = !problem;
  element.textContent = problem ? [problem.message, ...(problem.remedies ?? [])].join(' ') : '';
}

// The code on the page, as it works from here; and the way to the other demos.
for (const code of document.querySelectorAll('pre code')) if (code.textContent) code.textContent = withServer(code.textContent);

/** A list of links to the demos, this page left out. */
export const linksToDemos = () => DEMOS.filter(([file]) => !location.pathname.endsWith(`/${file}`)).map(([file, title, what]) =>
  create('li', {}, create('a', { href: file }, title), create('span', {}, what)));

const frame = document.querySelector('.page');
if (frame) {
  const overview = create('li', {}, create('a', { href: 'guide/' }, 'Guide'), create('span', {}, 'A page for each task'));
  frame.append(create('nav', { 'aria-labelledby': 'more-title' }, create('h2', { id: 'more-title' }, 'Guide and other demos'), create('ul', { class: 'more' }, overview, ...linksToDemos())));
}
