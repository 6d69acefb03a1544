// @ts-check
import { keepLive } from './live.js';

keepLive();

const field = document.getElementById('q');

// As on many pages: a slash begins a search.
document.addEventListener('keydown', (event) => {
  const isTyping = event.target instanceof HTMLElement && event.target.matches('input, select, textarea');
  if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  field?.focus();
});

// Blank fields would only make the address long.
document.querySelector('form.search')?.addEventListener('submit', ({ target }) => {
  if (!(target instanceof HTMLFormElement)) return;
  for (const input of target.querySelectorAll('input, select'))
    if ((input instanceof HTMLInputElement || input instanceof HTMLSelectElement) && input.value === '')
      input.disabled = true;
});

// The page may come back from the browser's memory with its fields switched off.
addEventListener('pageshow', () => {
  for (const input of document.querySelectorAll('form.search [disabled]')) input.removeAttribute('disabled');
});
