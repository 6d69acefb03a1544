import { type Remedy, remediesSchema } from '../../core/job/remedy.ts';

/** The column `remedies`: null, and what a hand has spoilt, is none. */
export function parseRemedies(text: string | null): Remedy[] {
  try {
    return remediesSchema.parse(JSON.parse(text ?? '[]'));
  } catch {
    return [];
  }
}
