import { resolve } from 'node:path';
import type { Command } from 'commander';

export interface LogFileFlags {
  logFile?: string;
}

/** `--log-file`, for processes that live long. */
export function addLogFileFlag(command: Command): Command {
  return command.option(
    '--log-file <file>',
    'write the log to this file instead of stderr, and set it aside as FILE.1 to FILE.5 at 50 MB or 30 days',
  );
}

/** Absolute, because a file that was set aside is opened again later. */
export function logFileOf({ logFile }: LogFileFlags): { file?: string } {
  return logFile === undefined ? {} : { file: resolve(logFile) };
}
