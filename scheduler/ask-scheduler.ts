/** Runs a question to the scheduler. */
import { execa } from 'execa';
import { OactError } from '../core/errors.ts';
import type { Question } from './scheduler.ts';

/** A controller under load may take long; the next question comes in a minute at the earliest. */
const answerMs = 20_000;

/**
 * @param wanted what the answer is to say, for the error
 * @throws OactError SCHEDULER_SILENT when it does not say
 */
export async function askScheduler<Answer>(
  { command: [program, ...args], read }: Question<Answer>,
  wanted: string,
  now: () => Date,
): Promise<Answer> {
  const { stdout, failed, stderr, shortMessage } = await execa(program, args, {
    reject: false,
    stdin: 'ignore',
    timeout: answerMs,
  });
  const answer = failed ? undefined : read(stdout, now());
  if (answer !== undefined) return answer;
  const said = (stderr || stdout || shortMessage || 'nothing').split('\n', 1)[0];
  throw new OactError('SCHEDULER_SILENT', `${program} does not say ${wanted}: ${said}`, {
    hint: 'Jobs may be cut off at its end; they go on elsewhere.',
  });
}
