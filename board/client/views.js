// @ts-check
// Pictures over time: what is dragged over is shown closer. Everything else of them is made on the server.
import { showTimes } from './show-times.js';

showTimes(document.body);

/** Less is a click. */
const leastShare = 0.005;

/** @param {number} ms */
const iso = (ms) => new Date(ms).toISOString().slice(0, 19);

/** @param {SVGSVGElement} picture @param {number} clientX */
function shareAt(picture, clientX) {
  const { left, width } = picture.getBoundingClientRect();
  const { width: units } = picture.viewBox.baseVal;
  const [from, to] = [70 / units, 1 - 14 / units];
  return Math.min(1, Math.max(0, ((clientX - left) / width - from) / (to - from)));
}

/** @param {SVGSVGElement} picture */
function letBrush(picture) {
  const from = Number(picture.dataset['brushFrom']);
  const to = Number(picture.dataset['brushTo']);
  const { width, height } = picture.viewBox.baseVal;
  const mark = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  mark.classList.add('mark');
  mark.setAttribute('height', String(height));
  /** @type {number | undefined} */
  let begin;
  const place = (/** @type {number} */ share) => 70 + share * (width - 84);
  picture.addEventListener('pointerdown', (event) => {
    if (event.button === 0 && event.pointerType === 'mouse') begin = shareAt(picture, event.clientX);
  });
  picture.addEventListener('dragstart', (event) => event.preventDefault());
  picture.addEventListener('pointermove', (event) => {
    if (begin === undefined) return;
    const share = shareAt(picture, event.clientX);
    mark.setAttribute('x', String(place(Math.min(begin, share))));
    mark.setAttribute('width', String(Math.abs(place(share) - place(begin))));
    picture.append(mark);
  });
  addEventListener('pointerup', (event) => {
    if (begin === undefined) return;
    const share = shareAt(picture, event.clientX);
    const [low, high] = [Math.min(begin, share), Math.max(begin, share)];
    begin = undefined;
    mark.remove();
    if (high - low < leastShare) return;
    const query = new URLSearchParams(location.search);
    query.delete('last');
    query.set('from', iso(from + low * (to - from)));
    query.set('to', iso(from + high * (to - from)));
    location.search = query.toString();
  });
}

for (const picture of document.querySelectorAll('svg[data-brush-from]'))
  if (picture instanceof SVGSVGElement) letBrush(picture);
