/** Runs a question to the scheduler. */
import { execa } from 'execa';
import { inheritedEnvironment } from '../core/config/environment.ts';
import { OactError } from '../core/errors.ts';
import { cleanEnvironment } from './clean-environment.ts';
import type { Question, Scheduler } from './scheduler.ts';

/** A controller under load may take long; the next question comes in a minute at the earliest. */
const answerMs = 20_000;

/**
 * @param wanted what the answer is to say, for the error
 * @throws OactError SCHEDULER_SILENT when it does not say
 */
export async function askScheduler<Answer>(
  { variables }: Pick<Scheduler, 'variables'>,
  { command: [program, ...args], read }: Question<Answer>,
  wanted: string,
  now: () => Date,
): Promise<Answer> {
  const { stdout, failed, stderr, shortMessage } = await execa(program, args, {
    reject: false,
    stdin: 'ignore',
    env: cleanEnvironment(inheritedEnvironment(), variables),
    extendEnv: false,
    timeout: answerMs,
  });
  const answer = failed ? undefined : read(stdout, now());
  if (answer !== undefined) return answer;
  const said = (stderr || stdout || shortMessage || 'nothing').split('\n', 1)[0];
  throw new OactError('SCHEDULER_SILENT', `${program} does not tell ${wanted}: ${said}`, {
    hint: 'Jobs may be cut off at the end of the allocation; they resume elsewhere.',
  });
}
