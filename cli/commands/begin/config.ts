import type { Command } from 'commander';

export function registerConfig(program: Command): void {
  const config = program
    .command('config')
    .summary('show the settings')
    .description('Shows the settings of the campaign.');
  config
    .command('show')
    .summary('print all settings with their values')
    .description(
      'Prints every setting with its current value. A flag wins over an OACT_* variable, then oact.yaml, the user file and the default.',
    )
    .option('--origin', 'also print where each value comes from and the variable that sets it')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExamples:\n  oact config show\n  oact config show --origin')
    .action(async (flags: { origin?: boolean; json?: boolean }, self: Command) => {
      const { showConfig } = await import('../../campaign/show-config.ts');
      showConfig(self, flags);
    });
}
