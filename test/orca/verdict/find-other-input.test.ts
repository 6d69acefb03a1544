import { describe, expect, it } from 'vitest';
import { type Calculation } from '../../../core/job/calculation.ts';
import { renderInput } from '../../../orca/input/render-input.ts';
import { createOutputReader } from '../../../orca/output/read-output.ts';
import { findOtherInput } from '../../../orca/verdict/find-other-input.ts';

const asked: Calculation = {
  recipe: 'omol',
  runType: 'gradient',
  charge: 0,
  multiplicity: 1,
  atoms: [
    ['H', 0, 0, 0],
    ['H', 0, 0, 0.75],
  ],
  keywords: ['wB97M-V', 'def2-TZVPD', 'EnGrad'],
  blocks: ['%scf\n MaxIter 300\nend'],
  blocksAfterResources: ['%basis\n NewGTO U "ma-def-TZVP" end\nend'],
};
const written = renderInput(asked, { ranks: 16, maxCoreMb: 3000 });
/** The output of an input, as ORCA begins it. */
function echo(input: string) {
  const lines = input.split('\n').map((line, index) => `|${String(index + 1).padStart(3)}> ${line}`);
  const rule = '='.repeat(80);
  const reader = createOutputReader();
  const text = [rule, '                    INPUT FILE', rule, 'NAME = orca.inp', ...lines];
  reader.push(
    Buffer.from(`${text.join('\n')}\n|  99>                          ****END OF INPUT****\n${rule}\n`),
  );
  return reader.finish().settings;
}

describe('findOtherInput', () => {
  it.each<[string, (input: string) => string, string | undefined]>([
    ['the same', (input) => input, undefined],
    [
      'other ranks and memory',
      (input) => input.replace('nprocs 16', 'nprocs 2').replace('%maxcore 3000', '%maxcore 1'),
      undefined,
    ],
    ['ranks by a word', (input) => input.replace('EnGrad', 'EnGrad PAL8'), undefined],
    [
      'comments, blanks and another case',
      (input) => `# mine\n${input.replace('EnGrad', 'ENGRAD  # why')}`,
      undefined,
    ],
    [
      'words in another order',
      (input) => input.replace('wB97M-V def2-TZVPD', 'def2-TZVPD wB97M-V'),
      undefined,
    ],
    [
      'another functional',
      (input) => input.replace('wB97M-V', 'PBE'),
      'it was computed by another input than was written: its ! line has pbe and lacks wb97m-v',
    ],
    [
      'a word more',
      (input) => input.replace('EnGrad', 'EnGrad NoIter'),
      'it was computed by another input than was written: its ! line has noiter',
    ],
    [
      'another value in a block',
      (input) => input.replace('MaxIter 300', 'MaxIter 1'),
      "it was computed by another input than was written: its blocks have 'maxiter 1', written was 'maxiter 300'",
    ],
    [
      'a block more',
      (input) => input.replace('*xyz', '%method\n Z_solver cg\nend\n*xyz'),
      "it was computed by another input than was written: its blocks have '%method', written was nothing more",
    ],
    [
      'a block less',
      (input) => input.replace(/%basis[^]*?end\nend/, ''),
      "it was computed by another input than was written: its blocks have 'nothing', written was '%basis'",
    ],
  ])('%s', (_, change, words) => {
    expect(findOtherInput(echo(change(written)), written)).toBe(words);
  });

  it('says nothing of an output without an echo', () => {
    expect(findOtherInput(null, written)).toBeUndefined();
  });
});
