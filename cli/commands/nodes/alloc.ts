import { type Command, Option } from 'commander';
import { schedulerNames } from '../../../scheduler/schedulers.ts';
import { walltimeSeconds, wholeNumber } from '../../flags/parse-flags.ts';
import type { AllocScriptFlags } from '../../alloc/run-alloc-script.ts';

const collect = (line: string, lines: string[] = []): string[] => [...lines, line];

export function registerAlloc(program: Command): void {
  const alloc = program
    .command('alloc')
    .summary('scripts that ask a scheduler for nodes')
    .description('Writes scripts for allocations, and shows the machines that oact knows.');
  alloc
    .command('sites')
    .summary('list the machines that are known')
    .description(
      'Lists the sites that a script can be made for, with where their values are from: those of oact, of ' +
        "~/.config/oact/sites/NAME.yaml, and under 'sites:' in oact.yaml. Later ones win, value by value.",
    )
    .option('--json', 'print JSON, with the source of every value')
    .addHelpText('after', '\nExamples:\n  oact alloc sites\n  oact alloc sites --json | jq .frontier')
    .action(async (flags: { json?: boolean }, self: Command) => {
      const { runAllocSites } = await import('../../alloc/run-alloc-sites.ts');
      runAllocSites(self, flags);
    });
  alloc
    .command('script')
    .summary('write the script of an allocation')
    .description(
      'Writes a script that starts one consumer on each node of an allocation of whole nodes. Flags win over the site. ' +
        'What follows -- is passed to oact consume.',
    )
    .argument('[consume-flags...]', 'after --: flags of oact consume')
    .addOption(new Option('--scheduler <name>', "default: the site's").choices(schedulerNames))
    .option('--site <name>', 'a machine: oact alloc sites')
    .optionsGroup('The allocation:')
    .option('--nodes <n>', 'how many (default: 2)', wholeNumber(1))
    .option(
      '--walltime <duration>',
      'how long: 90m, 12h, D-HH:MM:SS, minutes as sbatch takes them, or unlimited (default: 12h, or what the site grants)',
      walltimeSeconds,
    )
    .option('--account <name>', 'what is charged; the bank of Flux')
    .option('--queue <name>', 'queue, or partition of Slurm')
    .option('--partition <name>', 'the same as --queue')
    .option('--qos <name>', 'of Slurm')
    .option('--constraint <text>', 'kind of nodes: features for Slurm and Flux, resource=value for PBS')
    .option('--cores-per-node <n>', 'PBS must be told', wholeNumber(1))
    .optionsGroup('On the nodes:')
    .option('--module <line>', 'a module to load, e.g. nodejs/20; may be repeated', collect)
    .option('--reserve-cores <n>', 'cores to leave free', wholeNumber(0))
    .option('--scratch <path>', 'where ORCA works, on a local disk; {user} is you; tmpdir: $TMPDIR')
    .option('--redis <url>', "another Redis than the campaign's own, without its password")
    .option('--redis-password-file <path>', 'where that is')
    .optionsGroup('Other:')
    .option('--output <file>', 'write it there instead of printing it')
    .option('--force', 'even if the file is there')
    .option('--json', 'print JSON: what was chosen, and the script')
    .addHelpText(
      'after',
      `
Examples:
  oact alloc script --site frontier --account CHM123 --nodes 8 > consumer.slurm
  oact alloc script --scheduler slurm --walltime 24h --partition cpu --module nodejs/20 --output consumer.slurm
  oact alloc script --site dod-192-pbs --account X --walltime 168h -- --cores-per-slot 16 --grace 2m`,
    )
    .action(async (consumeFlags: string[], flags: AllocScriptFlags, self: Command) => {
      const { runAllocScript } = await import('../../alloc/run-alloc-script.ts');
      await runAllocScript(self, consumeFlags, flags);
    });
}
