/** `value` with `decimals` digits, right-aligned in `width`; never the text "-0.000". */
export function fixed(value: number, decimals: number, width = 0): string {
  const text = value.toFixed(decimals);
  return (Number(text) === 0 ? text.replace('-', '') : text).padStart(width);
}

/** C's `%e`: a mantissa of `decimals` digits and an exponent of at least two, right-aligned in `width`. */
export function exponential(value: number, decimals: number, width = 0): string {
  const [mantissa = '', exponent = '+0'] = value.toExponential(decimals).split('e');
  return `${mantissa}e${exponent.charAt(0)}${exponent.slice(1).padStart(2, '0')}`.padStart(width);
}

export function integer(value: number, width = 0): string {
  return String(value).padStart(width);
}
