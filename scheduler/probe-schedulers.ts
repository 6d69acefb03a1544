import { execa } from 'execa';

/** A scheduler whose program is on PATH, and what it says when asked something harmless. */
export interface SchedulerAnswer {
  scheduler: 'Slurm' | 'Flux' | 'PBS';
  program: string;
  /** One line. */
  answer: string;
  /** Why it does not answer, one line; null: it does. */
  error: string | null;
}

/** A question that the controller itself must answer; `--version` would be answered by the program alone. */
const questions: readonly (SchedulerAnswer & { question: [string, ...string[]] })[] = [
  {
    scheduler: 'Slurm',
    program: 'sbatch',
    question: ['sinfo', '--noheader', '--format', '%R'],
    answer: 'partitions',
    error: null,
  },
  { scheduler: 'Flux', program: 'flux', question: ['flux', 'getattr', 'size'], answer: 'size', error: null },
  { scheduler: 'PBS', program: 'qsub', question: ['qstat', '-Q'], answer: 'queues', error: null },
];

/** A controller under load may take a while. */
const answerMs = 5000;

/**
 * Asks every scheduler of this machine.
 * @param find a program on PATH
 */
export async function probeSchedulers(
  find: (program: string) => string | undefined,
): Promise<SchedulerAnswer[]> {
  const present = questions.filter(({ program }) => find(program) !== undefined);
  return Promise.all(
    present.map(async ({ scheduler, program, question: [command, ...args], answer }) => {
      const { stdout, stderr, failed, shortMessage } = await execa(command, args, {
        reject: false,
        stdin: 'ignore',
        timeout: answerMs,
      });
      const said = firstLine(failed ? stderr || stdout || shortMessage || '' : '');
      const words = stdout.split(/\s+/).filter((word) => word !== '');
      const shown = `${words.slice(0, 6).join(', ')}${words.length > 6 ? ', …' : ''}`;
      return {
        scheduler,
        program: find(program) ?? program,
        answer: `${answer} ${scheduler === 'PBS' ? '' : shown}`.trim(),
        error: failed ? said || 'no answer' : null,
      };
    }),
  );
}

function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0] ?? '';
}
