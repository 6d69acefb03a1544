// @ts-check
// Times stand in a page as UTC; here they become the reader's own, and ages count on.

/** @param {number} value */
const two = (value) => String(value).padStart(2, '0');

/** @param {number} seconds */
function formatSpan(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  if (whole < 86_400) return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} min`;
  return `${Math.floor(whole / 86_400)} d ${two(Math.floor((whole % 86_400) / 3600))} h`;
}

/** @param {Date} moment */
function formatMoment(moment) {
  const isToday = moment.toDateString() === new Date().toDateString();
  const clock = moment.toLocaleTimeString([], {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hour12: false,
  });
  return isToday
    ? clock
    : `${moment.toLocaleDateString([], { month: 'short', day: 'numeric' })} ${clock.slice(0, 5)}`;
}

/** @param {HTMLElement} part */
export function showTimes(part) {
  const now = Date.now();
  for (const element of part.querySelectorAll('time[data-as]')) {
    if (!(element instanceof HTMLTimeElement)) continue;
    const moment = new Date(element.dateTime);
    const kind = element.dataset['as'];
    const text =
      kind === 'age'
        ? formatSpan((now - moment.getTime()) / 1000)
        : kind === 'left'
          ? formatSpan((moment.getTime() - now) / 1000)
          : formatMoment(moment);
    if (element.textContent !== text) element.textContent = text;
    if (element.title === '') element.title = moment.toLocaleString();
  }
}
