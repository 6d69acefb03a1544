import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { systemErrorCode } from '../../core/errors.ts';
import { markerFileName } from '../../core/job-dir/job-layout.ts';
import { renderMarkerReason } from '../../core/job-dir/marker-reason.ts';
import { readPlainFile } from '../../core/plain-file.ts';

/**
 * Why a marker blocks this job directory; undefined when there is none. It may have appeared while the job waited.
 * @throws when the directory cannot be looked into, which is a fault and no marker
 */
export async function findMarker(jobDir: string): Promise<string | undefined> {
  const path = join(jobDir, markerFileName);
  try {
    await access(path);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT') return undefined;
    // A link that leads to itself is there, too.
    if (code !== 'ELOOP') throw error;
  }
  // Its presence alone blocks, readable or not.
  return renderMarkerReason(await readPlainFile(path).catch(() => ''));
}
