/** Submits and cancels the allocation that follows this one. */
import { execa } from 'execa';
import { inheritedEnvironment } from '../core/config/environment.ts';
import { messageOf, OactError } from '../core/errors.ts';
import { askScheduler } from './ask-scheduler.ts';
import { cleanEnvironment } from './clean-environment.ts';
import { type SchedulerName, schedulers } from './schedulers.ts';

/** A submit command itself tries again for a while when the controller is busy. */
const answerMs = 60_000;

/** What the scheduler sets for a job: of this allocation, and wrong in the next one. */
const ofAllocation = /^(SLURM|SLURMD|SRUN|SQUEUE|SACCT|SINFO|FLUX|PBS|PMI|PMIX|PRTE|OMPI)_/;

/**
 * @param script of this allocation, with the arguments of the next one
 * @returns its id
 * @throws OactError SCHEDULER_SILENT when it is not taken
 */
export async function submitSuccessor(
  name: SchedulerName,
  after: string,
  [script, ...args]: readonly [string, ...string[]],
): Promise<string> {
  const scheduler = schedulers[name];
  const ways = scheduler.successors;
  const shape = await askScheduler(
    scheduler,
    ways.askShape(after),
    'how large this allocation is',
    () => new Date(),
  );
  const kept = Object.entries(inheritedEnvironment()).filter(
    ([variable]) => scheduler.variables.includes(variable) || !ofAllocation.test(variable),
  );
  const env = { ...Object.fromEntries(kept), ...ways.passArgs?.(args) };
  const variables = Object.keys(env).filter((variable) => /^OACT(_|$)/.test(variable));
  const [program, ...line] = ways.submit({ after, shape, script, args, variables });
  const { stdout, stderr, failed, shortMessage } = await execa(program, line, {
    reject: false,
    stdin: 'ignore',
    env,
    extendEnv: false,
    timeout: answerMs,
  });
  const id = failed ? undefined : ways.readId(stdout);
  if (id !== undefined) return id;
  const said = (stderr || stdout || shortMessage || 'nothing').trim().split('\n', 1)[0];
  throw new OactError('SCHEDULER_SILENT', `${program} did not take the next allocation: ${said}`, {
    hint: 'Submit the next one by hand; it resumes the campaign.',
  });
}

/** @returns null, or the scheduler's words when it does not do it */
export async function cancelSuccessor(name: SchedulerName, id: string): Promise<string | null> {
  const [program, ...args] = schedulers[name].successors.cancel(id);
  try {
    const { failed, stderr, shortMessage } = await execa(program, args, {
      reject: false,
      stdin: 'ignore',
      env: cleanEnvironment(inheritedEnvironment(), schedulers[name].variables),
      extendEnv: false,
      timeout: answerMs,
    });
    return failed ? ((stderr || shortMessage || 'nothing').split('\n', 1)[0] ?? '') : null;
  } catch (error) {
    return messageOf(error);
  }
}
