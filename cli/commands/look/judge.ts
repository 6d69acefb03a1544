import type { Command } from 'commander';
import type { JudgeFlags } from '../../job/run-judge.ts';

export function registerJudge(program: Command): void {
  program
    .command('judge')
    .summary('say how any ORCA run ended, and why')
    .description(
      'Reads outputs of ORCA 4, 5 and 6, from oact or not. Says how each run ended, why, whether a retry may help, and what it computed. ' +
        'For a job directory, it reads the newest output and its stderr. Needs no campaign and no Redis. Writes nothing. ' +
        'Exits with 1 if a file cannot be read, and with 0 for any verdict.',
    )
    .argument('<path...>', 'outputs (also .gz) or job directories')
    .option('--json', 'print a JSON array with one verdict for each')
    .addHelpText(
      'after',
      '\nExamples:\n  oact judge orca.out\n  oact judge jobs/job_*\n  oact judge *.out --json | jq -r \'.[] | select(.outcome == "failed") | [.file, .class, .line] | @tsv\'',
    )
    .action(async (paths: string[], flags: JudgeFlags) => {
      const { runJudge } = await import('../../job/run-judge.ts');
      await runJudge(paths, flags);
    });
}
