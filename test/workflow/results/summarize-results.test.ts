import { describe, expect, it } from 'vitest';
import { spreadOf, summarizeResults } from '../../../workflow/results/summarize-results.ts';
import { aWorkflow } from '../sample-workflow.ts';

describe('spreadOf', () => {
  it.each([
    [[], null],
    [[3], { count: 1, mean: 3, median: 3, min: 3, max: 3, sum: 3 }],
    [[10, -2, 4], { count: 3, mean: 4, median: 4, min: -2, max: 10, sum: 12 }],
    [[100, 20, 3, 1], { count: 4, mean: 31, median: 11.5, min: 1, max: 100, sum: 124 }],
  ])('%j', (values, expected) => {
    expect(spreadOf(values)).toEqual(expected);
  });
});

describe('summarizeResults', () => {
  it('counts completed records, each number where it is known', () => {
    const workflow = aWorkflow(4);
    workflow.db.exec(`
      update structures set status = 'completed', final_energy = -10, max_forces = 0.1, scf_steps = 12, wall_time = 3600, n_cores = 4 where id = 1;
      update structures set status = 'completed', final_energy = -30, wall_time = 1800, n_cores = 2 where id = 2;
      update structures set status = 'completed' where id = 3;
      update structures set status = 'failed', final_energy = -99 where id = 4`);
    expect(summarizeResults(workflow)).toEqual({
      finalEnergyHartree: { count: 2, mean: -20, median: -20, min: -30, max: -10, sum: -40 },
      maxGradientHartreePerBohr: { count: 1, mean: 0.1, median: 0.1, min: 0.1, max: 0.1, sum: 0.1 },
      scfCycles: { count: 1, mean: 12, median: 12, min: 12, max: 12, sum: 12 },
      wallTimeSeconds: { count: 2, mean: 2700, median: 2700, min: 1800, max: 3600, sum: 5400 },
      cores: { count: 2, mean: 3, median: 3, min: 2, max: 4, sum: 6 },
      coreHours: 5,
      withoutEnergy: 1,
    });
  });

  it('has nothing of an empty campaign', () => {
    expect(summarizeResults(aWorkflow(1))).toMatchObject({
      finalEnergyHartree: null,
      coreHours: 0,
      withoutEnergy: 0,
    });
  });
});
