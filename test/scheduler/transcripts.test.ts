import { describe, expect, it } from 'vitest';
import { parseFluxTimeLeft } from '../../scheduler/flux.ts';
import { parseSqueue } from '../../scheduler/slurm.ts';
import { readAllocation } from '../../scheduler/read-allocation.ts';
import { readRecordedEnvironment, readTranscript } from '../support/schedulers/read-transcript.ts';

describe('what Slurm said', () => {
  const transcript = readTranscript('slurm-22.05.txt');

  it('is read as the seconds that were left', () => {
    const answers: Record<string, number | undefined> = {};
    let now = new Date(0);
    let remark = '';
    for (const step of transcript) {
      if (step.command.startsWith('date')) {
        now = new Date(step.answer.trim());
        ({ remark } = step);
      } else {
        answers[remark] = parseSqueue(step.answer, /--jobs (\d+)/.exec(step.command)?.[1] ?? '', now);
      }
    }
    expect(answers).toEqual({
      'an allocation of ten minutes': 597,
      // Exact, although the limit is in whole minutes.
      'after scontrol update EndTime': 40,
      pending: 600,
      'without a limit': Infinity,
      "the last element of an array has the array's id": 597,
      'a day and two hours': 93_838,
      // The end is not moved before it is resumed.
      suspended: 596,
      'nobody knows the job': undefined,
      'no controller': undefined,
    });
  });

  it.each([
    ['slurm-22.05-task.env', { allocationId: '2', node: 'n2', endsAt: null, nodeCount: 2 }],
    [
      'slurm-24.11-task.env',
      { allocationId: '4711', node: 'n1', endsAt: new Date(1_795_359_276_000), nodeCount: 1 },
    ],
  ])('names the allocation of a task: %s', (name, facts) => {
    expect(readAllocation(readRecordedEnvironment(name), 'host')).toEqual({
      scheduler: 'slurm',
      restartCount: 0,
      ...facts,
    });
  });
});

describe('what Flux said', () => {
  it('is read as the seconds that were left', () => {
    expect(
      readTranscript('flux-0.88.txt').map(({ remark, answer }) => [remark, parseFluxTimeLeft(answer)]),
    ).toEqual([
      ['in the script of an allocation of two minutes', 118],
      ['in a task of one of three hours', 10_796],
      ['in one without a limit', Infinity],
      ['outside of Flux', undefined],
    ]);
  });

  it('names the allocation of a task, not the job of the consumers inside it', () => {
    expect(readAllocation(readRecordedEnvironment('flux-0.88-task.env'), 'host')).toEqual({
      scheduler: 'flux',
      allocationId: '83600867328',
      node: 'host',
      endsAt: null,
      restartCount: null,
      nodeCount: 2,
    });
  });
});
