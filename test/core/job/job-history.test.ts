import { describe, expect, it } from 'vitest';
import { noteFault, noteHandBack, noteStart, parseHistory } from '../../../core/job/job-history.ts';

const empty = { faults: 0, handedBack: 0, outOfTime: 0, start: 0, node: null, at: null, lastFault: null };
const source = { node: 'n7', start: 3, now: new Date('2026-11-22T10:00:00Z') };
const where = { node: 'n7', start: 3, at: '2026-11-22T10:00:00.000Z' };

describe('parseHistory', () => {
  it.each([
    ['BullMQ’s own beginning', 0],
    ['nothing', undefined],
    ['null', null],
    ['a percentage of somebody else', 42],
    ['a text', 'half way'],
    ['a list', [1, 2]],
    ['other fields', { percent: 5 }],
    ['counts that are none', { faults: -1, handedBack: 'x', start: 0.5, node: 7 }],
  ])('takes %s for no history', (_, progress) => expect(parseHistory(progress)).toEqual(empty));

  it('reads what was written, and keeps what is sound beside what is not', () => {
    expect(parseHistory({ faults: 2, lastFault: 'ENOSPC', node: 'n1', handedBack: null })).toEqual({
      ...empty,
      faults: 2,
      lastFault: 'ENOSPC',
      node: 'n1',
    });
  });
});

describe('a note', () => {
  const before = { ...empty, faults: 1, handedBack: 2, lastFault: 'ENOSPC' };
  it('of a start tells where', () => expect(noteStart(before, source)).toEqual({ ...before, ...where }));
  it('of a fault counts it and keeps its words', () =>
    expect(noteFault(before, 'EIO', source)).toEqual({ ...before, ...where, faults: 2, lastFault: 'EIO' }));
  it('of an interruption counts it', () =>
    expect(noteHandBack(before, source, false)).toEqual({ ...before, ...where, handedBack: 3 }));
  it('of the end of a walltime counts that, too', () =>
    expect(noteHandBack(before, source, true)).toEqual({
      ...before,
      ...where,
      handedBack: 3,
      outOfTime: 1,
    }));
});
