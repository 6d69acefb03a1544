/** How a generation of ORCA says what all of them say. */
export interface Dialect {
  generation: 4 | 5 | 6;
  /** The module that iterates the SCF. */
  scfModule: 'SCF' | 'LEANSCF';
  /** Of `[file orca_tools/qcmsg.cpp, line …]` in the last words of a run that failed. */
  footerLine: 458 | 465 | 394;
  /** `job_property.txt`, since 6 `job.property.txt`. */
  propertySuffix: '_property.txt' | '.property.txt';
}

const dialects: Readonly<Record<string, Dialect>> = {
  4: { generation: 4, scfModule: 'SCF', footerLine: 458, propertySuffix: '_property.txt' },
  5: { generation: 5, scfModule: 'SCF', footerLine: 465, propertySuffix: '_property.txt' },
  6: { generation: 6, scfModule: 'LEANSCF', footerLine: 394, propertySuffix: '.property.txt' },
};

/** Throws an Error for a version that nobody has heard speak. */
export function dialectOf(version: string): Dialect {
  const dialect = dialects[/^(\d+)\.\d/.exec(version)?.[1] ?? ''];
  if (dialect === undefined) throw new Error(`OACT_STANDIN_VERSION=${version} is neither of ORCA 4, 5 nor 6`);
  return dialect;
}

/** Source files of ORCA 4's front end, beside those of 6; those of 5 are not known and are written as in 6. */
const oldSources: readonly (readonly [string, string])[] = [
  ['orca_main/main_input_simple.cpp', 'orca_main/maininp4.cpp'],
  ['orca_main/main_input.cpp', 'orca_main/maininp4.cpp'],
  ['orca_main/main_input_coords.cpp', 'orca_main/maininp4.cpp'],
  ['orca_main/main_basis.cpp', 'orca_main/maininp2.cpp'],
  ['orca_main/mainchk.cpp', 'orca_main/mainfcts.cpp'],
];

/** A complaint of the front end as this generation writes it. */
export function inDialect(message: string, { generation }: Dialect): string {
  if (generation !== 4) return message;
  return oldSources.reduce((text, [recent, old]) => text.replaceAll(recent, old), message);
}
