import { readFileSync } from 'node:fs';
import { systemErrorCode } from '../../core/errors.ts';

/** True while a process with this id runs on this node, whoever owns it. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return systemErrorCode(error) === 'EPERM';
  }
  return !isZombie(pid);
}

/** In a container without an init process a dead server stays in the process table. */
function isZombie(pid: number): boolean {
  try {
    return / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\)/, ''));
  } catch {
    return false;
  }
}
