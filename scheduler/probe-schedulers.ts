/** Which schedulers this machine has, and whether their controllers answer. */
import { execa } from 'execa';
import { inheritedEnvironment } from '../core/config/environment.ts';
import { cleanEnvironment } from './clean-environment.ts';
import { schedulers } from './schedulers.ts';

/** A scheduler whose program is on PATH, and what it says when asked something harmless. */
export interface SchedulerAnswer {
  scheduler: string;
  program: string;
  /** One line. */
  answer: string;
  /** Why it does not answer, one line; null: it does. */
  error: string | null;
}

/** A controller under load may take a while. */
const answerMs = 5000;

/**
 * Asks every scheduler of this machine.
 * @param find a program on PATH
 */
export async function probeSchedulers(
  find: (program: string) => string | undefined,
): Promise<SchedulerAnswer[]> {
  const present = Object.values(schedulers).filter(({ probe }) => find(probe.program) !== undefined);
  return Promise.all(
    present.map(async ({ title, probe, variables }) => {
      const [command, ...args] = probe.command;
      const { stdout, stderr, failed, shortMessage } = await execa(command, args, {
        reject: false,
        stdin: 'ignore',
        env: cleanEnvironment(inheritedEnvironment(), variables),
        extendEnv: false,
        timeout: answerMs,
      });
      const said = firstLine(failed ? stderr || stdout || shortMessage || '' : '');
      return {
        scheduler: title,
        program: find(probe.program) ?? probe.program,
        answer: probe.describe(stdout.split(/\s+/).filter((word) => word !== '')),
        error: failed ? said || 'no answer' : null,
      };
    }),
  );
}

function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0] ?? '';
}
