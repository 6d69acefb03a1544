import { metricsSchema } from '../../core/job/result.ts';

/** The column `warnings`: null, and what a hand has spoilt, is none. */
export function parseWarnings(text: string | null): string[] {
  try {
    return metricsSchema.shape.warnings.parse(JSON.parse(text ?? '[]'));
  } catch {
    return [];
  }
}
