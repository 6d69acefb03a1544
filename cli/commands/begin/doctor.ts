import { type Command, Option } from 'commander';
import { addNodeFlags } from '../../flags/node-flags.ts';
import type { DoctorFlags } from '../../doctor/run-doctor.ts';
import type { DoctorNodeFlags } from '../../doctor/run-doctor-node.ts';

export function registerDoctor(program: Command): void {
  const doctor = program
    .command('doctor')
    .summary('check this machine and this campaign')
    .description(
      'Checks what a campaign needs on a login node: Node, database, job root, Redis, scheduler, ORCA. Each problem comes with its solution.',
    )
    .option('--json', 'print JSON')
    .option('--quiet', 'print only problems')
    .addHelpText(
      'after',
      `
Exit codes: 0 no check failed (there may be warnings), 1 a check failed. Outside a campaign it checks only this machine.

Examples:
  oact doctor
  oact doctor node --cores-per-slot 16      on a compute node, inside an allocation`,
    )
    .action(async (flags: DoctorFlags, self: Command) => {
      const { runDoctor } = await import('../../doctor/run-doctor.ts');
      await runDoctor(self, flags);
    });
  const node = doctor
    .command('node')
    .summary('check this compute node, and draw its slots')
    .description(
      'Draws how a consumer divides this node into slots, with caches and memory, and explains why. Then tries ORCA, ' +
        'mpirun, scratch, job root, Redis and the clock.',
    )
    .option('--json', 'print JSON')
    .option('--quiet', 'print only problems')
    .addOption(
      new Option('--recorded <dir>', 'draw another node, from a copy of its /proc and /sys').hideHelp(),
    )
    // Scripts hand the flags of `oact consume` to both; a misspelt one is refused there.
    .allowUnknownOption()
    .allowExcessArguments()
    .addHelpText(
      'after',
      `
It takes the flags of oact consume, so that a script can check the node first:
  oact doctor node --quiet "$@" && exec oact consume "$@"`,
    )
    .action(async (_: unknown, self: Command) => {
      const { runDoctorNode } = await import('../../doctor/run-doctor-node.ts');
      await runDoctorNode(self, self.optsWithGlobals<DoctorNodeFlags>());
    });
  addNodeFlags(node);
}
