import type { Command } from 'commander';

export function registerConfig(program: Command): void {
  const config = program.command('config').summary('settings').description('Settings of the campaign.');
  config
    .command('show')
    .summary('print all settings')
    .description('Prints every setting in force: flag > OACT_* variable > oact.yaml > user file > default.')
    .option('--origin', 'say where each value comes from, and the variable that would set it')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExamples:\n  oact config show\n  oact config show --origin')
    .action(async (flags: { origin?: boolean; json?: boolean }, self: Command) => {
      const { showConfig } = await import('../../campaign/show-config.ts');
      showConfig(self, flags);
    });
}
