import { Command, CommanderError } from 'commander';
import { registerAlloc } from './commands/nodes/alloc.ts';
import { registerBoard } from './commands/look/board.ts';
import { registerCancel } from './commands/steer/cancel.ts';
import { registerClean } from './commands/results/clean.ts';
import { registerCompletion } from './commands/service/completion.ts';
import { registerConfig } from './commands/begin/config.ts';
import { registerConsume } from './commands/nodes/consume.ts';
import { registerConsumer } from './commands/nodes/consumer.ts';
import { registerDemo } from './commands/begin/demo.ts';
import { registerDoctor } from './commands/begin/doctor.ts';
import { registerEnqueue } from './commands/run/enqueue.ts';
import { registerExport } from './commands/results/export.ts';
import { registerHooks } from './commands/service/hooks.ts';
import { registerImport } from './commands/begin/import.ts';
import { registerInit } from './commands/begin/init.ts';
import { registerJob } from './commands/look/job.ts';
import { registerJudge } from './commands/look/judge.ts';
import { registerReconcile } from './commands/run/reconcile.ts';
import { registerPlan } from './commands/nodes/plan.ts';
import { registerPause } from './commands/steer/pause.ts';
import { registerPriority } from './commands/steer/priority.ts';
import { registerRecover } from './commands/run/recover.ts';
import { registerRedis } from './commands/service/redis.ts';
import { registerReport } from './commands/look/report.ts';
import { registerRequeue } from './commands/steer/requeue.ts';
import { registerRun } from './commands/run/run.ts';
import { registerServe } from './commands/run/serve.ts';
import { registerSet } from './commands/steer/set.ts';
import { registerStatus } from './commands/look/status.ts';
import { registerTop } from './commands/look/top.ts';
import { registerUpdate } from './commands/results/update.ts';
import { explainOldFlag } from './flags/old-flags.ts';
import { reportError } from './terminal/report-error.ts';
import { systemErrorCode } from '../core/errors.ts';

surviveClosedPipe(process.stdout);
surviveLostWords(process.stderr);

/** All commands: their help is docs/cli.md, and every call in the documents is parsed by them. */
export const program = new Command('oact')
  .description('Runs ORCA calculations from a workflow database on HPC nodes, through a message queue.')
  .option('-C, --directory <dir>', 'campaign directory (default: the nearest one at or above this directory)')
  .option('--debug', 'print the stack trace of an error')
  .version('0.1.0', '-V, --version', 'print the version, the commit, and the Node and Redis that are found')
  .showHelpAfterError('(use --help for a list)')
  .configureHelp({ sortSubcommands: false })
  .exitOverride()
  .configureOutput({ outputError: (message, write) => write(explainOldFlag(message) ?? message) })
  .addHelpText(
    'after',
    `
Examples:
  oact init campaign --csv structures.csv     create a campaign from a table of structures
  oact run -C campaign                        run all records on this machine
  oact redis start && oact serve              keep the queue filled, on a login node …
  sbatch consumer.slurm                       … and run its jobs on whole nodes
  oact status --watch                         show the progress`,
  );

const groups: [string, ((to: Command) => void)[]][] = [
  ['Begin:', [registerInit, registerImport, registerDemo, registerDoctor, registerConfig]],
  ['Run:', [registerRun, registerEnqueue, registerServe, registerReconcile, registerRecover]],
  ['Nodes:', [registerAlloc, registerConsume, registerConsumer, registerPlan]],
  ['Look:', [registerStatus, registerTop, registerJob, registerBoard, registerReport, registerJudge]],
  ['Steer:', [registerSet, registerRequeue, registerCancel, registerPause, registerPriority]],
  ['Results:', [registerExport, registerUpdate, registerClean]],
  ['Service:', [registerRedis, registerHooks, registerCompletion]],
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
    if (error instanceof CommanderError && error.code === 'commander.version') {
      const { printVersionDetails } = await import('./doctor/print-version.ts');
      return printVersionDetails();
    }
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

/**
 * `oact … | head` closes the pipe early: the reader has had enough, which is no error. What cannot be written for another reason
 * (a full disk) fails the command, which says so as far as that is possible.
 */
function surviveClosedPipe(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: Error) => {
    if (systemErrorCode(error) === 'EPIPE') process.exit();
    process.exitCode = 1;
    process.stderr.write(`oact: the output cannot be written: ${error.message}\n`);
  });
}

/** Words on stderr are for a reader; nothing ends because there is none. */
function surviveLostWords(stream: NodeJS.WriteStream): void {
  stream.on('error', () => undefined);
}
