// Tells a line that ORCA writes from the epilogue of a job script.

/**
 * What ORCA writes from its banner to its last energy. An epilogue says when it ended, what it used and what it copied: it
 * has tables and rules of its own, but none of these words.
 */
const words: readonly RegExp[] = [
  // The head.
  /^ {15,}\*{10,}\s*$|^ {15,}#{20,}|^ {10,}#\s.*\s#\s*$|-\*{3}-/,
  /An Ab Initio, DFT|Directorship|theory and spectroscopy|Max Planck Institute|^\s*Program Version\b/,
  /With contributions from|^ {2}[A-Z]\S* .* {3,}: \S/,
  /We gratefully acknowledge|Your calculation utilizes|^\s*(?:H|B|K|Ac|Fr|Rb|Y|La)\S*(?:-\w+)?\s*: .*\b(?:Phys|Chem)\b/,
  /Please study these warnings|^\s*INPUT FILE\s*$|^NAME = |^\|\s*\d+>|END OF INPUT/,
  /^\s*\* .* (?:Calculation|Run|Scan) \*\s*$|Checking for AutoStart/,
  // The modules.
  /^\s*ORCA [A-Z][A-Z -]+(?:CALCULATIONS?|ITERATIONS|GENERATION|SCF|RUN)?\s*$|\bSCF\b|\bHartree-?Fock\b/,
  /^\s*[A-Z][A-Za-z /()*-]+ {2,}\.{3,} {1,}\S|^\s*\S.* {2,}\.{4,} +\S/,
  /CARTESIAN COORDINATES|INTERNAL COORDINATES|BASIS SET|basis functions|ORBITAL ENERGIES|POPULATION ANALYSIS|ATOMIC CHARGES|GEOMETRY OPTIMIZATION/,
  /\bEh(?:\/bohr)?\b|cm\*\*-1/,
  // Tables of coordinates, of iterations, of matrices.
  /^\s*[A-Z][a-z]?\s+(?:-?\d+\.\d{5,}\s*){3}$/,
  /^\s*\d+\s+-\d+\.\d{6,}\s|(?:\s+-?\d+\.\d{4,}){3}/,
];

/** Whether a line is ORCA's, as far as one line can say it. */
export function isLineOfOrca(text: string): boolean {
  return words.some((word) => word.test(text));
}
