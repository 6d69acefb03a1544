import { describe, expect, it } from 'vitest';
import { listMoments, listPowers, listTicks, scaleOf } from '../../../board/pages/views/axes.ts';
import { fitComposition } from '../../../board/reading/views/fit-composition.ts';
import { nameKinds } from '../../../board/reading/views/name-kinds.ts';
import { parseRange } from '../../../board/reading/views/parse-range.ts';
import { binValues, findOutliers, median, quantile } from '../../../board/reading/views/statistics.ts';
import { atomicNumberOf } from '../../../orca/structure/elements.ts';
import { aRun, at, t0 } from './a-run.ts';

const named = (values: number[]): { recordId: number; name: null; value: number }[] =>
  values.map((value, index) => ({ recordId: index + 1, name: null, value }));

describe('statistics', () => {
  it('quantiles lie between values', () => {
    expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5);
    expect(median([5, 1, 9])).toBe(5);
    expect(quantile([], 0.5)).toBeNaN();
  });
  it.each([
    ['one far out', [1, 2, 1, 2, 1, 2, 1, 2, 90], [9]],
    ['the farthest first', [1, 2, 1, 2, 1, 2, 1, 2, 90, -200], [10, 9]],
    ['none', [1, 2, 3, 4, 5, 6, 7, 8, 9], []],
    ['equal values and one that differs', [7, 7, 7, 7, 7, 7, 7, 7, 8], [9]],
    ['too few', [1, 1, 1, 99], []],
  ])('outliers: %s', (_what, values, expected) => {
    expect(findOutliers(named(values)).map(({ recordId }) => recordId)).toEqual(expected);
  });
  it('bins hold every value, those beyond the 1st and 99th percentile in the outer ones', () => {
    const values = [...Array.from({ length: 200 }, (_, index) => index), 1e6];
    const bins = binValues(values, 10);
    expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(201);
    expect(bins.at(-1)?.to).toBeLessThan(300);
    expect(binValues([4, 4, 4])).toMatchObject([{ count: 3 }]);
    expect(binValues([])).toEqual([]);
  });
});

it('what composition explains of an energy is taken out of it', () => {
  const energies: Record<string, number> = { U: -28_000, O: -75, Cl: -460 };
  const formulas = [
    'U;O',
    'U;O;O',
    'U;Cl',
    'U;Cl;Cl',
    'U;O;Cl',
    'U;O;O;Cl',
    'U;O;O;O',
    'U;Cl;Cl;Cl',
    'O;O',
    'Cl;Cl',
    'O;Cl',
    'U;U',
  ];
  const runs = formulas.map((elements, index) =>
    aRun(index + 1, {
      elements,
      energyHartree: elements
        .split(';')
        .reduce((sum, symbol) => sum + (energies[symbol] ?? 0), index === 4 ? 0.3 : 0),
    }),
  );
  const left = fitComposition(runs);
  expect(left).toHaveLength(12);
  const worst = left.toSorted((one, other) => Math.abs(other.value) - Math.abs(one.value))[0];
  expect(worst).toMatchObject({ recordId: 5 });
  expect(worst?.value).toBeGreaterThan(50);
  expect(fitComposition(runs.slice(0, 5))).toEqual([]);
  // Elements that always come together cannot be told apart, and nothing becomes infinite.
  const tied = Array.from({ length: 20 }, (_, index) =>
    aRun(index, { elements: 'U;O;O', energyHartree: -100 - index / 1000 }),
  );
  for (const { value } of fitComposition(tied)) expect(Math.abs(value)).toBeLessThan(10);
});

describe('nameKinds', () => {
  it.each([
    ['U;O;O', { metal: 'U', ligands: 'O' }],
    ['O;H;Am;Cl;C;H', { metal: 'Am', ligands: 'C H Cl O' }],
    ['C;H;H;I', { metal: 'no metal', ligands: 'C H I' }],
    ['Fe;U;O', { metal: 'U', ligands: 'Fe O' }],
    ['Pu', { metal: 'Pu', ligands: 'bare' }],
    ['', undefined],
    [null, undefined],
  ])('%s', (elements, expected) => {
    expect(nameKinds(elements, atomicNumberOf)).toEqual(expected);
  });
});

describe('parseRange', () => {
  const campaign = { first: at(0), last: at(600) };
  const ask = (text: Record<string, string>): unknown => {
    const { from, to, asked } = parseRange((name) => text[name], campaign);
    return [(from.getTime() - t0) / 60_000, (to.getTime() - t0) / 60_000, asked !== undefined];
  };
  it.each([
    [{}, [0, 600, false]],
    [{ last: '1h' }, [540, 600, true]],
    [{ last: '7d' }, [600 - 7 * 1440, 600, true]],
    [{ from: '2026-03-01T01:00:00', to: '2026-03-01T02:00:00' }, [60, 120, true]],
    [{ from: '2026-03-01T02:00:00', to: '2026-03-01T01:00:00' }, [0, 600, false]],
    [{ from: 'yesterday', to: 'now' }, [0, 600, false]],
    [{ last: '1y' }, [0, 600, false]],
    [{ from: '2026-99-99', to: '2026-03-01' }, [0, 600, false]],
  ])('%j', (text, expected) => {
    expect(ask(text)).toEqual(expected);
  });
});

describe('axes', () => {
  it('ticks are round and lie inside', () => {
    expect(listTicks(0, 10)).toEqual([0, 2, 4, 6, 8, 10]);
    expect(listTicks(3, 3)).toEqual([3]);
    expect(listTicks(-1, 1, 4)).toEqual([-1, -0.5, 0, 0.5, 1]);
    expect(listPowers(2, 400)).toEqual([3, 10, 30, 100, 300]);
    expect(listMoments(t0 + 1, t0 + 3_600_000).map((ms) => (ms - t0) / 60_000)).toEqual([15, 30, 45, 60]);
    expect(scaleOf(0, 10, 100, 200)(5)).toBe(150);
    expect(scaleOf(1, 1, 0, 10)(1)).toBe(0);
  });
});
