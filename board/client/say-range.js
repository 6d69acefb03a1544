// @ts-check
// What a user has marked in a chart over time leads to the jobs that ended then.

/** @param {number} seconds */
const iso = (seconds) => new Date(Math.round(seconds) * 1000).toISOString().slice(0, 19);
/** @param {number} seconds */
const show = (seconds) => new Date(seconds * 1000).toLocaleString();

/** @param {HTMLElement} place the chart @param {number} from seconds since 1970 @param {number} to */
export function sayRange(place, from, to) {
  const after = place.nextElementSibling;
  const line = after?.classList.contains('range') ? after : document.createElement('p');
  line.className = 'range note';
  line.setAttribute('role', 'status');
  const link = document.createElement('a');
  link.href = `/jobs?ended=${iso(from)}..${iso(to)}&sort=ended`;
  link.textContent = `Jobs that ended from ${show(from)} to ${show(to)}`;
  line.replaceChildren(link);
  place.after(line);
}
