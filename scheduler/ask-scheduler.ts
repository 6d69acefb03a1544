import { execa } from 'execa';
import { OactError } from '../core/errors.ts';
import { parseFluxTimeLeft, parseQstat, parseSqueue, type TimeLeft } from './parse-time-left.ts';
import type { Allocation } from './read-allocation.ts';

/** A controller under load may take long; the next question comes in a minute at the earliest. */
const answerMs = 20_000;

/**
 * Asks the scheduler how much time the allocation has left; undefined without one.
 * @throws OactError SCHEDULER_SILENT when it does not say
 */
export async function askTimeLeft(allocation: Allocation, now: () => Date): Promise<TimeLeft> {
  const { scheduler, allocationId: id } = allocation;
  if (scheduler === null || id === null) return undefined;
  const [program, ...args] = commandOf(scheduler, id);
  const { stdout, failed, stderr, shortMessage } = await execa(program, args, {
    reject: false,
    stdin: 'ignore',
    timeout: answerMs,
  });
  const left = failed ? undefined : parse(scheduler, stdout, id, now());
  if (left !== undefined) return left;
  const answer = (stderr || stdout || shortMessage || 'nothing').split('\n', 1)[0];
  throw new OactError('SCHEDULER_SILENT', `${program} does not say when this allocation ends: ${answer}`, {
    hint: 'Jobs may be cut off at its end; they go on elsewhere.',
  });
}

function commandOf(scheduler: 'slurm' | 'flux' | 'pbs', id: string): [string, ...string[]] {
  if (scheduler === 'slurm') return ['squeue', '--noheader', '--jobs', id, '--format', '%A|%L|%e'];
  // Without an id: that of the job in which it is called, in a batch script that of the instance.
  return scheduler === 'flux' ? ['flux', 'job', 'timeleft'] : ['qstat', '-f', id];
}

function parse(scheduler: 'slurm' | 'flux' | 'pbs', text: string, id: string, now: Date): TimeLeft {
  if (scheduler === 'slurm') return parseSqueue(text, id, now);
  return scheduler === 'flux' ? parseFluxTimeLeft(text) : parseQstat(text, now);
}
