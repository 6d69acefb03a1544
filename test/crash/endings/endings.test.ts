import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findPackageRoot } from '../../../core/config/package-root.ts';
import { sweepFinished } from '../../../reconciler/sweep-finished.ts';
import { silentLog } from '../../producer/a-campaign.ts';
import { useRedis } from '../../support/use-redis.ts';
import { listAttempts } from '../../workflow/list-attempts.ts';
import { readRow } from '../../workflow/sample-workflow.ts';
import { aWorld, stateOf } from '../a-world.ts';
import { endingsAroundRuns } from './endings-around-runs.ts';
import { endingsOfCancelled } from './endings-of-cancelled.ts';
import { endingsOfRuns } from './endings-of-runs.ts';
import { rowOf } from '../../../orca/failures/catalogue.ts';

const server = useRedis();

const endings = [...endingsOfRuns, ...endingsAroundRuns, ...endingsOfCancelled];

describe('every line of the table of endings', () => {
  it('has a case here', () => {
    const text = readFileSync(join(findPackageRoot(), 'docs', 'lifecycle.md'), 'utf8');
    const [, table = ''] = text.split('## What each ending costs');
    const lines = (table.split('\n## ')[0] ?? '').split('\n').filter((line) => line.startsWith('|'));
    const [head, , ...whats] = lines.map((line) => line.split('|')[1]?.trim());
    expect(head).toBe('what happened');
    expect(endings.map((ending) => ending.what)).toEqual(whats);
  });

  it.each(endings)(
    '$what',
    async (ending) => {
      const { structure = {}, state, words, attempt, record } = ending;
      const world = await aWorld(server, structure);
      const { node } = world;
      expect(await ending.happens(world)).toEqual(ending.endings);
      expect(await stateOf(node)).toBe(state);
      expect((await node.queue.getJob('c1-a1'))?.failedReason ?? '').toMatch(words ?? /^$/);

      const options = { rulesOf: rowOf, lane: 'default', jobRoot: node.jobRoot, log: silentLog };
      await sweepFinished(node.workflow, node.redis, options);
      expect(listAttempts(node.workflow, 1)).toMatchObject([{ attempt: 1, ...attempt }]);
      expect(readRow(node.workflow, 1)).toMatchObject(record);
      const isOver = state === 'completed' || state === 'failed';
      expect(await stateOf(node)).toBe(isOver ? 'none' : state);

      // Once more, and nothing changes: each attempt is charged once.
      expect(await sweepFinished(node.workflow, node.redis, options)).toMatchObject({ settled: 0, stale: 0 });
      expect(readRow(node.workflow, 1)).toMatchObject(record);
    },
    60_000,
  );
});
