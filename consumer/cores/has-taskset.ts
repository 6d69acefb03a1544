import { findOnPath } from '../fitness/find-on-path.ts';

/** Whether slots can be pinned here: taskset is part of util-linux, so every Linux has it and macOS has not. */
export function hasTaskset(path: string): boolean {
  return process.platform === 'linux' && findOnPath('taskset', path) !== undefined;
}
