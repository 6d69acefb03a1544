import type { Command } from 'commander';

export function registerDemo(program: Command): void {
  program
    .command('demo')
    .summary('run an example campaign, in under a minute')
    .description(
      'Creates a campaign of 24 actinide complexes and runs it on this machine with a stand-in for ORCA. Its numbers are not chemistry.',
    )
    .argument('[dir]', 'where to create the campaign', 'demo-campaign')
    .addHelpText('after', '\nExamples:\n  oact demo\n  oact demo /tmp/look')
    .action(async (dir: string) => {
      const { runDemo } = await import('../../demo/run-demo.ts');
      await runDemo(dir);
    });
}
