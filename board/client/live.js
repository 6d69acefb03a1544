// @ts-check
// Keeps a page up to date: parts of it come as HTML by server-sent events, made by the same code as the page itself.
import { showTimes } from './show-times.js';

/** @typedef {(data: any) => void} Listener */

/** @type {Map<string, Listener>} */
const listeners = new Map();
const sign = document.getElementById('live');
const address = document.body.dataset['stream'];
/** @type {EventSource | undefined} */
let source;

/**
 * What the page's own script draws.
 * @param {string} event
 * @param {Listener} listener
 */
export function onLive(event, listener) {
  listeners.set(event, listener);
}

/** @param {string} text @param {'on' | 'off' | 'trouble'} state */
function say(text, state) {
  if (!sign || sign.textContent === text) return;
  sign.textContent = text;
  sign.dataset['state'] = state;
}

/**
 * Replaces one part; who is on one of its links with the keyboard stays there.
 * @param {{ id: string, text: string }} part
 */
function replacePart({ id, text }) {
  const place = document.getElementById(id);
  if (!place || place.innerHTML === text) return;
  const focused = place.contains(document.activeElement) ? document.activeElement : null;
  const href = focused?.getAttribute('href');
  const scrolled = place.querySelector('.scroll');
  const left = scrolled?.scrollLeft ?? 0;
  const marked = [...place.querySelectorAll('input:checked')].map((box) => box.getAttribute('value'));
  place.innerHTML = text;
  for (const box of place.querySelectorAll('input[type=checkbox]'))
    if (box instanceof HTMLInputElement) box.checked = marked.includes(box.value);
  showTimes(place);
  const scroller = place.querySelector('.scroll');
  if (scroller) scroller.scrollLeft = left;
  if (!focused) return;
  const again = href
    ? place.querySelector(`[href="${CSS.escape(href)}"]`)
    : focused.matches('.scroll')
      ? scroller
      : null;
  if (again instanceof HTMLElement) again.focus({ preventScroll: true });
}

function connect() {
  if (!address || source || document.hidden) return;
  source = new EventSource(address);
  source.addEventListener('html', (message) => replacePart(JSON.parse(message.data)));
  source.addEventListener('seen', () => say('live', 'on'));
  source.addEventListener('trouble', (message) => say(JSON.parse(message.data).message, 'trouble'));
  source.addEventListener('error', () => say('not connected, trying again', 'off'));
  for (const [event, listener] of listeners)
    source.addEventListener(event, (message) => listener(JSON.parse(message.data)));
}

/** Begins to listen. To be called when the page's own script has said what it listens to: nothing is told twice. */
export function keepLive() {
  // A browser has six connections for one server, for all of its tabs: those that nobody looks at give theirs back.
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) return connect();
    source?.close();
    source = undefined;
    return say('asleep', 'off');
  });
  showTimes(document.body);
  setInterval(() => showTimes(document.body), 1000);
  connect();
}
