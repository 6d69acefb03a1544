import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { copyDurably } from './copy-durably.ts';
import { isRunScratch } from './publish-result.ts';
import { findGbwFileProblem } from './read-file-ends.ts';

/** What another run could continue from. */
const isRestartFile = (name: string): boolean => /^orca(?:\.gbw|\.opt|\.xyz|_trj\.xyz)$/.test(name);

/**
 * Copies files of a run from node-local scratch to its directory on the shared file system. A gbw that was caught
 * in the middle of a change does not cover the good copy of before.
 * @param which `restart`: what another run could continue from; `all`: everything but ORCA's scratch
 * @throws the errors of the file system
 */
export async function copyOut(workDir: string, runDir: string, which: 'restart' | 'all'): Promise<void> {
  for (const entry of await readdir(workDir, { withFileTypes: true })) {
    const { name } = entry;
    const isWanted = which === 'all' ? !isRunScratch(name) && name !== 'orca.inp' : isRestartFile(name);
    if (!entry.isFile() || !isWanted) continue;
    // At the end of a run all is wanted as it is.
    const check = which === 'restart' && name.endsWith('.gbw') ? findGbwFileProblem : undefined;
    await copyDurably(join(workDir, name), join(runDir, name), check);
  }
}

/**
 * Copies the restart files out now and then while ORCA runs, so that a node that vanishes takes no more than that with it;
 * the last copy is the caller's.
 */
export async function copyOutDuring<T>(
  place: { workDir: string; runDir: string; everySeconds: number },
  log: Logger,
  running: () => Promise<T>,
): Promise<T> {
  const { workDir, runDir, everySeconds } = place;
  let underWay: Promise<void> | undefined;
  const copy = (): void => {
    underWay ??= copyOut(workDir, runDir, 'restart')
      .catch((error: unknown) =>
        log.warn({ err: messageOf(error) }, 'could not copy the restart files to the job directory'),
      )
      .finally(() => (underWay = undefined));
  };
  const timer = setInterval(copy, everySeconds * 1000);
  try {
    return await running();
  } finally {
    clearInterval(timer);
    await underWay;
  }
}
