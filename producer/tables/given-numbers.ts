import { OactError } from '../../core/errors.ts';

/** Charge and multiplicity as flags give them. */
export type GivenNumbers = {
  /** For all structures; one whose source says another is refused. */
  charge?: number | undefined;
  multiplicity?: number | undefined;
  /** For structures whose source has a place for it, but no value there. */
  defaultCharge?: number | undefined;
  defaultMultiplicity?: number | undefined;
};

/** @throws OactError USAGE when a number is given for all and for some, or is no charge or multiplicity */
export function checkGivenNumbers(given: GivenNumbers): void {
  for (const [all, some, flag, other] of [
    [given.charge, given.defaultCharge, '--charge', '--default-charge'],
    [given.multiplicity, given.defaultMultiplicity, '--multiplicity', '--default-multiplicity'],
  ] as const) {
    if (all === undefined || some === undefined) continue;
    throw new OactError('USAGE', `you gave both ${flag} and ${other}`, {
      hint: `${flag} N sets all structures, ${other} N only those without a value in the source.`,
    });
  }
}

/**
 * The number that a structure gets: what its source says, or what a flag says; never a number that stands in neither.
 * @param stated by the source; null: it has no value
 * @param place where the source would say it: `the cell in column 'Charge' is empty`
 * @throws OactError IMPORT_ROW_INVALID
 */
export function settleNumber(
  what: 'charge' | 'multiplicity',
  stated: number | null,
  given: GivenNumbers,
  place: string,
): number {
  const all = what === 'charge' ? given.charge : given.multiplicity;
  const some = what === 'charge' ? given.defaultCharge : given.defaultMultiplicity;
  if (all !== undefined && stated !== null && stated !== all) {
    throw new OactError(
      'IMPORT_ROW_INVALID',
      `it has ${what} ${stated}, but --${what} ${all} sets all rows; leave --${what} out, or give --default-${what} ${all} for rows without a value`,
    );
  }
  const value = all ?? stated ?? some;
  if (value !== undefined) return value;
  throw new OactError(
    'IMPORT_ROW_INVALID',
    `it has no ${what}: ${place}; write it there, or give --default-${what} N for rows without a value, or --${what} N for all rows`,
  );
}
