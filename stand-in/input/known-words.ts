/** Words of the `!` line that the stand-in knows, in groups; lower case. A word outside is an input error. */
const words = (text: string): Set<string> => new Set(text.trim().split(/\s+/));

const functionals = words(`
  hf dft pm3 am1 b3lyp b3lyp/g pbe pbe0 bp86 bp blyp tpss tpssh tpss0 revpbe rpbe pw6b95 m06 m062x m06l b97-3c
  r2scan r2scan-3c r2scan0 r2scanh scan pbeh-3c wb97 wb97x wb97x-d3 wb97x-d4 wb97x-v wb97m-v wb97m-d3bj
  wb97m-d4 b97m-v cam-b3lyp lc-pbe bhandhlyp x3lyp`);

const orbitalBases = words(`
  def2-svp def2-sv(p) def2-svpd def2-tzvp def2-tzvp(-f) def2-tzvpp def2-tzvpd def2-tzvppd def2-qzvp def2-qzvpp
  def2-qzvpd def2-qzvppd ma-def2-svp ma-def2-tzvp ma-def2-tzvpp ma-def2-qzvpp def-svp def-tzvp def-tzvpp
  ma-def-svp ma-def-tzvp ma-def-tzvpp sto-3g 3-21g 6-31g 6-31g* 6-31g** 6-311g** cc-pvdz cc-pvtz cc-pvqz
  aug-cc-pvdz aug-cc-pvtz aug-cc-pvqz x2c-svpall x2c-tzvpall x2c-tzvppall x2c-qzvpall sarc-dkh-tzvp
  sarc-dkh-tzvpp sarc-zora-tzvp sarc-zora-tzvpp sarc-dkh-svp sarc2-dkh-qzv sarc2-dkh-qzvp dkh-def2-svp
  dkh-def2-tzvp zora-def2-tzvp ano-rcc-dzp ano-rcc-tzvp ano-rcc-qzvp`);

const auxiliaryBases = words(
  'def2/j def2/jk def2/jksmall sarc/j x2c/j autoaux def2-svp/c def2-tzvp/c def2-tzvpd/c',
);

const relativity = words('dkh dkh2 zora x2c dlu-x2c dlu-dkh noecp');

const accuracy = words(`
  ri rij rijcosx rijk norijcosx nori nocosx defgrid1 defgrid2 defgrid3 d2 d3 d3bj d30 d3zero d4 nl scnl gcp(dft)`);

const runTypes = words('sp engrad opt looseopt normalopt tightopt verytightopt copt');

const others = words(`
  uhf rhf rohf uks rks roks usesym nousesym diis nodiis kdiis nokdiis soscf nososcf trah notrah ahscf slowconv
  veryslowconv normalconv easyconv loosescf sloppyscf normalscf strongscf tightscf verytightscf extremescf
  moread noiter autostart noautostart pmodel patom hueckel hcore allpop nopop miniprint smallprint normalprint
  largeprint printbasis printmos noprintmos reducedpop noreducedpop nbo nonbo npa nonpa mbis nombis hirshfeld
  chelpg nochelpg mulliken loewdin mayer keepdens keepints nokeepints bohrs angs frozencore nofrozencore
  damp nodamp lshift nolshift conv direct semidirect stable nostable uno nouno uco nouco unrestricted`);

const processCount = /^pal(\d+)$/;

type WordKind = 'method' | 'basis' | 'run_type' | 'process_count' | 'other' | 'unknown';

/** What a word of the `!` line is; `method` words shape the energy, `other` words do not. */
export function classifyWord(word: string): WordKind {
  const lower = word.toLowerCase();
  if (runTypes.has(lower)) return 'run_type';
  if (orbitalBases.has(lower)) return 'basis';
  const shapesEnergy = [functionals, auxiliaryBases, relativity, accuracy].some((group) => group.has(lower));
  if (shapesEnergy) return 'method';
  if (others.has(lower)) return 'other';
  return processCount.test(lower) ? 'process_count' : 'unknown';
}

/** The `n` of `PALn`, or undefined. */
export function palCount(word: string): number | undefined {
  const match = processCount.exec(word.toLowerCase());
  return match ? Number(match[1]) : undefined;
}

/** Semi-empirical methods bring their own minimal basis: no orbital basis is checked for them. */
export function isSemiEmpirical(word: string): boolean {
  return ['pm3', 'am1'].includes(word.toLowerCase());
}

/** Whether a basis set name may stand in `NewGTO … end`. */
export function isOrbitalBasis(name: string): boolean {
  return orbitalBases.has(name.toLowerCase());
}

/** Whether an orbital basis of this name has functions for an element. Families by their documented range. */
export function basisCovers(name: string, atomicNumber: number): boolean {
  const lower = name.toLowerCase();
  if (/^(ma-)?def-/.test(lower)) return atomicNumber <= 103;
  if (lower.startsWith('sarc')) return atomicNumber >= 57 && atomicNumber <= 103;
  if (lower.startsWith('ano-rcc')) return atomicNumber <= 96;
  if (lower.includes('def2') || lower.startsWith('x2c')) return atomicNumber <= 86;
  return atomicNumber <= 36;
}
