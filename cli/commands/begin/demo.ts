import type { Command } from 'commander';

export function registerDemo(program: Command): void {
  program
    .command('demo')
    .summary('see it work, in under a minute')
    .description(
      'Makes a campaign of 24 actinide complexes and runs it here with a stand-in for ORCA, whose numbers are not chemistry.',
    )
    .argument('[dir]', 'where to make the campaign', 'demo-campaign')
    .addHelpText('after', '\nExamples:\n  oact demo\n  oact demo /tmp/look')
    .action(async (dir: string) => {
      const { runDemo } = await import('../../serve/run-demo.ts');
      await runDemo(dir);
    });
}
