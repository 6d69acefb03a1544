import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { z } from 'zod';
import type { Logger } from '../../core/logger.ts';
import { findPackageRoot } from '../../core/config/package-root.ts';

const readySchema = z.object({ url: z.string() });

export interface BoardProcessOptions {
  campaignDir: string;
  port: number;
  allowActions: boolean;
  log: Logger;
}

/**
 * The pages in a process of their own, beside a command that must not wait for them: a search over a million rows holds up only
 * other pages. What goes wrong with them is told and stops nothing; the process ends with this one.
 */
export function startBoardProcess({ campaignDir, port, allowActions, log }: BoardProcessOptions): {
  stop(): Promise<void>;
} {
  const program = join(findPackageRoot(), 'bin', 'oact.js');
  const flags = ['--port', String(port), ...(allowActions ? ['--allow-actions'] : [])];
  const child = fork(program, ['-C', campaignDir, 'board', ...flags], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit').catch(() => []);
  let isStopping = false;
  child.on('message', (message) => {
    const ready = readySchema.safeParse(message).data;
    if (ready) log.info({ url: ready.url }, 'pages opened');
  });
  child.on('error', (error) => log.warn({ error: error.message }, 'no pages'));
  child.on('exit', (code) => {
    if (!isStopping) log.warn({ code }, 'the pages are no longer served; oact board serves them again');
  });
  return {
    stop: async () => {
      isStopping = true;
      if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
      child.kill('SIGTERM');
      await ended;
    },
  };
}
