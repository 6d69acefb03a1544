import type { Command } from 'commander';
import { portNumber } from '../../flags/parse-flags.ts';
import type { BoardFlags } from '../../board/run-board.ts';

export function registerBoard(program: Command): void {
  program
    .command('board')
    .summary('show the campaign in a browser')
    .description(
      'Serves the pages of a campaign (overview, jobs, each job, and Bull Board for the queue) until Ctrl+C. They are read-only and need a token.',
    )
    .option('--port <n>', 'port (0 = any free port)', portNumber(0), 3000)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--allow-actions', 'add buttons that requeue, cancel, pause and resume, as the commands do')
    .addHelpText(
      'after',
      `
To reach it from your own computer, open a tunnel:
  ssh -L 3000:127.0.0.1:3000 login-node

Examples:
  oact board
  oact board --port 0 --allow-actions`,
    )
    .action(async (flags: BoardFlags, self: Command) => {
      const { runBoard } = await import('../../board/run-board.ts');
      await runBoard(self, flags);
    });
}
