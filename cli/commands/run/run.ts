import type { Command } from 'commander';
import { addBatchFlags } from '../../flags/batch-flags.ts';
import { addNodeFlags } from '../../flags/node-flags.ts';
import { addSelectionFlags } from '../../flags/selection-flags.ts';
import type { RunFlags } from '../../serve/run-on-this-machine.ts';

export function registerRun(program: Command): void {
  const command = program
    .command('run')
    .summary('run everything on this machine')
    .description(
      'Runs all records on this machine. If the campaign has no Redis, it starts one. Ctrl+C stops it; the same command resumes.',
    )
    .option('--no-retry', 'do not retry failures')
    .option('--json', 'print the totals as JSON')
    .addHelpText(
      'after',
      `
At the end it prints how many records completed, failed and timed out, the failures by class, what to look at first, and the next
command. It counts waiting records that were left out, with the reason.

Exit codes: 0 all selected records completed, 1 error (also: the batch was stopped, or this machine cannot run ORCA), 2 wrong usage,
3 nothing to do, 4 records failed or timed out, 75 stopped with work left.

Examples:
  oact run --orca-path /opt/orca/orca
  oact run --batch-size 20 --slots 4 --cores-per-slot 8 --ks-method uks`,
    )
    .action(async (flags: RunFlags, self: Command) => {
      const { runOnThisMachine } = await import('../../serve/run-on-this-machine.ts');
      await runOnThisMachine(self, flags);
    });
  addSelectionFlags(command, 'all');
  addNodeFlags(command);
  addBatchFlags(command);
}
