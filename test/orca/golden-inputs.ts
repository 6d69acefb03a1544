import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseGeometry } from '../../orca/structure/parse-geometry.ts';

const root = join(import.meta.dirname, '..', 'fixtures', 'inputs');

/** The slot that all golden inputs were written for. */
export const goldenSlot = { ranks: 8, maxCoreMb: 3500 };

const molecule = (charge: number, multiplicity: number, geometry: string) => ({
  atoms: parseGeometry(geometry),
  charge,
  multiplicity,
});

const molecules = {
  water: molecule(0, 1, 'O 0 0 0\nH 0 0.76 0.59\nH 0 -0.76 0.59'),
  no2: molecule(0, 2, 'N 0 0 0\nO 0 1.1 0.5\nO 0 -1.1 0.5'),
  hydroxide: molecule(-1, 1, 'O 0 0 0\nH 0 0 0.97'),
  npf3: molecule(0, 5, 'Np 0 0 0\nF 0 0 2.06052\nF 0 1.999332 -0.498989\nF 1.893824 -0.641762 -0.498425'),
  uranyl: molecule(2, 1, 'U 0 0 0\nO 0 0 1.76\nO 0 0 -1.76'),
  uo2f4: molecule(
    -2,
    1,
    'U 0 0 0\nO 0 0 1.79\nO 0 0 -1.79\nF 2.2 0 0\nF -2.2 0 0\nF 0 2.2 0\nF 0 -2.2 1.5e-5',
  ),
  thi2: molecule(2, 1, 'Th 0 0 0\nI 0 0 3\nI 3 0 0'),
  raf2: molecule(0, 1, 'Ra 0 0 0\nF 0 0 2.2\nF 0 0 -2.2'),
  frf: molecule(0, 1, 'Fr 0 0 0\nF 0 0 2.6'),
};

type Molecule = keyof typeof molecules;
type Options = Record<string, unknown>;
type Row = readonly [file: string, molecule: Molecule, why: string, options?: Options];

/** What the charge, the spin and the elements alone decide, in every recipe of the existing system with basis sets. */
const plain: readonly Row[] = [
  ['water', 'water', 'no actinide, singlet: neither UKS nor rotate; O before H, by first appearance'],
  ['no2', 'no2', 'open shell without a Kohn-Sham word: ORCA takes UKS by itself'],
  ['hydroxide', 'hydroxide', 'negative charge in the *xyz line'],
  ['npf3', 'npf3', 'actinide: its own basis and ECP; quintet: no rotate'],
  ['raf2', 'raf2', 'Ra takes the actinide basis and ECP, but is no actinide: a singlet stays as it is'],
  ['frf', 'frf', 'the same for Fr'],
];
/** 60 electrons of each actinide are in def-ECP, 28 of iodine in def2-ECP; LUMO = electrons left / 2. */
const singlets: readonly Row[] = [
  ['uranyl', 'uranyl', '92 + 2*8 - 2 - 60 = 46 electrons: pairs 0 to 22, rotate {22, 23}; UKS last'],
  ['uo2f4', 'uo2f4', '92 + 2*8 + 4*9 + 2 - 60 = 86 electrons: rotate {42, 43}; 1.5e-05 as Python writes it'],
];
const iodide: Row = ['thi2', 'thi2', '90 + 2*53 - 2 - 60 - 2*28 = 78 electrons: rotate {38, 39}'];

