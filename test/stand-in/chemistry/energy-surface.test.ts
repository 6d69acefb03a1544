import { describe, expect, test } from 'vitest';
import { describeSystem, type System } from '../../../stand-in/chemistry/describe-system.ts';
import { createSurface, evaluateSurface } from '../../../stand-in/chemistry/energy-surface.ts';
import { parseInput } from '../../../stand-in/input/parse-input.ts';
import { scriptRun } from '../../../stand-in/run/script-run.ts';
import { aGradientInput, aWaterInput } from '../sample-inputs.ts';

const system = (text: string): System => describeSystem(parseInput(text, () => undefined));
const script = (text: string): ReturnType<typeof scriptRun> =>
  scriptRun(system(text), { restartsOrbitals: false, failure: undefined });
const energyOf = (text: string): number | undefined => script(text).steps[0]?.energyHartree;

test.each([
  ['at the start', 0],
  ['compressed', -0.9],
  ['where the wells are cut off', 0.7],
])('the gradient is the slope of the energy: %s', (_, shift) => {
  const surface = createSurface(system(aGradientInput()));
  const positions = Float64Array.from([
    0,
    0,
    0.1,
    0.1,
    0,
    3.9 + shift,
    0,
    3.8 + shift,
    -0.9,
    3.6,
    -1.2 - shift,
    -0.9,
  ]);
  const { gradient } = evaluateSurface(surface, positions);
  const h = 1e-4;
  const slopes = [...positions.keys()].map((index) => {
    const energyAt = (offset: number): number =>
      evaluateSurface(
        surface,
        positions.map((value, at) => (at === index ? value + offset : value)),
      ).energyHartree;
    return (energyAt(h) - energyAt(-h)) / (2 * h);
  });
  for (const [index, slope] of slopes.entries()) expect(gradient[index]).toBeCloseTo(slope, 6);
});

describe('the energy', () => {
  test('depends on charge, multiplicity, method and geometry', () => {
    const energies = [
      aGradientInput(),
      aGradientInput({ state: '0 7' }),
      aGradientInput({ state: '1 4' }),
      aGradientInput({ atoms: 'Np 0 0 0\nF 0 0 2.1\nF 0 2 -0.5\nF 1.9 -0.6 -0.5' }),
      aGradientInput().replace('wB97M-V', 'PBE0'),
    ].map(energyOf);
    expect(new Set(energies).size).toBe(energies.length);
  });

  test('does not depend on resources, converger and restart', () => {
    const energies = [
      aGradientInput(),
      aGradientInput({ processCount: 8 }),
      aGradientInput({ words: 'EnGrad SlowConv MORead', blocks: '%moinp "old.gbw"\n%scf MaxIter 700 end' }),
      aGradientInput().replace('%maxcore 2000', '%maxcore 9000'),
    ].map(energyOf);
    expect(new Set(energies).size).toBe(1);
  });
});

describe('an optimisation', () => {
  test.each([
    ['NpF3', aGradientInput({ words: 'Opt' })],
    ['NpF3, very tight', aGradientInput({ words: 'VeryTightOpt' })],
    ['water', aWaterInput({ words: 'Opt' })],
    [
      'methane',
      aWaterInput({
        words: 'Opt',
        atoms: 'C 0 0 0\nH 0.7 0.6 0.6\nH -0.6 -0.6 0.6\nH -0.6 0.7 -0.6\nH 0.6 -0.6 -0.6',
      }),
    ],
  ])('converges downhill within 60 cycles: %s', (_, text) => {
    const { steps, optimization } = script(text);
    const cycles = steps.filter(({ cycle }) => cycle !== undefined);
    expect(optimization?.hasConverged).toBe(true);
    expect(cycles.length).toBeGreaterThanOrEqual(3);
    expect(cycles.length).toBeLessThanOrEqual(60);
    expect(steps.at(-1)?.energyHartree).toBeLessThan(steps[0]?.energyHartree ?? 0);
    expect(steps.at(-1)?.gradient).toBeUndefined();
  });

  test('stops at %geom MaxIter without a final evaluation', () => {
    const { steps, optimization } = script(aGradientInput({ words: 'Opt', blocks: '%geom MaxIter 2 end' }));
    expect(optimization?.hasConverged).toBe(false);
    expect(steps.map(({ cycle }) => cycle !== undefined)).toEqual([true, true]);
  });
});
