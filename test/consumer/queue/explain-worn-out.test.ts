import { describe, expect, it } from 'vitest';
import { explainWornOut } from '../../../consumer/queue/explain-worn-out.ts';
import { parseHistory } from '../../../core/job/job-history.ts';

const fresh = parseHistory(undefined);

describe('explainWornOut', () => {
  it('says nothing of a job without a past, whatever the limit', () => {
    expect(explainWornOut(fresh, 0, 1)).toBeUndefined();
  });

  it('names the node and the length of the last run, as far as they are known', () => {
    const interrupted = { ...fresh, handedBack: 2, outOfTime: 2 };
    expect(explainWornOut({ ...interrupted, node: 'n3' }, 0, 2, 3720)).toBe(
      'interrupted: cut short 2 times by the end of a walltime, last on n3 after 1h02m of running: it needs a longer walltime, or a time request',
    );
    expect(explainWornOut(interrupted, 0, 2)).toBe(
      'interrupted: cut short 2 times by the end of a walltime: it needs a longer walltime, or a time request',
    );
    // Preemptions and cancelled allocations are no reason.
    expect(explainWornOut({ ...fresh, handedBack: 9, outOfTime: 1 }, 0, 2)).toBeUndefined();
    expect(explainWornOut(fresh, 1, 1)).toBe('lost: lost once: its node or consumer vanished');
    expect(explainWornOut({ ...fresh, faults: 1 }, 0, 1)).toBe('fault: unknown (met once)');
  });
});
