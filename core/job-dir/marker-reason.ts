import { z } from 'zod';
import { markerFileName } from './job-layout.ts';

const markerSchema = z.object({ failure_reason: z.string().nullish(), error_message: z.string().nullish() });

/**
 * Why a marker blocks its job directory, in the words that the existing dashboard writes. A text that cannot be read
 * blocks as well: only the marker's presence counts.
 */
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
