import { findOnPath } from '../../consumer/fitness/find-on-path.ts';

/** Daemons are often where the PATH of an ordinary user does not look. */
const searchPath = `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/local/sbin`;

/**
 * Whether this machine has all these programs, for `describe.skipIf(!hasPrograms('mpirun'))`.
 * Under CI a missing one is an error: what is skipped there is tested nowhere.
 */
export function hasPrograms(...names: string[]): boolean {
  const missing = names.filter((name) => findOnPath(name, searchPath) === undefined);
  if (missing.length === 0) return true;
  const sentence = `this machine lacks ${missing.join(', ')}`;
  if (['', 'false'].includes(process.env['CI'] ?? '')) {
    process.stdout.write(`Tests are skipped: ${sentence}\n`);
    return false;
  }
  throw new Error(`${sentence}, which CI must have: .ci/run installs it`);
}
