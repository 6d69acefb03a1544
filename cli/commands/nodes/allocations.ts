/** `oact alloc list|submit|cancel|pause|resume|explain`: allocations by demand. */
import type { Command } from 'commander';
import type { AllocCancelFlags } from '../../alloc/run-alloc-cancel.ts';
import type { AllocListFlags } from '../../alloc/run-alloc-list.ts';
import type { AllocPauseFlags } from '../../alloc/run-alloc-pause.ts';
import type { AllocSubmitFlags } from '../../alloc/run-alloc-submit.ts';
import { wholeNumber } from '../../flags/parse-flags.ts';

export function registerAllocations(alloc: Command): void {
  alloc
    .command('list')
    .summary('list the allocations of this campaign')
    .description(
      'Lists open allocations and those that ended within a day, submitted by oact or by hand, with the core-hours that were used ' +
        'and idle. Asks the scheduler first.',
    )
    .option('--all', 'also those that ended earlier')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  oact alloc list\n  oact alloc list --json | jq ".[] | select(.state == \\"running\\")"',
    )
    .action(async (flags: AllocListFlags, self: Command) => {
      const { runAllocList } = await import('../../alloc/run-alloc-list.ts');
      await runAllocList(self, flags);
    });
  alloc
    .command('submit')
    .summary('submit an allocation now')
    .description(
      'Submits allocations of an entry of allocations: in oact.yaml, whether or not work waits, but never beyond its maxNodes.',
    )
    .argument('[entry]', 'name of the entry; not needed where there is one')
    .option('--count <n>', 'number of allocations', wholeNumber(1), 1)
    .option('--dry-run', 'print the script, submit nothing')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExamples:\n  oact alloc submit --dry-run\n  oact alloc submit cpu --count 2')
    .action(async (name: string | undefined, flags: AllocSubmitFlags, self: Command) => {
      const { runAllocSubmit } = await import('../../alloc/run-alloc-submit.ts');
      await runAllocSubmit(self, name, flags);
    });
  alloc
    .command('cancel')
    .summary('cancel allocations')
    .description(
      'Cancels allocations of this campaign. Jobs that run there return to the queue and cost no attempt.',
    )
    .argument('[id...]', 'ids of the scheduler, or the numbers of oact alloc list')
    .option('--pending', 'all that wait')
    .option('--all', 'all allocations that wait or run')
    .option('--yes', 'do not ask for confirmation')
    .option('--dry-run', 'only show what would be cancelled')
    .option('--json', 'print JSON; does not ask')
    .addHelpText('after', '\nExamples:\n  oact alloc cancel 4711\n  oact alloc cancel --pending --dry-run')
    .action(async (ids: string[], flags: AllocCancelFlags, self: Command) => {
      const { runAllocCancel } = await import('../../alloc/run-alloc-cancel.ts');
      await runAllocCancel(self, ids, flags);
    });
  alloc
    .command('pause')
    .summary('submit no more allocations')
    .description(
      'oact serve submits nothing for these entries until oact alloc resume. Running and waiting allocations are not changed.',
    )
    .argument('[entry...]', 'names of entries (default: all)')
    .option('--reason <text>', 'reason, shown by oact alloc explain')
    .option('--dry-run', 'only show what would change')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  oact alloc pause --reason "budget is used up"\n  oact alloc pause cpu',
    )
    .action(async (names: string[], flags: AllocPauseFlags, self: Command) => {
      const { runAllocPause } = await import('../../alloc/run-alloc-pause.ts');
      await runAllocPause(self, true, names, flags);
    });
  alloc
    .command('resume')
    .summary('submit allocations again')
    .description('Ends a pause, also one that oact began because allocations were of no use or were refused.')
    .argument('[entry...]', 'names of entries (default: all)')
    .option('--dry-run', 'only show what would change')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExamples:\n  oact alloc resume\n  oact alloc resume cpu --dry-run')
    .action(async (names: string[], flags: AllocPauseFlags, self: Command) => {
      const { runAllocPause } = await import('../../alloc/run-alloc-pause.ts');
      await runAllocPause(self, false, names, flags);
    });
  alloc
    .command('explain')
    .summary('say why oact serve does or does not submit now')
    .description('Two sentences per entry: how much work waits, and what that means now. Changes nothing.')
    .argument('[entry...]', 'names of entries (default: all)')
    .option('--json', 'print JSON, with the figures')
    .addHelpText('after', '\nExamples:\n  oact alloc explain\n  oact alloc explain cpu --json')
    .action(async (names: string[], flags: { json?: boolean }, self: Command) => {
      const { runAllocExplain } = await import('../../alloc/run-alloc-explain.ts');
      await runAllocExplain(self, names, flags);
    });
}
