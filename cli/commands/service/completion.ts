import { type Command, Option } from 'commander';
import { type Shell, shells } from '../../completion/render-scripts.ts';

export function registerCompletion(program: Command): void {
  const completion = program
    .command('completion')
    .summary('complete commands with Tab in bash, zsh or fish')
    .description(
      [
        'Prints a script for your shell. With it, Tab completes commands, flags and their values, and also what the campaign knows:',
        'ids and names of records, failure classes, nodes, sites and allocations. The script asks oact each time, so it stays right after an update.',
      ].join(' '),
    )
    .addHelpText(
      'after',
      `
Examples:
  oact completion bash >> ~/.bashrc
  oact completion zsh >> ~/.zshrc
  oact completion fish > ~/.config/fish/completions/oact.fish`,
    );
  for (const shell of shells) {
    completion
      .command(shell)
      .summary(`print the script for ${shell}`)
      .description(`Prints the script that completes oact's command line in ${shell}.`)
      .action(async () => {
        const { printScript } = await import('../../completion/run-completion.ts');
        printScript(shell);
      });
  }
  completion
    .command('words', { hidden: true })
    .description('Prints what fits at the cursor, for the scripts.')
    .addOption(new Option('--shell <shell>', 'the shell that asks').choices(shells).default('zsh'))
    .argument('[words...]', 'the command line up to the cursor')
    .action(async (words: string[], flags: { shell: Shell }, self: Command) => {
      const { runCompletionWords } = await import('../../completion/run-completion.ts');
      runCompletionWords(self, flags.shell, words);
    });
}
