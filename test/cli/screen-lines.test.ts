import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { alignColumns } from '../../cli/terminal/align-columns.ts';
import { cutToWidth } from '../../cli/terminal/cut-to-width.ts';
import { countRange } from '../../cli/flags/search-flags.ts';
import { describeEta, renderRate } from '../../cli/status/render-rate.ts';
import { describePage } from '../../cli/job/render-job-list.ts';
import { parseFormula, renderFormula } from '../../core/formula.ts';

const red = (text: string): string => `\u001B[31m${text}\u001B[39m`;

describe('lines of a screen', () => {
  it.each([
    ['short', 10, 'short'],
    ['exactly 10', 10, 'exactly 10'],
    ['more than ten', 10, 'more than…'],
    [`a${red('bcdef')}`, 4, `a\u001B[31mbc…\u001B[39m`],
    [red('abcd'), 4, red('abcd')],
  ])('are cut at the end: %s', (line, width, cut) => {
    expect(cutToWidth(line, width)).toBe(cut);
  });

  it('stand in columns, colours apart', () => {
    const lines = alignColumns(
      ['id', 'status'],
      [
        [1, red('failed')],
        [100, null],
      ],
      [0],
    ).map((line) => stripVTControlCharacters(line));
    expect(lines).toEqual([' id  status', '  1  failed', '100  –']);
  });
});

describe('words', () => {
  it('tell the rate with its basis', () => {
    const rate = {
      finished: 120,
      seconds: 3600,
      perHour: 120,
      remaining: 1680,
      capped: 0,
      etaSeconds: 50_400,
    };
    expect(renderRate(rate)).toEqual([
      'finished  120/h: 120 within the last 1h00m',
      'ETA       about 14h00m: 1,680 records remain, at 120/h',
    ]);
    const idle = { ...rate, finished: 0, seconds: null, perHour: null, etaSeconds: null, capped: 2 };
    expect(renderRate(idle)[0]).toMatch(/^ETA +unknown: 1,680 records remain, and none finished/);
    expect(renderRate(idle)[1]).toMatch(/^capped +2 waiting records cannot run/);
    expect(describeEta({ ...rate, remaining: 0, etaSeconds: 0 })).toBe('nothing remains');
  });

  it('tell the end by learned times with its band and what it rests on, before the rate', () => {
    const now = new Date('2026-11-30T12:00:00Z');
    const inHours = (hours: number): string => new Date(now.getTime() + 3_600_000 * hours).toISOString();
    const forecast = {
      notedAt: now.toISOString(),
      endAt: inHours(10),
      earlyAt: inHours(9),
      lateAt: inHours(12),
      slots: 64,
      runs: 412,
      medianFactor: 1.2,
      p90Factor: 2,
    };
    const rate = { finished: 1, seconds: 60, perHour: 60, remaining: 1680, capped: 0, etaSeconds: 100_800 };
    expect(describeEta({ ...rate, forecast }, now)).toBe(
      'about 10h00m (9h00m to 12h00m): 1,680 records remain, on 64 slots, by the times of 412 runs; half of such predictions are within a factor of 1.20',
    );
  });

  it('tell where a page is', () => {
    expect(describePage({ total: 0, offset: 0, shown: 0 })).toBe('No record matches.');
    expect(describePage({ total: 1, offset: 0, shown: 1 })).toBe('1 record.');
    expect(describePage({ total: 1234, offset: 50, shown: 50 })).toBe(
      '51 to 100 of 1,234 records. Next: --offset 100',
    );
    expect(describePage({ total: 3, offset: 9, shown: 0 })).toBe(
      '3 records match; --offset 9 skips all of them.',
    );
  });

  it('read formulas', () => {
    expect(parseFormula('Cl3 Np')).toEqual({ Cl: 3, Np: 1 });
    expect(parseFormula('HOH')).toEqual({ H: 2, O: 1 });
    expect(['uo2', 'U0', '', 'U-O', 'UO2+'].map(parseFormula)).toEqual(
      Array.from({ length: 5 }, () => undefined),
    );
    expect(renderFormula(['U', 'O', 'O'])).toBe('UO2');
  });

  it('read counts', () => {
    expect([countRange('2'), countRange('2-4'), countRange('2-')]).toEqual([
      { from: 2, to: 2 },
      { from: 2, to: 4 },
      { from: 2, to: Number.MAX_SAFE_INTEGER },
    ]);
    for (const wrong of ['', '-', 'x', '4-2', '-3', '1.5']) expect(() => countRange(wrong)).toThrow(/range/);
  });
});
