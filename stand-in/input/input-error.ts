/** A complaint of ORCA's front end about the input: it prints `text` and ends with exit code 126. */
export class InputError extends Error {
  override readonly name = 'InputError';
}

const bar = '!'.repeat(56);

/** The keyword box; `words` as written in the input. */
export function unknownWordsError(words: string[]): InputError {
  return new InputError(
    [
      '',
      `            ${bar}`,
      '                                 INPUT ERROR',
      '            UNRECOGNIZED OR DUPLICATED KEYWORD(S) IN SIMPLE INPUT LINE',
      `             ${words.map((word) => word.toUpperCase().padEnd(8)).join(' ')}`,
      `            ${bar}`,
      '[file orca_main/main_input_simple.cpp, line 8728]: ',
    ].join('\n'),
  );
}

/** A key, block or value that the block scanner does not know. */
export function unknownIdentifierError(block: string, line: number, token: string): InputError {
  return scannerError(`Unknown identifier in ${block} block`, line, token);
}

export function missingEndError(block: string, line: number, token: string): InputError {
  return scannerError(`'END' was expected at the end of the ${block} block`, line, token);
}

export function invalidAssignmentError(block: string, line: number, token: string): InputError {
  return scannerError(`Invalid assignment in ${block} block`, line, token);
}

function scannerError(what: string, line: number, token: string): InputError {
  return new InputError(
    `[file orca_tools/Tool-Scanner/qcscan1.cpp, line 106]: \n\t ${what} line ${String(line).padStart(4)}  : \n\t Last token : ${token.toUpperCase()}`,
  );
}

/** Text between the blocks that is none of `$ ! % * [`. */
export function strayTextError(line: number, text: string): InputError {
  return new InputError(
    `\nERROR: expect a '$', '!', '%', '*' or '[' in the input\n       line ${line}: ${text}\n[file orca_main/main_input.cpp, line 318]: INPUT ERROR`,
  );
}

export function coordinateError(line: number, what: string): InputError {
  return new InputError(
    `\nINPUT ERROR: line ${line}: ${what}\n[file orca_main/main_input_coords.cpp, line 1190]: INPUT ERROR`,
  );
}

export function coordinateTypeError(line: number): InputError {
  return new InputError(
    `\nERROR: line ${line}: found a coordinate definition line (* ctyp charge mult) but could not read ctyp\n[file orca_main/main_input_coords.cpp, line 214]: INPUT ERROR`,
  );
}

export function cannotOpenError(path: string): InputError {
  return new InputError(`\n  CANNOT OPEN FILE: ${path}\n[file orca_main/main_input.cpp, line 402]: `);
}

export function sameOrbitalFileError(path: string): InputError {
  return new InputError(
    `\nINPUT ERROR: %moinp names the run's own orbital file: ${path}\n[file orca_main/main_input.cpp, line 455]: `,
  );
}

/** ORCA starts its modules by its own path, so a parallel run needs the full one. */
export function noFullPathError(): InputError {
  return new InputError('\nERROR (ORCA_MAIN): For parallel runs ORCA has to be called with full pathname\n');
}

export function nonAsciiError(line: number): InputError {
  return new InputError(
    `\nERROR: non-ASCII character(s) found in the input, line ${line}\n[file orca_main/main_input.cpp, line 97]: `,
  );
}

export function noBasisError(atomIndex: number, symbol: string): InputError {
  const box = '*'.repeat(65);
  return new InputError(
    [
      '',
      `               ${box}`,
      `               ** There are no main   basis functions on atom number ${String(atomIndex).padStart(3)} (${symbol.padEnd(2)}) **`,
      `               ${box}`,
      '[file orca_main/main_basis.cpp, line 2348]:    The basis set was either not assigned or not available for this element - Aborting the run',
    ].join('\n'),
  );
}

export function unknownBasisError(name: string): InputError {
  return new InputError(
    `\nERROR: Basis not recognized: ${name}\n[file orca_main/main_basis.cpp, line 611]: `,
  );
}

export function noCorePotentialError(name: string, symbol: string): InputError {
  return new InputError(
    `\nERROR: Requested ECP not available for element ${symbol}: ${name}\n[file orca_main/main_basis.cpp, line 877]: `,
  );
}

function nameParity(value: number): string {
  return value % 2 === 0 ? 'even' : 'odd';
}

export function parityError(multiplicity: number, electrons: number): InputError {
  return new InputError(
    `[file orca_main/mainchk.cpp, line 671]: Error : multiplicity (${multiplicity}) is ${nameParity(multiplicity)} and number of electrons (${electrons}) is ${nameParity(electrons)} -> impossible`,
  );
}

export function noElectronsError(): InputError {
  return new InputError('[file orca_main/mainchk.cpp, line 655]: Error : number of electrons (NEL) is zero');
}

export function zeroDistanceError(first: number, second: number): InputError {
  return new InputError(
    `Zero distance between atoms ${first} and ${second} in Cartesian2Internal\n[file orca_tools/Tool-Coordinates/qccoord.cpp, line 233]: `,
  );
}
