/** How large an element is in a calculation: its electrons, and about how many functions a basis set gives it. */

/**
 * Symbols in the order of their atomic number, with the contracted functions of def2-TZVP (Weigend and Ahlrichs 2005, as ORCA prints
 * them), from lanthanum on rounded. Another basis set scales all of them alike, and that factor is learned.
 */
const rows: readonly [functions: number, symbols: string][] = [
  [6, 'H He'],
  [14, 'Li'],
  [18, 'Be'],
  [31, 'B C N O F Ne'],
  [32, 'Na Mg'],
  [37, 'Al Si P S Cl Ar'],
  [33, 'K Ca'],
  [45, 'Sc Ti V Cr Mn Fe Co Ni Cu Zn'],
  [48, 'Ga Ge As Se Br Kr'],
  [32, 'Rb Sr'],
  [43, 'Y Zr Nb Mo Tc Ru Rh Pd Ag Cd'],
  [50, 'In Sn Sb Te I Xe'],
  [32, 'Cs Ba'],
  [90, 'La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu'],
  [43, 'Hf Ta W Re Os Ir Pt Au Hg'],
  [50, 'Tl Pb Bi Po At Rn'],
  [32, 'Fr Ra'],
  [100, 'Ac Th Pa U Np Pu Am Cm Bk Cf Es Fm Md No Lr'],
  [45, 'Rf Db Sg Bh Hs Mt Ds Rg Cn Nh Fl Mc Lv Ts Og'],
];

const sizes = new Map(
  rows
    .flatMap(([functions, symbols]) => symbols.split(' ').map((symbol) => ({ symbol, functions })))
    .map(({ symbol, functions }, index) => [symbol, { protons: index + 1, functions }]),
);

/** undefined for a word that is no element. */
export function sizeOfElement(symbol: string): { protons: number; functions: number } | undefined {
  return sizes.get(symbol);
}
