import { Command, CommanderError } from 'commander';
import { registerAlloc } from './commands/alloc.ts';
import { registerBoard } from './commands/board.ts';
import { registerCancel } from './commands/cancel.ts';
import { registerClean } from './commands/clean.ts';
import { registerConfig } from './commands/config.ts';
import { registerConsume } from './commands/consume.ts';
import { registerConsumer } from './commands/consumer.ts';
import { registerDemo } from './commands/demo.ts';
import { registerDoctor } from './commands/doctor.ts';
import { registerEnqueue } from './commands/enqueue.ts';
import { registerExport } from './commands/export.ts';
import { registerHooks } from './commands/hooks.ts';
import { registerInit } from './commands/init.ts';
import { registerJob } from './commands/job.ts';
import { registerJudge } from './commands/judge.ts';
import { registerReconcile } from './commands/reconcile.ts';
import { registerPause } from './commands/pause.ts';
import { registerPriority } from './commands/priority.ts';
import { registerRecover } from './commands/recover.ts';

import { registerRedis } from './commands/redis.ts';
import { registerReport } from './commands/report.ts';
import { registerRequeue } from './commands/requeue.ts';
import { registerRun } from './commands/run.ts';
import { registerServe } from './commands/serve.ts';
import { registerStatus } from './commands/status.ts';
import { registerTop } from './commands/top.ts';
import { registerUpdate } from './commands/update.ts';
import { reportError } from './terminal/report-error.ts';
import { surviveClosedPipe } from './terminal/survive-closed-pipe.ts';

surviveClosedPipe(process.stdout);

/** All commands: their help is docs/cli.md, and every call in the documents is parsed by them. */
export const program = new Command('oact')
  .description('Runs ORCA calculations from a workflow database on HPC nodes, through a message queue.')
  .option('-C, --directory <dir>', 'campaign directory (default: the nearest oact.yaml at or above here)')
  .option('--debug', 'show where an error comes from')
  .version('0.1.0')
  .showHelpAfterError('(add --help for what is known)')
  .configureHelp({ sortSubcommands: false })
  .exitOverride()
  .addHelpText(
    'after',
    `
Examples:
  oact init campaign --csv structures.csv     make a campaign from a table of structures
  oact run -C campaign                        run all of it on this machine
  oact redis start && oact serve              keep a queue filled on a login node …
  sbatch consumer.slurm                       … and work on it with exclusive nodes
  oact status --watch                         see how far it is`,
  );

const groups: [string, ((to: Command) => void)[]][] = [
  ['Begin:', [registerInit, registerDemo, registerDoctor, registerConfig]],
  ['Run:', [registerRun, registerEnqueue, registerServe, registerReconcile, registerRecover]],
  ['Nodes:', [registerAlloc, registerConsume, registerConsumer]],
  ['Look:', [registerStatus, registerTop, registerJob, registerBoard, registerReport, registerJudge]],
  ['Steer:', [registerRequeue, registerCancel, registerPause, registerPriority]],
  ['Results:', [registerExport, registerUpdate, registerClean]],
  ['Service:', [registerRedis, registerHooks]],
];
for (const [title, registers] of groups) {
  program.commandsGroup(title);
  for (const register of registers) register(program);
}

/** Runs what the arguments of this process ask for. */
export async function main(): Promise<void> {
  try {
    await program.parseAsync();
  } catch (error) {
    process.exitCode =
      error instanceof CommanderError ? usageExitCode(error) : reportError(error, isDebugging());
  }
}

/** Commander has printed its message already; help and version are no errors. */
function usageExitCode(error: CommanderError): number {
  return error.exitCode === 0 ? 0 : 2;
}

function isDebugging(): boolean {
  return program.opts<{ debug?: boolean }>().debug === true;
}
