/** Symbols by atomic number; index 0 stands for no element. */
const symbols = [
  '',
  'H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr',
  'Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu',
  'Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am Cm Bk Cf Es Fm Md No Lr',
  'Rf Db Sg Bh Hs Mt Ds Rg Cn Nh Fl Mc Lv Ts Og',
].flatMap((row) => row.split(' '));

const atomicNumbers = new Map(symbols.map((symbol, atomicNumber) => [symbol, atomicNumber]));
atomicNumbers.delete('');

/** Symbol of atomic number 1 to 118 in its standard case, undefined for any other number. */
export function symbolOf(atomicNumber: number): string | undefined {
  return atomicNumber > 0 ? symbols[atomicNumber] : undefined;
}

/** Atomic number (1 to 118) of a symbol in its standard case (`Am`), undefined for any other text. */
export function atomicNumberOf(symbol: string): number | undefined {
  return atomicNumbers.get(symbol);
}

/** Ac to Lr. */
export function isActinide(symbol: string): boolean {
  const atomicNumber = atomicNumberOf(symbol);
  return atomicNumber !== undefined && atomicNumber >= 89 && atomicNumber <= 103;
}

/** Electrons of a structure, ECP cores included. */
export function countElectrons(elements: readonly string[], charge: number): number {
  return elements.reduce((sum, symbol) => sum + (atomicNumberOf(symbol) ?? 0), -charge);
}
