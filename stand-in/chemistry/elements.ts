/** Symbol, atomic mass (u) and covalent radius (Å, Cordero 2008), in the order of the atomic number. */
const rows = `
H 1.008 0.31,He 4.003 0.28,Li 6.94 1.28,Be 9.012 0.96,B 10.81 0.84,C 12.011 0.76,N 14.007 0.71,O 15.999 0.66,
F 18.998 0.57,Ne 20.180 0.58,Na 22.990 1.66,Mg 24.305 1.41,Al 26.982 1.21,Si 28.085 1.11,P 30.974 1.07,
S 32.06 1.05,Cl 35.453 1.02,Ar 39.948 1.06,K 39.098 2.03,Ca 40.078 1.76,Sc 44.956 1.70,Ti 47.867 1.60,
V 50.942 1.53,Cr 51.996 1.39,Mn 54.938 1.39,Fe 55.845 1.32,Co 58.933 1.26,Ni 58.693 1.24,Cu 63.546 1.32,
Zn 65.38 1.22,Ga 69.723 1.22,Ge 72.630 1.20,As 74.922 1.19,Se 78.971 1.20,Br 79.904 1.20,Kr 83.798 1.16,
Rb 85.468 2.20,Sr 87.62 1.95,Y 88.906 1.90,Zr 91.224 1.75,Nb 92.906 1.64,Mo 95.95 1.54,Tc 97 1.47,
Ru 101.07 1.46,Rh 102.906 1.42,Pd 106.42 1.39,Ag 107.868 1.45,Cd 112.414 1.44,In 114.818 1.42,Sn 118.710 1.39,
Sb 121.760 1.39,Te 127.60 1.38,I 126.904 1.39,Xe 131.293 1.40,Cs 132.905 2.44,Ba 137.327 2.15,La 138.905 2.07,
Ce 140.116 2.04,Pr 140.908 2.03,Nd 144.242 2.01,Pm 145 1.99,Sm 150.36 1.98,Eu 151.964 1.98,Gd 157.25 1.96,
Tb 158.925 1.94,Dy 162.500 1.92,Ho 164.930 1.92,Er 167.259 1.89,Tm 168.934 1.90,Yb 173.045 1.87,Lu 174.967 1.87,
Hf 178.49 1.75,Ta 180.948 1.70,W 183.84 1.62,Re 186.207 1.51,Os 190.23 1.44,Ir 192.217 1.41,Pt 195.084 1.36,
Au 196.967 1.36,Hg 200.592 1.32,Tl 204.38 1.45,Pb 207.2 1.46,Bi 208.980 1.48,Po 209 1.40,At 210 1.50,
Rn 222 1.50,Fr 223 2.60,Ra 226 2.21,Ac 227 2.15,Th 232.038 2.06,Pa 231.036 2.00,U 238.029 1.96,Np 237 1.90,
Pu 244 1.87,Am 243 1.80,Cm 247 1.69,Bk 247 1.68,Cf 251 1.68,Es 252 1.65,Fm 257 1.67,Md 258 1.73,No 259 1.76,
Lr 262 1.61`;

export interface Element {
  symbol: string;
  atomicNumber: number;
  mass: number;
  covalentRadiusAngstrom: number;
}

const elements: readonly Element[] = rows
  .trim()
  .split(/,\s*/)
  .map((row, index) => {
    const [symbol = '', mass, radius] = row.split(' ');
    return { symbol, atomicNumber: index + 1, mass: Number(mass), covalentRadiusAngstrom: Number(radius) };
  });

const bySymbol = new Map(elements.map((element) => [element.symbol.toLowerCase(), element]));

const nonMetals = new Set('H He B C N O F Ne Si P S Cl Ar Ge As Se Br Kr Sb Te I Xe At Rn'.split(' '));

/** The element of a symbol in any case, or undefined. */
export function findElement(symbol: string): Element | undefined {
  return bySymbol.get(symbol.toLowerCase());
}

export function isMetal(element: Element): boolean {
  return !nonMetals.has(element.symbol);
}

/** Actinides: Ac (89) to Lr (103). */
export function isActinide(atomicNumber: number): boolean {
  return atomicNumber >= 89;
}
