import { describe, expect, test } from 'vitest';
import { goldenInputs } from '../orca/golden-inputs.ts';
import { runStandIn } from './run-stand-in.ts';

describe.concurrent('the stand-in runs every golden input', () => {
  test.each(goldenInputs)(
    '$name',
    async ({ text }) => {
      const run = await runStandIn({
        // One rank: how ranks are started is tested elsewhere.
        input: text.replace(' nprocs 8\n', ' nprocs 1\n'),
        env: { OACT_STANDIN_SECONDS: '0.01' },
      });
      expect(run.out).toContain('ORCA TERMINATED NORMALLY');
      expect(run.code).toBe(0);
    },
    120_000,
  );
});
