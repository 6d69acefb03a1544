import { describe, expect, test } from 'vitest';
import { checkBasis } from '../../../stand-in/input/assign-basis.ts';
import { describeSystem, type System } from '../../../stand-in/chemistry/describe-system.ts';
import { InputError } from '../../../stand-in/input/input-error.ts';
import { parseInput } from '../../../stand-in/input/parse-input.ts';
import { aGradientInput, aWaterInput } from '../sample-inputs.ts';

const read = (text: string, files: Record<string, string> = {}): System => {
  const input = parseInput(text, (path) => files[path]);
  checkBasis(input);
  return describeSystem(input);
};

const complaintOf = (text: string): string => {
  try {
    read(text);
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  return 'accepted';
};

describe('an input is accepted', () => {
  test('as the omol recipe writes it', () => {
    const system = read(aGradientInput({ processCount: 4 }));
    expect(system).toMatchObject({ runType: 'gradient', electronCount: 60, isUnrestricted: true });
    expect(system.input).toMatchObject({ charge: 0, multiplicity: 5, processCount: 4 });
    expect(system.input.settings).toMatchObject({ scfMaxIterations: 500, maxcore: 2000 });
  });

  test.each([
    ['broken symmetry', { blocks: '%scf rotate {22, 23, 20, 1, 1} end end', state: '0 1' }],
    ['NBO key list', { blocks: '%nbo NBOKEYLIST = "$NBO NPA NBO E2PERT 0.1 $END" end' }],
    [
      'restart words',
      {
        words: 'Opt MORead',
        blocks: '%moinp "a b.gbw"\n%geom MaxIter 20 InHess Read InHessName "old.opt" end',
      },
    ],
    ['converger ladder', { words: 'EnGrad SlowConv', blocks: '%scf DIISMaxEq 15 directresetfreq 5 end' }],
  ])('with %s', (_, parts) => {
    expect(() => read(aGradientInput(parts))).not.toThrow();
  });

  test.each([
    [
      'comments of both kinds',
      '! HF # to the end %scf\n! def2-SVP #closed# EnGrad\n* xyz 0 1\nHe 0 0 0\n*\n',
      'gradient',
    ],
    ['words in any case and order', '* XYZ 0 1\nhe 0 0 0\n*\n! def2-svp OPT hf\n', 'optimization'],
    ['coordinates closed by end', '! HF def2-SVP\n* xyz 0 1\nHe 0 0 0\nend\n', 'single_point'],
    [
      'both Opt and EnGrad, of which ORCA runs the gradient',
      '! HF def2-SVP OPT engrad\n*xyz 0 1\nHe 0 0 0\n*\n',
      'gradient',
    ],
    ['Windows line ends', '! HF def2-SVP\r\n* xyz 0 1\r\nHe 0 0 0\r\n*\r\n', 'single_point'],
  ])('with %s', (_, text, runType) => {
    expect(read(text).runType).toBe(runType);
  });

  test('with PALn, %base and coordinates of a file', () => {
    const text = '! HF def2-SVP PAL4\n%base "job0001"\n* xyzfile 0 2 start.xyz\n';
    const { input } = read(text, { 'start.xyz': '2\ncomment\nN 0 0 0\nO 0 0 1.06\nleft over\n' });
    expect(input).toMatchObject({ processCount: 4, settings: { base: 'job0001' }, charge: 0 });
    expect(input.atoms.map(({ element }) => element.symbol)).toEqual(['N', 'O']);
  });
});

describe("an input is refused in ORCA's words", () => {
  test.each([
    [
      'an unknown word',
      aGradientInput({ words: 'EnGrad WB97MV' }),
      /UNRECOGNIZED OR DUPLICATED KEYWORD\(S\).*\n +WB97MV/,
    ],
    ['a word given twice', aGradientInput({ words: 'EnGrad UKS uks' }), /UNRECOGNIZED OR DUPLICATED/],
    [
      'an unknown block',
      aGradientInput({ blocks: '%scff MaxIter 3 end' }),
      /Unknown identifier in INPUT block.*\n.*SCFF/,
    ],
    [
      'an unknown key',
      aGradientInput({ blocks: '%scf MaxItr 3 end' }),
      /Unknown identifier in SCF block line +22 .*\n.*MAXITR/,
    ],
    [
      'a value that is no number',
      aGradientInput({ blocks: '%pal nprocs many end' }),
      /Invalid assignment in PAL block/,
    ],
    [
      'a block without end',
      aGradientInput({ blocks: '%scf MaxIter 3' }),
      /'END' was expected at the end of the SCF block/,
    ],
    [
      'a nested block without end',
      aGradientInput({ blocks: '%basis NewGTO F "def2-SVP" end' }),
      /'END' was expected at the end of the BASIS/,
    ],
    [
      'text outside of blocks',
      aGradientInput({ blocks: 'MaxIter 3' }),
      /expect a '\$', '!', '%', '\*' or '\['/,
    ],
    ['an end too many', aGradientInput({ blocks: '%scf MaxIter 3 end end' }), /expect a '\$'/],
    ['a second geometry', `${aWaterInput()}* xyz 0 1\nHe 0 0 0\n*\n`, /expect a '\$'/],
    ['an unknown coordinate type', '! HF\n* xzy 0 1\nHe 0 0 0\n*\n', /found a coordinate definition line/],
    ['a missing coordinate file', '! HF\n* xyzfile 0 1 gone.xyz\n', /CANNOT OPEN FILE: gone.xyz/],
    ['an unclosed geometry', '! HF\n* xyz 0 1\nHe 0 0 0\n', /INPUT ERROR/],
    ['no geometry', '! HF\n', /Skipping actual calculation/],
    ['a coordinate that is no number', aWaterInput({ atoms: 'O 0 0 zero' }), /INPUT ERROR/],
    ['text that is not ASCII', '! HF\n* xyz 0 1\nHé 0 0 0\n*\n', /non-ASCII character/],
    [
      'def2 on an actinide',
      aWaterInput({ atoms: 'U 0 0 0' }),
      /There are no main +basis functions on atom number +0 \(U \)/,
    ],
    [
      'an unknown basis',
      aGradientInput({ blocks: '%basis NewGTO F "def3-TZVP" end end' }),
      /Basis not recognized: def3-TZVP/,
    ],
    [
      'def2-ECP on an actinide',
      aGradientInput({ blocks: '%basis NewECP Np "def2-ECP" end end' }),
      /Requested ECP not available for element Np/,
    ],
    [
      'an impossible multiplicity',
      aGradientInput({ state: '0 4' }),
      /multiplicity \(4\) is even and number of electrons \(60\) is even -> impossible/,
    ],
    ['no electrons', aWaterInput({ atoms: 'H 0 0 0', state: '1 1' }), /number of electrons \(NEL\) is zero/],
    [
      'two atoms in one place',
      aWaterInput({ atoms: 'He 0 0 0\nHe 0 0 0.05' }),
      /Zero distance between atoms 0 and 1/,
    ],
  ])('%s', (_, text, expected) => {
    expect(complaintOf(text)).toMatch(expected);
  });
});
