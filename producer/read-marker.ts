import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { markerFileName } from '../core/job-dir/job-layout.ts';
import { renderMarkerReason } from '../core/job-dir/marker-reason.ts';
import { readPlainFileSync } from '../core/plain-file.ts';

/** Why a marker blocks this job directory; undefined when there is none. */
export function readMarker(jobDir: string): string | undefined {
  const path = join(jobDir, markerFileName);
  // Nearly every record has none; asking costs a tenth of the exception of a vain read.
  if (!existsSync(path)) return undefined;
  try {
    return renderMarkerReason(readPlainFileSync(path));
  } catch {
    return renderMarkerReason('');
  }
}
