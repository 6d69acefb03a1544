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
      'Enqueues, runs and settles on this machine alone, with a Redis of its own if the campaign has none. Ctrl+C stops it; the same command resumes where it stopped.',
    )
    .option('--no-retry', 'let failures stand: no attempt follows by itself')
    .option('--json', 'print the totals as JSON')
    .addHelpText(
      'after',
      `
At the end: how many records of this run completed, failed and timed out, the failures by class, what to look at first and the next
command; records that wait and were left out are counted with the reason.

Exit codes: 0 all that was selected completed, 1 error (also: the batch was stopped, this machine cannot run ORCA), 2 wrong usage,
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
