import { OactError } from '../../core/errors.ts';

/** Words that tables write for "no value", in lower case; pandas reads them so. */
const blanks = new Set(['', 'nan', 'na', 'n/a', '<na>', 'null', 'none']);

/** A cell without a number. For numeric cells only: as text, `Na` is sodium. */
export function isBlankNumber(text: string): boolean {
  return blanks.has(text.trim().toLowerCase());
}

/**
 * Total charge of `2`, `+2`, `-1` or `2.0` (which pandas writes when a column has gaps); null for no value.
 * @throws OactError IMPORT_ROW_INVALID
 */
export function parseCharge(text: string): number | null {
  return parseWhole(text, 'charge');
}

/**
 * 2S+1; null for no value.
 * @throws OactError IMPORT_ROW_INVALID when it is no whole number or below 1
 */
export function parseMultiplicity(text: string): number | null {
  const value = parseWhole(text, 'multiplicity');
  if (value === null || value >= 1) return value;
  throw invalid(
    `the multiplicity ${value} is below 1; if it counts unpaired electrons, use --unpaired-column`,
  );
}

/**
 * Multiplicity of a number of unpaired electrons, n + 1; null for no value.
 * @throws OactError IMPORT_ROW_INVALID when it is no whole number or negative
 */
export function parseUnpaired(text: string): number | null {
  const value = parseWhole(text, 'number of unpaired electrons');
  if (value === null || value >= 0) return value === null ? null : value + 1;
  throw invalid(`the number of unpaired electrons ${value} is negative`);
}

/** @throws OactError IMPORT_ROW_INVALID */
export function parseWhole(text: string, name: string): number | null {
  if (isBlankNumber(text)) return null;
  // A typographic minus is what spreadsheets and word processors make of a hyphen.
  const written = text.trim().replace(/^[\u2212\u2013]/, '-');
  const value = Number(written.replace(/\.0*$/, ''));
  if (/^[+-]?\d+(?:\.0*)?$/.test(written) && Number.isSafeInteger(value)) return value + 0;
  throw invalid(`the ${name} '${text.trim()}' is not a whole number${adviceFor(written)}`);
}

/** What to write instead, where only one number can be meant. */
function adviceFor(written: string): string {
  const comma = /^([+-]?\d+),(\d+)$/.exec(written);
  if (comma !== null)
    return `: it has a decimal comma; ${Number(comma[2]) === 0 ? `write ${comma[1]}` : 'save the table with decimal points'}`;
  const sign = /^(\d+)([+-])$/.exec(written);
  return sign === null ? '' : `; write ${sign[2] === '-' ? '-' : ''}${sign[1]}`;
}

function invalid(message: string): OactError {
  return new OactError('IMPORT_ROW_INVALID', message);
}
