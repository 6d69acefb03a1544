import { describe, expect, test } from 'vitest';
import type { OutputFacts } from '../../../orca/output/output-facts.ts';
import { head, modules, readLines, readText } from '../an-output.ts';

const readEcho = (...lines: string[]): OutputFacts => readLines(head(undefined, lines));

const table = (...atoms: string[]): string[] => [
  '---------------------------------',
  'CARTESIAN COORDINATES (ANGSTROEM)',
  '---------------------------------',
  ...atoms,
  '',
];

describe('the echoed input says', () => {
  test('what was asked for', () => {
    const facts = readEcho(
      '! wB97M-V def2-SVP',
      '!Opt Freq',
      '%pal nprocs 16 end',
      '%MaxCore 3000',
      '* xyz -1 4',
    );
    expect(facts).toMatchObject({
      inputName: 'orca.inp',
      keywords: 'wB97M-V def2-SVP Opt Freq',
      kind: 'opt+freq',
      requestedRanks: 16,
      ranks: 16,
      maxCoreMb: 3000,
      charge: -1,
      multiplicity: 4,
    });
  });

  test.each([
    [['! PAL8 HF'], 8],
    [['%pal', ' nprocs 6', 'end'], 6],
    [['%pal', ' nproc 2', 'end'], 2],
    [['! HF', '# nprocs 64'], 1],
    [['! HF # PAL4 # Opt'], 1],
  ])('how many ranks: %j', (lines, ranks) => {
    expect(readEcho(...lines)).toMatchObject({ requestedRanks: ranks, ranks });
  });

  test.each([
    [['*xyz 2 1'], 2, 1],
    [['* xyzfile 0 3 start.xyz'], 0, 3],
    [['* gzmt -4 1'], -4, 1],
    [['%coords', ' CTyp xyz', ' Charge 6 # of the cluster', ' Mult   5', 'end'], 6, 5],
    [['%eprnmr charge 3 end'], null, null],
  ])('charge and multiplicity: %j', (lines, charge, multiplicity) => {
    expect(readEcho('! HF', ...lines)).toMatchObject({ charge, multiplicity });
  });

  test.each([
    [['! Opt', '%geom', '  Scan B 0 1 = 1.2, 3.0, 12 end', 'end'], 'opt+scan'],
    [['! Opt', '%geom Scan B 0 1 = 1.2, 3.0, 12 end end'], 'opt+scan'],
    [['! HF', '%paras R= 1.2,2.0,12 end'], 'scan'],
    [['! Opt', '%method functional SCAN end'], 'opt'],
    [['! Opt', '%geom Scan_TSMode true end'], 'opt'],
    [['%compound', 'New_Step', '! HF', 'Step_End', 'end'], 'compound'],
    [['! Opt #! Freq'], 'opt'],
  ])('the kind: %j', (lines, kind) => {
    expect(readEcho(...lines).kind).toBe(kind);
  });

  test('a number in the line below %maxcore', () => {
    expect(readEcho('% maxcore', ' 4000').maxCoreMb).toBe(4000);
  });

  test('nothing as long as it is not complete', () => {
    const text = head(undefined, ['! HF', '%pal nprocs 16']).join('\n');
    const facts = readText(text.slice(0, text.indexOf('16') + 1));
    expect(facts).toMatchObject({ kind: null, keywords: null, ranks: null, requestedRanks: null });
  });

  test('less than the modules do', () => {
    expect(readLines(head(undefined, ['! PAL8']), modules(4))).toMatchObject({ ranks: 4, requestedRanks: 8 });
    const later = ' Total Charge           Charge          ....    1';
    expect(readLines(head(undefined, ['* xyz 0 1']), later).charge).toBe(1);
  });
});

describe('the table of coordinates', () => {
  test('gives the number of atoms where ORCA does not say it', () => {
    const facts = readLines(
      table('  U      0.000000    0.000000    0.000000', '  O :   0.0  0.0  1.76', '  Q  1.0 2.0 3.0'),
    );
    expect(facts).toMatchObject({ atomCount: 3, heaviestElement: 92 });
  });

  test('less than ORCA itself, and nothing when it is cut', () => {
    const atoms = ['  H   0.0  0.0  0.0', '  H   0.0  0.0  0.74'];
    expect(
      readLines(table(...atoms), ' Number of atoms                             ...      5', table(...atoms))
        .atomCount,
    ).toBe(5);
    expect(
      readText(
        table(...atoms)
          .slice(0, -1)
          .join('\n'),
      ).atomCount,
    ).toBeNull();
  });

  test.each([
    ['  H   0.0  0.0  0.0', -1, true],
    ['  U   0.0  0.0  0.0', -30_000, true],
    ['  C   0.0  0.0  0.0', -400, false],
  ])('bounds the energy: %s %d', (atom, energy, isPossible) => {
    const bound = readLines(table(atom)).energyBoundHartree ?? Number.NaN;
    expect(energy > bound).toBe(isPossible);
  });
});
