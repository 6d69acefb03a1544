/** How much longer something takes that has already taken long: what a time limit hides. */

/** Complementary error function for x ≥ 0, absolute error below 1.5e-7 (Abramowitz and Stegun, 7.1.26). */
function erfc(x: number): number {
  const t = 1 / (1 + 0.3275911 * x);
  const series =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return series * Math.exp(-x * x);
}

/**
 * Pure. The mean of what lies above `a` in a standard normal distribution, at least `a`. Above 5 the series of the tail is used,
 * because both the density and the rest vanish there.
 */
export function meanAbove(a: number): number {
  if (a > 5) return a + 1 / a - 2 / a ** 3;
  const density = Math.exp((-a * a) / 2) / Math.sqrt(2 * Math.PI);
  const above = a >= 0 ? erfc(a / Math.SQRT2) / 2 : 1 - erfc(-a / Math.SQRT2) / 2;
  return Math.max(a, density / above);
}
