import { type Command, Option } from 'commander';
import { addNodeFlags } from '../../flags/node-flags.ts';
import type { DoctorFlags } from '../../doctor/run-doctor.ts';
import type { DoctorNodeFlags } from '../../doctor/run-doctor-node.ts';

export function registerDoctor(program: Command): void {
  const doctor = program
    .command('doctor')
    .summary('what is wrong here, and what to do about it')
    .description(
      'Looks at what a campaign needs on a login node: Node, database, job root, Redis, scheduler, ORCA. Each line has its cure.',
    )
    .option('--json', 'print JSON')
    .option('--quiet', 'print only what is not as it should be')
    .addHelpText(
      'after',
      `
Exit code 0 when nothing failed, warnings or not; 1 when something did. Outside a campaign it looks at the rest.

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
    .summary('draw how this node is cut, and look at what a consumer here needs')
    .description(
      'Draws the cores of this node, its caches and slots and their memory, says why, and tries ORCA, mpirun, scratch, job root, Redis and clock.',
    )
    .option('--json', 'print JSON')
    .option('--quiet', 'print only what is not as it should be')
    .addOption(
      new Option('--recorded <dir>', 'draw the node whose /proc and /sys were copied there').hideHelp(),
    )
    // Scripts hand the flags of `oact consume` to both; a misspelt one is refused there.
    .allowUnknownOption()
    .allowExcessArguments()
    .addHelpText(
      'after',
      `
Takes the flags of oact consume, so that a script can ask first:
  oact doctor node --quiet "$@" && exec oact consume "$@"`,
    )
    .action(async (_: unknown, self: Command) => {
      const { runDoctorNode } = await import('../../doctor/run-doctor-node.ts');
      await runDoctorNode(self, self.optsWithGlobals<DoctorNodeFlags>());
    });
  addNodeFlags(node);
}
