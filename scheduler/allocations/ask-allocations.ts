/** Submits, lists and cancels allocations: runs what `scheduler.ts` says. */
import { userInfo } from 'node:os';
import { execa } from 'execa';
import { inheritedEnvironment } from '../../core/config/environment.ts';
import { isSchedulerVariable } from '../../core/config/scheduler-variables.ts';
import { messageOf } from '../../core/errors.ts';
import { askScheduler } from '../ask-scheduler.ts';
import { cleanEnvironment } from '../clean-environment.ts';
import type { Scheduler } from '../scheduler.ts';
import type { RefusalKind, SeenAllocation } from './seen-allocation.ts';

/** sbatch itself tries again for a while when the controller is busy. */
const submitMs = 60_000;

const clock = (): Date => new Date();

/** @throws OactError SCHEDULER_SILENT */
export async function listOwnAllocations(scheduler: Scheduler): Promise<SeenAllocation[]> {
  const { allocations } = scheduler;
  const { username } = userInfo();
  const what = 'which allocations there are';
  const idsFirst = allocations.listIds?.(username);
  const ids = idsFirst === undefined ? [] : await askScheduler(scheduler, idsFirst, what, clock);
  if (idsFirst !== undefined && ids.length === 0) return [];
  return askScheduler(scheduler, allocations.list(username, ids), what, clock);
}

/** @returns null when the scheduler keeps no account of it, or does not answer */
export async function askHowItEnded(
  scheduler: Scheduler,
  allocationId: string,
): Promise<SeenAllocation | null> {
  const { askEnding } = scheduler.allocations;
  if (askEnding === null) return null;
  try {
    return await askScheduler(scheduler, askEnding(allocationId), 'how it ended', clock);
  } catch {
    return null;
  }
}

export type Submission =
  | { kind: 'submitted'; allocationId: string }
  /** It may have been submitted all the same: its name finds it in a later list. */
  | { kind: 'unknown'; words: string }
  | { kind: RefusalKind; words: string };

/** Submits from a directory, with the user's own environment, as by hand. */
export async function submitScript(
  { allocations, variables }: Scheduler,
  script: string,
  { name, directory }: { name: string; directory: string },
): Promise<Submission> {
  const [program, ...args] = allocations.submit(script, name);
  const { stdout, stderr, failed, timedOut, shortMessage, exitCode } = await execa(program, args, {
    reject: false,
    cwd: directory,
    stdin: 'ignore',
    env: submitEnvironment(inheritedEnvironment(), variables),
    extendEnv: false,
    timeout: submitMs,
  });
  const words = (stderr || stdout || shortMessage || 'nothing')
    .trim()
    .split('\n')
    .slice(-2)
    .join('; ')
    .slice(0, 300);
  const allocationId = failed ? undefined : allocations.readSubmitted(stdout);
  if (allocationId !== undefined) return { kind: 'submitted', allocationId };
  if (timedOut || (!failed && exitCode === 0)) return { kind: 'unknown', words };
  // Not even the program could be run: nothing was submitted.
  return { kind: exitCode === undefined ? 'refused' : allocations.readRefusal(words), words };
}

/** @returns null, or the scheduler's words when it does not do it */
export async function cancelAllocation(
  { allocations, variables }: Scheduler,
  allocationId: string,
): Promise<string | null> {
  const [program, ...args] = allocations.cancel(allocationId);
  try {
    const { failed, stderr, shortMessage } = await execa(program, args, {
      reject: false,
      stdin: 'ignore',
      env: cleanEnvironment(inheritedEnvironment(), variables),
      extendEnv: false,
      timeout: submitMs,
    });
    return failed ? ((stderr || shortMessage || 'nothing').split('\n', 1)[0] ?? '') : null;
  } catch (error) {
    return messageOf(error);
  }
}

/** Variables of an allocation in which this process may itself be; a new allocation must not take them for its own. */
const isOfAllocation = (name: string): boolean =>
  // A user's defaults for sbatch shall hold.
  (isSchedulerVariable(name) && !name.startsWith('SBATCH_')) || /^PMIX?_/.test(name);

function submitEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  known: readonly string[],
): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => known.includes(name) || !isOfAllocation(name)),
  );
}
