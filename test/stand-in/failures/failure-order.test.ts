import { describe, expect, it } from 'vitest';
import { chooseMisbehaviour } from '../../../stand-in/failures/choose-misbehaviour.ts';
import { parseFailureOrder } from '../../../stand-in/failures/failure-order.ts';
import { isDue, isDueAfter } from '../../../stand-in/failures/is-due.ts';
import { parseInput } from '../../../stand-in/input/parse-input.ts';
import { readEnvironment } from '../../../stand-in/input/read-environment.ts';
import { aWaterInput } from '../sample-inputs.ts';

describe('an order', () => {
  it.each([
    ['hang', { category: 'hang', needs: [] }],
    ['crash_module@iter:3', { category: 'crash_module', at: { iteration: 3 }, needs: [] }],
    ['opt_step_failed@cycle:2', { category: 'opt_step_failed', at: { cycle: 2 }, needs: [] }],
    ['killed_midrun@t:1.5', { category: 'killed_midrun', at: { seconds: 1.5 }, needs: [] }],
    [
      'scf_not_converged@cycle:2, needs:SlowConv, needs:scf.MaxIter>=300',
      {
        category: 'scf_not_converged',
        at: { cycle: 2 },
        needs: [{ word: 'slowconv' }, { setting: 'scf.maxiter', is: '>=', bound: 300 }],
      },
    ],
  ])('%s', (text, order) => {
    expect(parseFailureOrder(text)).toEqual(order);
  });

  it.each([
    ['bad_luck', /"bad_luck" is unknown; known: input_keyword, /],
    ['hang@noon', /@noon is not understood; known: @iter:3/],
    ['hang@iter:0', /@iter:0 is not understood/],
    ['hang@iter:1.5', /@iter:1\.5 is not understood/],
    ['input_keyword@iter:2', /input_keyword happens at one moment only/],
    ['hang,times:2', /"times:2" is not understood; known: needs:CONDITION/],
    ['hang,needs:Luck', /needs:Luck is neither a word of the input nor a bound of nprocs, maxcore/],
    ['hang,needs:luck>=3', /needs:luck>=3 is neither/],
  ])('%s is refused', (text, words) => {
    expect(() => parseFailureOrder(text)).toThrow(words);
  });
});

const chosen = (needs: string, words = '', blocks = ''): string | undefined => {
  const environment = readEnvironment({ OACT_STANDIN_FAIL: `scf_not_converged,needs:${needs}` });
  const input = parseInput(aWaterInput({ words, blocks }), () => undefined);
  return chooseMisbehaviour(environment, [], input).failure;
};

describe('what an order needs', () => {
  it.each([
    ['SlowConv', 'slowconv', ''],
    ['moread', 'MORead', ''],
    ['scf.MaxIter>=300', '', '%scf MaxIter 300 end'],
    ['geom.MaxIter>=80', '', '%geom MaxIter 90 end'],
    ['maxcore>=3000', '', '%maxcore 3000'],
    ['nprocs<=2', '', '%pal nprocs 2 end'],
    ['KDIIS,needs:nprocs>=2', 'KDIIS', '%pal nprocs 2 end'],
  ])('%s spares a run that has it', (needs, words, blocks) => {
    expect(chosen(needs, words, blocks)).toBeUndefined();
  });

  it.each([
    ['SlowConv', 'VerySlowConv', ''],
    ['scf.MaxIter>=300', '', ''],
    ['maxcore>=3000', '', '%maxcore 2999'],
    ['nprocs<=2', '', '%pal nprocs 4 end'],
    ['KDIIS,needs:nprocs>=2', 'KDIIS', ''],
  ])('%s does not spare a run without it', (needs, words, blocks) => {
    expect(chosen(needs, words, blocks)).toBe('scf_not_converged');
  });

  it('never spares an input that cannot be read', () => {
    const environment = readEnvironment({ OACT_STANDIN_FAIL: 'hang,needs:SlowConv' });
    expect(chooseMisbehaviour(environment, [], undefined)).toEqual({ failure: 'hang' });
  });
});

/** Rows at which it is due, as `cycle.iteration`, in a run of two SCFs of four rows, one second each. */
const due = (at: Parameters<typeof isDue>[0]): string[] =>
  [1, 2].flatMap((cycle) =>
    [1, 2, 3, 4]
      .filter((iteration) =>
        isDue(at, { iteration, iterations: 4, cycle, cycles: 2, seconds: 4 * (cycle - 1) + iteration }),
      )
      .map((iteration) => `${cycle}.${iteration}`),
  );

describe('when an order is carried out', () => {
  it.each([
    ['without a moment: in the middle of the first SCF', undefined, ['1.2']],
    ['a row of the first SCF', { iteration: 3 }, ['1.3']],
    ['a row that is never reached: the last', { iteration: 30 }, ['1.4']],
    ['a geometry', { cycle: 2 }, ['2.2']],
    ['a geometry that is never reached: the last', { cycle: 9 }, ['2.2']],
    ['a time', { seconds: 7 }, ['2.3', '2.4']],
    ['a time that is never reached: the last row', { seconds: 99 }, ['2.4']],
  ])('%s', (_, at, rows) => {
    expect(due(at)).toEqual(rows);
  });

  it.each([
    ['without a moment', undefined, [1, 2, 3]],
    ['a geometry', { cycle: 2 }, [2]],
    ['a geometry that is never reached', { cycle: 9 }, [3]],
    ['a time', { seconds: 15 }, [2, 3]],
    ['a time that is never reached', { seconds: 99 }, [3]],
  ])('after an SCF, %s', (_, at, cycles) => {
    const isDueAt = (cycle: number): boolean => isDueAfter(at, { cycle, cycles: 3, seconds: 10 * cycle });
    expect([1, 2, 3].filter(isDueAt)).toEqual(cycles);
  });
});
