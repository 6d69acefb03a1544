import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { reduceKey } from '../../../cli/top/reduce-top.ts';
import { renderScreen } from '../../../cli/top/render-screen.ts';
import { sparkline } from '../../../cli/top/sparkline.ts';
import { startState, type TopState } from '../../../cli/top/top-state.ts';
import { aSnapshot } from './a-snapshot.ts';

const terminal = { rows: 24, columns: 80 };
const linesOf = (state: TopState, size = terminal): string[] =>
  renderScreen(state, size).map((line) => stripVTControlCharacters(line));
const after = (keys: readonly string[], from: TopState): TopState =>
  keys.reduce((state, key) => reduceKey(state, key, 8).state, from);

describe('the screen', () => {
  const state = startState(aSnapshot(40));

  it.each([
    [24, 80],
    [10, 40],
    [5, 20],
    [2, 10],
    [1, 5],
    [60, 200],
  ])('fills %i × %i, and no more, in every view', (rows, columns) => {
    for (const keys of [
      [],
      ['G'],
      ['f'],
      ['?'],
      ['down', 'enter'],
      ['down', 'x'],
      ['/', 'q'],
      ['/', 'q', 'enter'],
    ]) {
      const lines = linesOf(after(keys, state), { rows, columns });
      expect(lines).toHaveLength(rows);
      expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(columns);
    }
  });

  it('keeps the head, and the cursor on the screen, wherever that goes', () => {
    for (const count of [0, 1, 7, 30, 80, 119, 500]) {
      const lines = linesOf(
        after(
          Array.from({ length: count }, () => 'down'),
          state,
        ),
      );
      expect(lines[0]).toContain('/scratch/me/campaign');
      expect(lines.filter((line) => line.startsWith('>'))).toHaveLength(1);
      expect(lines.findIndex((line) => /^ *node +slot +record/.test(line))).toBeGreaterThan(2);
      expect(lines.at(-1)).toContain('q quit');
    }
  });

  it('shows jobs below their node, and what failed last below all', () => {
    const text = linesOf(startState(aSnapshot(1))).join('\n');
    expect(text).toMatch(/^> *- n1 +2\/2/m);
    expect(text).toMatch(/^ +0 +11 +uranyl +UO2 +1h00m/m);
    expect(text).toMatch(/^failed last:\n +99 +UCl4-7 +10m00s ago +scf_not_converged/m);
  });

  it('sums up a folded node', () => {
    expect(
      linesOf(after(['enter'], startState(aSnapshot(1))), { rows: 24, columns: 200 }).join('\n'),
    ).toMatch(/^> *\+ n1 .*2 SCF; 8h00m left/m);
  });

  it('names the command before it runs, in the last line', () => {
    expect(linesOf(after(['down', 'x'], state)).at(-1)).toMatch(/^Run oact cancel 11 \? y: yes/);
    expect(linesOf(after(['d'], state)).at(-1)).toMatch(/^Run oact consumer drain n1 \?/);
  });

  it('says what is missing', () => {
    expect(linesOf(startState(aSnapshot(0, { failures: [] }))).join('\n')).toContain('no consumer runs');
    const away = aSnapshot(0, { failures: [], queue: null, redis: { error: 'refused' } });
    expect(linesOf(startState(away)).join('\n')).toMatch(/queue not reachable: refused[^]*no node is known/);
    expect(linesOf(after(['/', 'z', 'enter'], state)).join('\n')).toContain("nothing fits the filter 'z'");
    expect(linesOf({ ...state, trouble: 'the database is locked' }).at(-1)).toMatch(
      /^not updated: the database/,
    );
  });

  it('draws a thousand nodes as soon as a key repeats', () => {
    const many = startState(aSnapshot(1000));
    renderScreen(many, terminal);
    const startedAt = performance.now();
    renderScreen(many, terminal);
    // Keys repeat every 30 ms; a machine under load gets ten times as long.
    expect(performance.now() - startedAt).toBeLessThan(300);
  });
});

describe('sparkline', () => {
  it.each<[(number | null)[], number, 'linear' | 'log', string]>([
    [[0, 1, 2, 3, 4, 5, 6, 7], 8, 'linear', '▁▂▃▄▅▆▇█'],
    [[1, 2, 3], 2, 'linear', '▁█'],
    [[5, 5], 8, 'linear', '▁▁'],
    [[1e-1, 1e-4, 0, null, 1e-8], 9, 'log', '█▅▁ ▁'],
    [[null, NaN], 9, 'linear', ''],
    [[], 9, 'linear', ''],
    [[1, 2], 0, 'linear', ''],
  ])('%j in %i columns, %s: %s', (values, width, scale, line) => {
    expect(sparkline(values, width, scale)).toBe(line);
  });
});
