import { OactError } from '../../core/errors.ts';

/** A name is shown in lists and in the title of a job. */
const longestName = 200;

/**
 * The chemist's own name of a structure: one line without blanks at its ends; null for none.
 * @throws OactError IMPORT_ROW_INVALID when it is longer than 200 characters
 */
export function parseName(text: string): string | null {
  // Control characters of a file must not reach a terminal.
  const name = text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
  if (name === '') return null;
  if (name.length <= longestName) return name;
  throw new OactError(
    'IMPORT_ROW_INVALID',
    `its name has ${name.length} characters, but at most ${longestName} are allowed; is --name-column right?`,
  );
}
