import { type Command, Option } from 'commander';
import type { ReportFlags } from '../../status/run-report.ts';

export function registerReport(program: Command): void {
  program
    .command('report')
    .summary('summarize the campaign, as Markdown or JSON')
    .description(
      [
        'Reports on the campaign: records by status, statistics of the results (energy, largest gradient, SCF cycles, wall time), rate and ETA, failures by class with examples and what to do, core-hours used and wasted,',
        'the slowest runs, and the work of each node. Reads only the database.',
      ].join(' '),
    )
    .addOption(
      new Option('--format <format>', 'format of the report')
        .choices(['markdown', 'json'])
        .default('markdown'),
    )
    .option('--output <file>', 'write to this file; it appears only when it is complete')
    .option('--json', 'the same as --format json')
    .addHelpText(
      'after',
      '\nExit codes: 0 reported, 1 error, 2 wrong usage.\n\nExamples:\n  oact report\n  oact report --output report.md\n  oact report --json | jq .failures',
    )
    .action(async (flags: ReportFlags, self: Command) => {
      const { runReport } = await import('../../status/run-report.ts');
      runReport(self, flags);
    });
}
