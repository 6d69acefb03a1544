import { type Command, Option } from 'commander';
import { schedulerNames } from '../../../scheduler/schedulers.ts';
import { walltimeSeconds, wholeNumber } from '../../flags/parse-flags.ts';
import { registerAllocations } from './allocations.ts';
import type { AllocScriptFlags } from '../../alloc/run-alloc-script.ts';

const collect = (line: string, lines: string[] = []): string[] => [...lines, line];

export function registerAlloc(program: Command): void {
  const alloc = program
    .command('alloc')
    .summary('ask a scheduler for nodes')
    .description(
      'Submits, lists and cancels allocations, writes scripts for them, and lists the sites that oact knows.',
    );
  registerAllocations(alloc);
  alloc
    .command('sites')
    .summary('list the sites that oact knows')
    .description(
      'Lists the sites that oact can write a script for, with the sources of their values: sites of oact, of ' +
        "~/.config/oact/sites/NAME.yaml, and of 'sites:' in oact.yaml. For each value, the later source wins.",
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
      'Writes a script for an allocation of whole nodes; it starts one consumer on each. Flags win over the values of the site. ' +
        'Arguments after -- go to oact consume.',
    )
    .argument('[consume-flags...]', 'flags of oact consume, after --')
    .addOption(new Option('--scheduler <name>', "scheduler (default: the site's)").choices(schedulerNames))
    .option('--site <name>', 'name of a site (see oact alloc sites)')
    .option(
      '--all-in-one',
      'with Redis and oact serve on the first node, so that nothing runs on the login node: campaign.slurm, .flux or .pbs',
    )
    .optionsGroup('The allocation:')
    .option('--nodes <n>', 'number of nodes (default: 2)', wholeNumber(1))
    .option(
      '--walltime <duration>',
      'walltime: 90m, 12h, D-HH:MM:SS, a number of minutes as in sbatch, or unlimited (default: 12h, or the limit of the site)',
      walltimeSeconds,
    )
    .option('--account <name>', 'account to charge (the bank, for Flux)')
    .option('--queue <name>', 'queue (the partition, for Slurm)')
    .option('--partition <name>', 'the same as --queue')
    .option('--qos <name>', 'QOS (Slurm)')
    .option('--constraint <text>', 'kind of node: features for Slurm and Flux, resource=value for PBS')
    .option('--cores-per-node <n>', 'cores of a node (needed for PBS)', wholeNumber(1))
    .optionsGroup('On the nodes:')
    .option('--module <line>', 'module to load, for example nodejs/20; repeat it for more', collect)
    .option('--reserve-cores <n>', 'cores to leave free', wholeNumber(0))
    .option('--scratch <path>', 'local disk that ORCA works on; {user} is your name, tmpdir is $TMPDIR')
    .option('--redis <url>', "use this Redis and not the campaign's own; without the password")
    .option('--redis-password-file <path>', 'file with the password of that Redis')
    .optionsGroup('Other:')
    .option('--output <file>', 'write the script to this file')
    .option('--force', 'replace the file if it exists')
    .option('--json', 'print the chosen values and the script as JSON')
    .addHelpText(
      'after',
      `
Examples:
  oact alloc script --site frontier --account CHM123 --nodes 8 > consumer.slurm
  oact alloc script --scheduler slurm --walltime 24h --partition cpu --module nodejs/20 --output consumer.slurm
  oact alloc script --site frontier --all-in-one --account CHM123 --nodes 8 > campaign.slurm
  oact alloc script --site dod-192-pbs --account X --walltime 168h -- --cores-per-slot 16 --grace 2m`,
    )
    .action(async (consumeFlags: string[], flags: AllocScriptFlags, self: Command) => {
      const { runAllocScript } = await import('../../alloc/run-alloc-script.ts');
      await runAllocScript(self, consumeFlags, flags);
    });
}
