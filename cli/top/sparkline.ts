/** A curve in one line of text. */

const bars = '▁▂▃▄▅▆▇█';

/**
 * The newest values that fit, the smallest lowest; a value that is missing is a space.
 * @param scale `log` for values that fall by powers of ten, such as gradients: zero and less count as the smallest
 */
export function sparkline(
  values: readonly (number | null)[],
  width: number,
  scale: 'linear' | 'log' = 'linear',
): string {
  const shown = values.slice(Math.max(0, values.length - Math.max(0, width))).map((value) => {
    if (value === null || !Number.isFinite(value)) return null;
    if (scale === 'linear') return value;
    return value > 0 ? Math.log10(value) : Number.NEGATIVE_INFINITY;
  });
  const known = shown.filter((value): value is number => value !== null && Number.isFinite(value));
  if (known.length === 0) return '';
  const least = Math.min(...known);
  const span = Math.max(...known) - least;
  return shown
    .map((value) => {
      if (value === null) return ' ';
      const place = span === 0 || value < least ? 0 : (value - least) / span;
      return bars[Math.round(place * (bars.length - 1))];
    })
    .join('');
}
