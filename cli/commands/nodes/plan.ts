import { type Command, InvalidArgumentError, Option } from 'commander';
import { walltimeSeconds, wholeNumber } from '../../flags/parse-flags.ts';
import type { PlanFlags } from '../../plan/run-plan.ts';

/** `1,2,4`, each read alike. */
function listOf(read: (text: string) => number): (text: string) => number[] {
  return (text) => {
    const values = text.split(',').map((part) => read(part));
    if (!values.every((value) => Number.isFinite(value))) throw new InvalidArgumentError('each needs an end');
    return values;
  };
}

export function registerPlan(program: Command): void {
  program
    .command('plan')
    .summary('compare how many nodes, which walltime and how many cores per job')
    .description(
      'Simulates the rest of the campaign, by the run times learned from it, for several numbers of nodes, walltimes and cores per job: when it is done, ' +
        'node-hours, and what is lost at the end of walltimes. Time in the queue of the scheduler is not known and not counted. Changes nothing without --write.',
    )
    .option(
      '--nodes <list>',
      'numbers of nodes held at once (default: up to maxNodes of the entry, or 1,2,4,8)',
      listOf(wholeNumber(1)),
    )
    .option(
      '--walltime <list>',
      'walltimes of an allocation, for example 4h,12h (default: that of the entry and its half and double, or 4h,12h,24h)',
      listOf(walltimeSeconds),
    )
    .option(
      '--cores-per-job <list>',
      'cores of one job (default: those that runs had; half and double, too, once runs with different numbers were seen)',
      listOf(wholeNumber(1)),
    )
    .option(
      '--cores-per-node <n>',
      'cores of one node that jobs may use (default: by the entry, or as runs were seen)',
      wholeNumber(1),
    )
    .option('--entry <name>', 'entry of allocations: that the plan is for; not needed where there is one')
    .addOption(
      new Option(
        '--prefer <what>',
        'what to choose by: time: done first; cost: fewest node-hours; reliability: short allocations and few cores per job',
      )
        .choices(['time', 'cost', 'reliability'])
        .default('time'),
    )
    .option('--write', 'write the chosen plan into oact.yaml; its comments stay')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExit codes: 0 planned, 1 error, 2 wrong usage, 3 too few results to know, or nothing waits.\n\nExamples:\n  oact plan\n  oact plan --nodes 2,4,8 --walltime 4h,12h --prefer cost\n  oact plan --prefer reliability --write',
    )
    .action(async (flags: PlanFlags, self: Command) => {
      const { runPlan } = await import('../../plan/run-plan.ts');
      runPlan(self, flags);
    });
}
