import { readFileSync } from 'node:fs';

/** A command that notes in `logPath` which files it and its children open; needs strace. */
export function traceCommand(logPath: string, command: readonly string[]): [string, ...string[]] {
  return ['strace', '-f', '-qq', '-e', 'trace=open,openat,execve', '-o', logPath, ...command];
}

/**
 * The paths that were opened or started, each as often as that happened. What was not there is left out, and so is
 * what no disk holds.
 */
export function listOpened(logPath: string): string[] {
  const unfinished = new Map<string, string>();
  const opened: string[] = [];
  for (const line of readFileSync(logPath, 'utf8').split('\n')) {
    const [, pid = '', call = ''] = /^(\d+)\s+(.*)$/.exec(line) ?? [];
    const named = /^(?:open|openat|execve)\([^"]*"([^"]*)"/.exec(call)?.[1];
    const path =
      named ?? (/^<\.\.\. (?:open|openat|execve) resumed>/.test(call) ? unfinished.get(pid) : undefined);
    if (path === undefined) continue;
    if (call.endsWith('<unfinished ...>')) unfinished.set(pid, path);
    else if (!/ = -\d+ /.test(call) && !/^\/(proc|sys|dev)\//.test(path)) opened.push(path);
  }
  return opened;
}