const ofRecipe: Readonly<Record<string, readonly Row[]>> = {
  omol: [
    ...plain,
    ...singlets,
    iodide,
    ['water-opt-loose', 'water', 'LooseOpt for EnGrad', { optimizer: 'orca', optLevel: 'loose' }],
    ['water-opt', 'water', 'Opt for EnGrad', { optimizer: 'orca' }],
    ['water-opt-tight', 'water', 'TightOpt for EnGrad', { optimizer: 'orca', optLevel: 'tight' }],
    ['water-opt-verytight', 'water', 'VeryTightOpt for EnGrad', { optimizer: 'orca', optLevel: 'verytight' }],
    ['water-rks', 'water', 'the Kohn-Sham word comes last, in capitals', { ksMethod: 'rks' }],
    ['npf3-roks', 'npf3', 'ROKS suits an open shell', { ksMethod: 'roks' }],
    [
      'npf3-uks-scf-77',
      'npf3',
      'the SCF limit stands in the one %scf block',
      { ksMethod: 'uks', scfMaxIterations: 77 },
    ],
    ['npf3-kdiis', 'npf3', 'KDIIS in the place of DIIS', { kdiis: true }],
    ['npf3-mbis', 'npf3', 'MBIS after NONBO NONPA', { mbis: true }],
    [
      'uranyl-nbo-mbis-kdiis-uks',
      'uranyl',
      'nbo: no NONBO NONPA, %nbo after %maxcore and before rotate; UKS once',
      { nbo: true, mbis: true, kdiis: true, ksMethod: 'uks' },
    ],
    [
      'uranyl-rotate-existing',
      'uranyl',
      '106 electrons, ECP not counted: {52, 53}',
      { rotateIndex: 'existing' },
    ],
    [
      'thi2-rotate-existing',
      'thi2',
      '194 - 56 = 138 electrons: def2-ECP counted, def-ECP not',
      { rotateIndex: 'existing' },
    ],
    ['uranyl-no-ecp', 'uranyl', 'none: no NewECP, all 106 electrons are orbitals', { actinideEcp: 'none' }],
    [
      'uranyl-closed-shell',
      'uranyl',
      'without broken symmetry no rotate, and RKS contradicts nothing',
      { brokenSymmetry: false, ksMethod: 'rks' },
    ],
    [
      'npf3-pbe0-svp',
      'npf3',
      'the word def2-TZVPD stays whatever basis the elements get',
      { functional: 'PBE0', actinideBasis: 'def-TZVP', nonActinideBasis: 'def2-SVP' },
    ],
  ],
  omol_base: [
    ...plain,
    ...singlets,
    iodide,
    ['npf3-scf-77', 'npf3', 'the limit is honoured here, too (600 otherwise)', { scfMaxIterations: 77 }],
    [
      'uranyl-opt-tight-nbo',
      'uranyl',
      'run word, %nbo and rotate as in omol',
      { optimizer: 'orca', optLevel: 'tight', nbo: true },
    ],
  ],
  x2c: [
    ...plain,
    ...singlets,
    [
      'uranyl-all-electron',
      'uranyl',
      'all 106 electrons: {52, 53}',
      {
        functional: 'PBE0',
        actinideBasis: 'SARC-DKH-TZVP',
        actinideEcp: 'none',
        nonActinideBasis: 'x2c-TZVPall',
      },
    ],
    ['npf3-scf-77-kdiis', 'npf3', '%rel first, the limit in %scf', { scfMaxIterations: 77, kdiis: true }],
    [
      'npf3-basis-file',
      'npf3',
      'a file is read for the whole molecule, then NewGTO says what F has',
      {
        functional: 'PBE0',
        actinideBasis: '/shared/basis/cc_pvtz_x2c.bas',
        actinideEcp: 'none',
        nonActinideBasis: 'x2c-TZVPPall',
      },
    ],
  ],
  dk3: [
    ...plain,
    ...singlets,
    [
      'uranyl-all-electron',
      'uranyl',
      'all 106 electrons: {52, 53}; an empty line after %rel',
      {
        functional: 'PBE0',
        actinideBasis: 'SARC-DKH-TZVP',
        actinideEcp: 'none',
        nonActinideBasis: 'DKH-def2-TZVP',
      },
    ],
    ['npf3-scf-77-kdiis', 'npf3', '%rel first, the limit in %scf', { scfMaxIterations: 77, kdiis: true }],
  ],
  pm3: [
    ['water', 'water', 'method, run word, NoUseSym, and nothing else'],
    ['no2', 'no2', 'no word for an open shell'],
    [
      'hydroxide',
      'hydroxide',
      'functional, NBO, MBIS and Kohn-Sham method mean nothing to it',
      { functional: 'PBE0', mbis: true, nbo: true, kdiis: true, ksMethod: 'uks' },
    ],
    ['water-opt-tight', 'water', 'TightOpt for EnGrad', { optimizer: 'orca', optLevel: 'tight' }],
    ['no2-scf-77', 'no2', 'the limit is honoured here, too', { scfMaxIterations: 77 }],
  ],
};

/** One input written by hand from the rules, with the reason for what is special in it. */
export interface GoldenInput {
  name: string;
  why: string;
  structure: ReturnType<typeof molecule>;
  options: Options;
  text: string;
}

export const goldenInputs: readonly GoldenInput[] = Object.entries(ofRecipe).flatMap(([recipe, rows]) =>
  rows.map(([file, name, why, options]) => ({
    name: `${recipe}/${file}`,
    why,
    structure: molecules[name],
    options: { recipe, ...options },
    text: readFileSync(join(root, recipe, `${file}.inp`), 'utf8'),
  })),
);

/** Names of all files, to find one that no row of the table stands for. */
export function listGoldenFiles(): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.inp'))
    .map((path) => path.replace('.inp', ''));
}
