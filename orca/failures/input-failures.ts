// Failures of the input: what ORCA refuses, it refuses again.
import type { InputClass } from '../../core/job/failure-class.ts';
import {
  type FailureRow,
  type FailureSign,
  never,
  ofOrca,
  again,
  showInput,
  signsOf,
} from './failure-row.ts';

const recipeCure = 'Correct the recipe in oact.yaml or on the command line, then requeue the record.';

const wrongInput = {
  ...ofOrca,
  isOfInput: true,
  retry: never('the same input fails again'),
  scope: 'run',
  signs: [],
} as const satisfies Partial<FailureRow>;

/** What ORCA does all the same. */
const goesOn = /warning|instead|using|switch|skip|ignor|continu|will be|\.{3}\s+not/i;

/**
 * How ORCA's modules refuse what they have no code for: `ERROR: … not implemented`, or a sentence below a box of errors. They say the
 * same of parts that they leave out, and continue.
 */
const refusals: readonly FailureSign[] = ['supported', 'implemented', 'available', 'possible'].flatMap(
  (word) =>
    ['not ', 'not yet ', 'not currently '].map((not) => ({
      phrase: `${not}${word}`,
      pattern: new RegExp(
        String.raw`\berror\b.*\b${not}${word}\b|^(?!.*(?:${goesOn.source})).*\b(?:is|are|was|were|been) ${not}${word}\b`,
        'i',
      ),
      nearEnd: true as const,
    })),
);

export const inputFailures: Readonly<Record<InputClass, FailureRow>> = {
  input_keyword: {
    ...wrongInput,
    words: 'ORCA does not know a keyword of the input',
    cure: recipeCure,
    command: showInput,
    signs: signsOf({ phrase: 'unrecognized or duplicated keyword', namedInNextLine: true }),
  },
  input_basis: {
    ...wrongInput,
    words: 'an element has no basis or ECP',
    cure: 'Choose basis sets and ECPs that cover all elements of the record, then requeue it.',
    command: showInput,
    signs: signsOf(
      {
        phrase: 'basis functions on atom',
        pattern: /There are no (?:CABS|main|\w+)\s+basis functions on atom/i,
      },
      'there is no basis function on atom',
      'basis set was either not assigned or not available',
      'requested ecp not available',
      'basis not recognized',
      {
        phrase: 'no basis set ',
        pattern: /\berror\b.*\bno basis set .*\b(?:available|found|assigned|defined)\b/i,
      },
    ),
  },
  input_multiplicity: {
    ...wrongInput,
    words: 'charge and multiplicity do not fit the number of electrons',
    cure: 'Correct charge or multiplicity with oact set; the record then runs again.',
    command: again,
    signs: signsOf({
      phrase: '-> impossible',
      pattern: /multiplicity \(\d+\) is (?:even|odd) and number of electrons \(\d+\) is (?:even|odd)/i,
    }),
  },
  input_no_electrons: {
    ...wrongInput,
    words: 'it has no electrons',
    cure: 'Correct the charge with oact set; the record then runs again.',
    command: again,
    signs: signsOf('number of electrons (nel) is zero'),
  },
  input_geometry: {
    ...wrongInput,
    words: 'atoms overlap',
    cure: 'Correct the geometry with oact set --geometry; the record then runs again.',
    command: again,
    signs: signsOf('zero distance between atoms', 'zero distance encountered between atoms'),
  },
  input_syntax: {
    ...wrongInput,
    words: 'ORCA cannot run this input',
    cure: recipeCure,
    command: showInput,
    signs: signsOf(
      "error: expect a '$'",
      'unknown identifier',
      'invalid assignment',
      "'end' was expected",
      '- check syntax!',
      // ORCA 4 writes `defintion`.
      'found a coordinate defin',
      'point charge expected in coords',
      'unrecognized symbol in',
      'xyz file reading requested',
      'non-ascii character',
      'skipping actual calculation',
      'cannot open input file',
      { phrase: 'you must have a [coords]', pattern: /\[COORDS\]/i },
      // ORCA also reports files that it can do without: only the last thing it says explains its death.
      { phrase: 'cannot open file', nearEnd: true },
      { phrase: 'input error', namedInNextLine: true },
      ...refusals,
      // The checks of the input: what was wrong stands in the lines above.
      { phrase: '[file orca_main/', pattern: /^\[file orca_main\/main_?inp[^\]]*\]: *Error/i },
    ),
  },
  input_structure: {
    ...wrongInput,
    words: 'the structure cannot be computed',
    cure: 'Correct charge, multiplicity or geometry with oact set; the record then runs again.',
    command: again,
  },
  input_recipe: {
    ...wrongInput,
    words: 'the recipe does not fit the record',
    cure: recipeCure,
    command: showInput,
  },
};
