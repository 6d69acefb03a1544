import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { inheritedEnvironment } from '../../core/config/environment.ts';
import { buildEnvironment } from '../run/build-environment.ts';
import type { ProbeEnd } from './judge-node.ts';
import { noteMoment } from '../process/list-session.ts';
import { stopStragglers } from '../process/stop-stragglers.ts';
import { runProbe } from './run-probe.ts';
import { makeRunScratch } from '../files/run-scratch.ts';

/**
 * Starts ORCA without an argument, in an empty directory, unpinned, in its own session, of which nothing is left afterwards.
 * Another program may do anything then, so it gets `limitMs` and no more.
 * @param cut ends it at once
 * @throws a system error when the scratch directory cannot be written
 */
export async function probeOrca(
  orcaPath: string,
  limitMs: number,
  cut: AbortSignal,
  keep: readonly string[] = [],
): Promise<ProbeEnd> {
  return inProbeDirectory((dir) => {
    const env = probeEnvironment(dir, [], keep);
    return runProbe([orcaPath], { dir, env, limitMs, cut });
  });
}

/**
 * Makes an empty directory for a probe and takes it away afterwards.
 * @throws a system error when the scratch directory cannot be written
 */
export async function inProbeDirectory<T>(probe: (dir: string) => Promise<T>): Promise<T> {
  // Where the next consumer looks for orphans, should this one be killed meanwhile.
  const dir = await makeRunScratch(`probe-${randomUUID().slice(0, 8)}`);
  const { since, forget } = noteMoment();
  try {
    return await probe(dir);
  } finally {
    await stopStragglers(dir, since);
    forget();
    await rm(dir, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** The environment of a run. No job id: what such a program notes of its runs must not be taken for a run. */
export function probeEnvironment(
  dir: string,
  cores: readonly number[],
  keep: readonly string[],
): Record<string, string> {
  const isRoot = process.getuid?.() === 0;
  return buildEnvironment(inheritedEnvironment(), {
    jobId: '',
    slot: 0,
    cores,
    jobDir: dir,
    tmpDir: dir,
    isRoot,
    keep,
  });
}
