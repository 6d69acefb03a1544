// @ts-check
const symbols =
  `H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr
  Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu
  Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am Cm Bk Cf Es Fm Md No Lr`.split(/\s+/);

const numbers = new Map(symbols.map((symbol, index) => [symbol.toLowerCase(), index + 1]));

/**
 * @param {string} symbol in any letter case
 * @returns {number | undefined} undefined when there is no such element
 */
export function atomicNumberOf(symbol) {
  return numbers.get(symbol.toLowerCase());
}

/**
 * @param {number} atomicNumber 1 to 103
 * @returns {string}
 */
export function symbolOf(atomicNumber) {
  return symbols[atomicNumber - 1] ?? '?';
}
