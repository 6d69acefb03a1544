import { describe, expect, it } from 'vitest';
import { decideStop, type Ending, normaliseWords } from '../../../workflow/attempts/decide-stop.ts';

const usual = { stopAfter: 5, isOneMachine: false };

/** Each ending of a record of its own; the last one was settled just now. */
function run(count: number, changes: Partial<Ending> = {}, from = 1): Ending[] {
  return Array.from({ length: count }, (_, index) => ({
    recordId: from + index,
    node: `n${1 + (index % 2)}`,
    alike: 'oom_killed: killed by signal #',
    isInput: false,
    isRetry: false,
    isFinal: true,
    isNew: true,
    ...changes,
  }));
}

const good = (count: number, node = 'n3'): Ending[] => run(count, { alike: null, node, isNew: false }, 1000);
const other = (count: number): Ending[] => run(count, { alike: 'crash_module: boom' }, 2000);

const batch = (records: number, isFirst: boolean, nodes: number) => ({
  kind: 'batch',
  row: { records, isFirst },
  nodes,
});
const node = (name: string, records: number, isFirst: boolean) => ({
  kind: 'node',
  node: name,
  row: { records, isFirst },
});

describe('decideStop', () => {
  it.each<[string, Ending[], unknown[]]>([
    ['nothing has ended', [], []],
    ['four of the first', run(4), []],
    ['the first five, on two nodes', run(5), [batch(5, true, 2)]],
    ['the first five, on one node', run(5, { node: 'n1' }), [node('n1', 5, true)]],
    ['the first five, nobody knows where', run(5, { node: null }), [batch(5, true, 0)]],
    [
      'the first five of one input error, on one node',
      run(5, { node: 'n1', isInput: true }),
      [batch(5, true, 1)],
    ],
    ['the first five, and then one that completed', [...run(5), ...good(1)], []],
    ['five in a row after one that completed', [...good(1), ...run(5)], []],
    ['twenty in a row after some that completed', [...good(3), ...run(20)], [batch(20, false, 2)]],
    ['twenty in a row, but one in between', [...run(10), ...good(1), ...run(10, {}, 50)], []],
    [
      'two deaths in turn',
      run(30).map((one, at) => ({ ...one, alike: at % 2 ? 'a: x' : 'b: y', node: 'n1' })),
      [],
    ],
    ['five of two kinds', [...run(3), ...other(2)], []],
    ['nineteen first tries that are retried', run(19, { isFinal: false }), []],
    ['twenty first tries that are retried', run(20, { isFinal: false }), [batch(20, true, 2)]],
    [
      'twenty tries of four records',
      run(20, { isFinal: false, isRetry: true }).map((one, at) => ({ ...one, recordId: at % 4 })),
      [],
    ],
    [
      'five records that failed for good between others that are retried',
      [...run(8, { isFinal: false }), ...run(5, { isRetry: true })],
      [batch(8, true, 2)],
    ],
    [
      'a node on which all die, between others that complete',
      run(5, { node: 'bad' }).flatMap((one) => [...good(2), one]),
      [node('bad', 5, true)],
    ],
    [
      'a node on which all die, while others die so, too: five are too few',
      run(5, { node: 'bad' }).flatMap((one) => [...run(1, { recordId: 99 }), ...good(2), one]),
      [],
    ],
    [
      'a node on which one in two dies',
      run(20, { node: 'bad' }).flatMap((one) => [...good(1, 'bad'), one]),
      [],
    ],
    [
      'a node that worked well before: five are too few',
      [...good(1, 'bad'), ...run(5, { node: 'bad' }).flatMap((one) => [...good(1), one])],
      [],
    ],
    [
      'a node that worked well before: twenty in a row',
      [...good(1, 'bad'), ...run(20, { node: 'bad' }).flatMap((one) => [...good(1), one])],
      [node('bad', 20, false)],
    ],
    [
      'input errors on one node, between others that complete',
      run(30, { node: 'n1', isInput: true }).flatMap((one) => [...good(1), one]),
      [],
    ],
    [
      'a row that was decided on before: another node fails otherwise now',
      [...run(5, { node: 'bad', isNew: false }), ...other(1)],
      [],
    ],
  ])('%s', (_what, endings, stops) => {
    expect(decideStop(endings, true, usual)).toEqual(stops);
  });

  it('stops the batch on a machine that works alone', () => {
    const endings = run(5, { node: 'n1' });
    expect(decideStop(endings, true, { ...usual, isOneMachine: true })).toEqual([batch(5, true, 1)]);
  });

  it('takes no row for the first of the batch when it does not see all', () => {
    expect(decideStop(run(19), false, usual)).toEqual([]);
    expect(decideStop(run(20), false, usual)).toEqual([batch(20, false, 2)]);
  });

  it('never stops anything with 0', () => {
    expect(decideStop(run(50), true, { ...usual, stopAfter: 0 })).toEqual([]);
  });
});

describe('words of two deaths', () => {
  it.each([
    ['killed by signal 9 on rank 3', 'killed by signal 11 on rank 0'],
    ['cannot open /scratch/c17-a1/orca.gbw', 'cannot open /scratch/c8-a2/run-1/orca.gbw'],
    ['./tmp/x.1: no space left', './tmp/y.22:  No space left'],
    ['energy -1.234e-05 at 0x7ffd', 'energy 2.5E+10 at 0xDEADBEEF'],
  ])('%s = %s', (one, two) => {
    expect(normaliseWords(one)).toBe(normaliseWords(two));
  });

  it.each([
    ['SCF did not converge', 'geometry did not converge'],
    ['no basis for U', 'no basis for Np'],
    ['and/or', 'and/nor'],
  ])('%s ≠ %s', (one, two) => {
    expect(normaliseWords(one)).not.toBe(normaliseWords(two));
  });
});
