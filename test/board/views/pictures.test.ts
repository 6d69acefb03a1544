import { describe, expect, it } from 'vitest';
import { layOutGantt, renderGantt } from '../../../board/pages/views/gantt.ts';
import { countSuccess, renderHeatMap } from '../../../board/pages/views/heat-map.ts';
import { sumSpent } from '../../../board/pages/views/hours-spent.ts';
import { measureSpeed } from '../../../board/pages/views/node-health.ts';
import { measureBand, renderTimeByAtoms } from '../../../board/pages/views/time-by-atoms.ts';
import { nameKinds } from '../../../board/reading/views/name-kinds.ts';
import { atomicNumberOf } from '../../../orca/structure/elements.ts';
import { aRun, at } from './a-run.ts';

const kindsOf = (elements: string | null): ReturnType<typeof nameKinds> =>
  nameKinds(elements, atomicNumberOf);

describe('slots over time', () => {
  const range = { from: at(0), to: at(100) };
  it('has a row for each slot, nodes in the order of their numbers, and a bar for each run', () => {
    const runs = [
      aRun(1, { node: 'n10', slot: 1 }),
      aRun(2, { node: 'n2', slot: 0, outcome: 'failed', class: 'oom_killed', endedAt: at(50).toISOString() }),
      aRun(3, { node: 'n10', slot: 0, outcome: 'timed_out' }),
      aRun(4, { node: null }),
      aRun(5, { startedAt: at(-50).toISOString(), endedAt: at(-10).toISOString() }),
    ];
    const { rows, bars, hidden } = layOutGantt(runs, range);
    expect(rows.map(({ label }) => label)).toEqual(['n2 0', 'n10 0', 'n10 1']);
    expect(bars.map(({ run, row, kind }) => [run.recordId, row, kind])).toEqual([
      [1, 2, 'good'],
      [2, 0, 'bad'],
      [3, 1, 'late'],
    ]);
    expect(hidden).toEqual({ nodes: 0, bars: 0 });
  });
  it('leads to the job and says what it was, whatever its name is', async () => {
    const page = String(
      await renderGantt([aRun(7, { name: '<b>', outcome: 'failed', class: 'oom_killed' })], range),
    );
    expect(page).toContain('href="/jobs/7?attempt=1"');
    expect(page).toContain('#7 &lt;b&gt; · attempt 1 · failed: oom_killed · 1m00s on n1, slot 0');
  });
  it('of many slots, those of a node share a row; of too many nodes, the rest is counted; so is what is too short to see', () => {
    const runs = Array.from({ length: 800 }, (_, index) =>
      aRun(index, { node: `n${index % 200}`, slot: Math.floor(index / 200) }),
    );
    const { rows, bars, hidden } = layOutGantt(
      [...runs, aRun(900, { node: 'n0' }), aRun(901, { node: 'n0' })],
      { from: at(0), to: at(100_000) },
    );
    expect(rows).toHaveLength(150);
    expect(hidden).toEqual({ nodes: 50, bars: 2 });
    expect(new Set(bars.filter(({ row }) => row === 0).map(({ y }) => y)).size).toBe(4);
  });
});

describe('success', () => {
  it('counts each record once, by its newest attempt', async () => {
    const map = countSuccess(
      [
        aRun(1, { attempt: 2 }),
        aRun(1, { outcome: 'failed' }),
        aRun(2, { outcome: 'failed' }),
        aRun(3, { charge: -1 }),
        aRun(4, { elements: 'Am;Cl', outcome: 'timed_out', charge: 3 }),
        aRun(5, { elements: null }),
      ],
      'charge',
      kindsOf,
    );
    expect(map.rows).toEqual(['Am', 'U']);
    expect(map.columns).toEqual(['-1', '+2', '+3']);
    expect(map.cells).toEqual([
      [undefined, undefined, { records: 1, completed: 0 }],
      [{ records: 1, completed: 1 }, { records: 2, completed: 1 }, undefined],
    ]);
    const page = String(await renderHeatMap(map, 'charge'));
    expect(page).toMatch(/heat-5">\s*<a href="\/jobs\?element=U&amp;charge=2">50 %<\/a> <small>2</);
  });
  it('puts rare ligands together', () => {
    const symbols = ['H', 'C', 'N', 'O', 'F', 'P', 'S', 'Cl', 'Br', 'I', 'B', 'Si', 'Se', 'As', 'Te', 'Li'];
    const runs = symbols.flatMap((symbol, index) =>
      Array.from({ length: 20 - index }, (_, more) => aRun(100 * index + more, { elements: `U;${symbol}` })),
    );
    const { columns, cells } = countSuccess(runs, 'ligands', kindsOf);
    expect(columns).toHaveLength(14);
    expect(columns.at(-1)).toBe('others');
    expect(cells[0]?.at(-1)).toEqual({ records: 7 + 6 + 5, completed: 18 });
  });
});

it('core-hours are summed over time: used, then wasted by class, the dearest first', () => {
  const runs = [
    aRun(1, { elapsedSeconds: 3600, endedAt: at(10).toISOString() }),
    aRun(2, { elapsedSeconds: 3600, endedAt: at(90).toISOString() }),
    aRun(3, { elapsedSeconds: 1800, outcome: 'failed', class: 'oom_killed', endedAt: at(20).toISOString() }),
    aRun(4, { elapsedSeconds: 7200, outcome: 'timed_out', endedAt: at(100).toISOString() }),
    aRun(5, { cores: null }),
  ];
  const spent = sumSpent(runs, { from: at(0), to: at(100) });
  expect(spent.map(({ name, sums }) => [name, sums[60], sums.at(-1)])).toEqual([
    ['completed', 8, 16],
    ['time limit', 0, 16],
    ['oom_killed', 4, 4],
  ]);
  const many = Array.from({ length: 9 }, (_, index) =>
    aRun(index, { outcome: 'failed', class: `c${index}` }),
  );
  expect(sumSpent(many, { from: at(0), to: at(100) }).map(({ name }) => name)).toHaveLength(6);
});

describe('time by size', () => {
  const runs = Array.from({ length: 160 }, (_, index) =>
    aRun(index, {
      atomCount: 2 + (index % 40),
      elapsedSeconds: (2 + (index % 40)) ** 2 * (index % 2 === 0 ? 1 : 1.2),
      node: `n${index % 4}`,
    }),
  );
  it('the band grows with the size and holds most runs', () => {
    const band = measureBand(runs);
    expect(band.length).toBeGreaterThan(6);
    for (const { low, middle, high } of band) expect(low <= middle && middle <= high).toBe(true);
    expect(band.at(-1)?.middle).toBeGreaterThan(10 * (band[0]?.middle ?? 0));
    expect(measureBand(runs.slice(0, 5))).toEqual([]);
  });
  it('a slow node is seen whatever sizes it had', () => {
    const slow = runs.map((run) =>
      run.node === 'n3' ? { ...run, elapsedSeconds: (run.elapsedSeconds ?? 0) * 2 } : run,
    );
    const speed = measureSpeed(slow);
    expect(speed.get('n3')).toBeGreaterThan(1.5);
    expect(speed.get('n1')).toBeLessThan(1.3);
    expect(measureSpeed([aRun(1)]).size).toBe(0);
  });
  it('needs two runs, and draws equal ones', async () => {
    expect(String(await renderTimeByAtoms([aRun(1)]))).toContain('Fewer than two runs');
    expect(String(await renderTimeByAtoms([aRun(1), aRun(2), aRun(3, { elapsedSeconds: 0 })]))).not.toContain(
      'NaN',
    );
  });
});
