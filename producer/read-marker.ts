import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { markerFileName } from '../core/job-layout.ts';

const markerSchema = z.object({ failure_reason: z.string().nullish(), error_message: z.string().nullish() });

/**
 * Why a marker blocks this job directory, in the words that the existing dashboard writes; undefined when
 * there is none. An unreadable marker blocks as well: only its presence counts.
 */
export function readMarker(jobDir: string): string | undefined {
  const path = join(jobDir, markerFileName);
  // Nearly every record has none; asking costs a tenth of the exception of a vain read.
  if (!existsSync(path)) return undefined;
  try {
    return renderMarkerReason(readFileSync(path, 'utf8'));
  } catch {
    return renderMarkerReason('');
  }
}

export function renderMarkerReason(text: string): string {
  const prefix = `Blocked by ${markerFileName} marker`;
  try {
    const marker = markerSchema.parse(JSON.parse(text));
    const reason = marker.failure_reason ?? marker.error_message;
    return typeof reason === 'string' ? `${prefix}: ${reason.slice(0, 200)}` : prefix;
  } catch {
    return prefix;
  }
}
