import { describe, expect, it } from 'vitest';
import { compareLaws, halve } from '../../../tools/bench/prediction/compare-laws.ts';
import { readEngineTimes } from '../../../tools/bench/prediction/read-timings.ts';
import { drawRuns } from '../../packing/predict/synthetic-runs.ts';

describe('laws of run times, compared on halves that they have not seen', () => {
  // As docs/prediction.md states it, with room for a better law and none for a worse.
  it.each([
    ['xtb', 208, 1.3, 2.2],
    ['nwchem', 83, 1.1, 1.4],
  ] as const)('of %s: the model is better than both baselines', (engine, count, medianFactor, p90Factor) => {
    const runs = readEngineTimes(engine, 'cpu_seconds');
    expect(runs).toHaveLength(count);
    const [model, mean, power] = compareLaws(runs);
    expect(model?.medianFactor).toBeLessThan(medianFactor);
    expect(model?.p90Factor).toBeLessThan(p90Factor);
    for (const other of [mean, power]) {
      expect(model?.medianFactor).toBeLessThan(0.75 * (other?.medianFactor ?? 0));
      expect(model?.p90Factor).toBeLessThan(0.75 * (other?.p90Factor ?? 0));
    }
    expect(model?.keptUpper).toBeGreaterThan(0.9);
  });

  it('judge no run that was learned from', () => {
    const runs = drawRuns(51, 0.1);
    const { half, rest } = halve(runs, 3);
    expect([half.length, rest.length]).toEqual([25, 26]);
    expect(new Set([...half, ...rest]).size).toBe(51);
  });
});
