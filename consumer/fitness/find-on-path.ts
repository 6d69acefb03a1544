import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The absolute path of a program on PATH, as a shell would find it. */
export function findOnPath(program: string, path: string): string | undefined {
  return path
    .split(delimiter)
    .filter((dir) => dir.startsWith('/'))
    .map((dir) => join(dir, program))
    .find(isExecutable);
}

/** Whether slots can be pinned here: taskset is part of util-linux, so every Linux has it and macOS has not. */
export function hasTaskset(path: string): boolean {
  return process.platform === 'linux' && findOnPath('taskset', path) !== undefined;
}
