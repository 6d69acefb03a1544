import { OactError } from '../core/errors.ts';

export interface ChargeAndMultiplicity {
  charge?: number;
  /** 2S+1 */
  multiplicity?: number;
}

const chargeKeys = 'charge|total_charge|q';
/** `spin` means 2S+1 too, as in the existing database and the data sets it comes from. */
const multiplicityKeys = 'multiplicity|spin_multiplicity|spinmult|mult|spin';

/**
 * Charge and multiplicity that the comment line of an XYZ file states; what it does not state is left out.
 * Read are `key=value` and `key: value`, letter case ignored, values quoted or not: charge as `charge`,
 * `total_charge` or `q`, multiplicity as `multiplicity`, `mult`, `spin_multiplicity`, `spinmult` or `spin`; and
 * a comment of two integers only (`0 1`), charge first. Words about single atoms (`Properties=…`) are skipped.
 * @throws OactError STRUCTURE_INVALID when such a value is not a whole number, e.g. `spin=0.5`
 */
export function parseChargeAndMultiplicity(comment: string): ChargeAndMultiplicity {
  const pair = /^\s*([+-]?\d+)[\s,]+(\d+)\s*$/.exec(comment);
  if (pair) return { charge: Number(pair[1]), multiplicity: Number(pair[2]) };

  const text = comment.replace(/\bProperties=("[^"]*"|\S*)/gi, ' ');
  const charge = findInteger(text, chargeKeys);
  const multiplicity = findInteger(text, multiplicityKeys);
  return {
    ...(charge === undefined ? {} : { charge }),
    ...(multiplicity === undefined ? {} : { multiplicity }),
  };
}

function findInteger(text: string, keys: string): number | undefined {
  const match = new RegExp(`(?:^|[\\s,;])(${keys})\\s*[=:]\\s*["']?([^\\s,;"']*)`, 'i').exec(text);
  if (!match) return undefined;
  const [, key, value = ''] = match;
  // Programs that keep all numbers as floats write 2.0.
  if (/^[+-]?\d+(?:\.0*)?$/.test(value)) return Number(value) + 0;
  throw new OactError(
    'STRUCTURE_INVALID',
    `the comment line says ${key}=${value}, which is not a whole number`,
    {
      hint: 'Write charge=<integer> and multiplicity=<2S+1>.',
    },
  );
}
